// The kinds of value that frames are made of, and tuples whose places have names: arrays on the wire, objects in
// the JSON of the REST API.
import type { TLiteral, TSchema, TUnion } from '@sinclair/typebox';
import type { LabelledLiteral, NamedTuple } from '../codec/named.ts';
import { limits } from '../limits.ts';
import { uuidPattern } from '../ids.ts';
import { Type } from './schema.ts';

/** Chosen by the client, unique among its unanswered requests; 0 in frames that answer nothing. */
export const RequestId = Type.Integer({ minimum: 0, maximum: 0xffffffff });
/** Canonical lower-case UUID text. */
export const Uuid = Type.String({ pattern: uuidPattern });
/** A sequence number; 0 stands before the first. */
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** How many there are. */
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Milliseconds since the Unix epoch. May arrive as a float with an integral value. */
export const TimeMs = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const Token = Type.String({ minLength: 1, maxLength: limits.tokenLengthMax });
export const Text = Type.String();

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** One of a few words. */
export function OneOf<const Words extends readonly string[]>(...words: Words): TUnion<Literals<Words>> {
  return Type.Union(words.map((word) => Type.Literal(word))) as unknown as TUnion<Literals<Words>>;
}

type Literals<Words extends readonly string[]> = { -readonly [At in keyof Words]: TLiteral<Words[At]> };

/** A tuple with a name for itself and for each of its places: an array on the wire, an object inside (codec/named.ts). */
export function named<const Names extends readonly string[], Items extends TSchema[]>(
  title: string,
  names: Names & (Names['length'] extends Items['length'] ? unknown : never),
  items: [...Items],
): NamedTuple<Names, Items> {
  return Type.Tuple(items, { title, names }) as unknown as NamedTuple<Names, Items>;
}

/** A number that stands for a word: the number on the wire, the word inside and in JSON. */
export function Labelled<Value extends number, Label extends string>(
  value: Value,
  label: Label,
): LabelledLiteral<Value, Label> {
  return Type.Literal(value, { label }) as unknown as LabelledLiteral<Value, Label>;
}
