// Between the two shapes of one value: on the wire, in the journal and in every other byte it is an array whose places
// have a meaning; inside it is an object whose fields have the names that its schema gives the places. A number that
// stands for a word is the word inside.
//
// A converter is built once for each schema, from the names and places in it, and walks no schema when it runs. Its
// objects have their fields in the order of the places, so that the engine sees one shape for each schema.
import type { Static, TArray, TLiteral, TSchema, TTuple, TUnion } from '@sinclair/typebox';

/** A tuple with a name for itself and for each of its places. */
export interface NamedTuple<
  Names extends readonly string[] = readonly string[],
  Items extends TSchema[] = TSchema[],
> extends TTuple<Items> {
  readonly title: string;
  readonly names: Names;
}

/** A number that stands for a word. */
export interface LabelledLiteral<
  Value extends number = number,
  Label extends string = string,
> extends TLiteral<Value> {
  readonly label: Label;
}

/** The value that a schema describes, as it stands in bytes. */
export type Wire<Schema extends TSchema> = Static<Schema>;

/** The same value inside, with names in place of positions. */
export type Named<Schema extends TSchema> =
  Schema extends NamedTuple<infer Names, infer Items>
    ? { readonly [At in keyof Names & `${number}` as Names[At]]: NamedItem<Items, At> }
    : Schema extends LabelledLiteral<number, infer Label>
      ? Label
      : Schema extends TArray<infer Item>
        ? readonly Named<Item>[]
        : Schema extends TUnion<infer Variants>
          ? Named<Variants[number]>
          : Static<Schema>;

type NamedItem<Items extends TSchema[], At> = At extends keyof Items
  ? Items[At] extends TSchema
    ? Named<Items[At]>
    : never
  : never;

/** Converts a value of the schema to the array that stands on the wire. */
export function toWire<Schema extends TSchema>(schema: Schema): (value: Named<Schema>) => Wire<Schema> {
  return (converterOf(schema, 'toWire') ?? identity) as (value: Named<Schema>) => Wire<Schema>;
}

/** Converts a valid value from the wire. Throws for a variant that the schema does not know. */
export function fromWire<Schema extends TSchema>(schema: Schema): (wire: Wire<Schema>) => Named<Schema> {
  return (converterOf(schema, 'fromWire') ?? identity) as (wire: Wire<Schema>) => Named<Schema>;
}

type Direction = 'toWire' | 'fromWire';
type Converter = (value: never) => unknown;

const identity: Converter = (value) => value;

/** Null: the value is the same in both shapes. */
function converterOf(schema: TSchema, direction: Direction): Converter | null {
  if (isNamedTuple(schema)) return ofTuple(schema, direction);
  if (isUnion(schema)) return ofUnion(schema.anyOf, direction);
  if (schema['type'] === 'array') return ofArray(schema as TArray, direction);
  if (!isLabelled(schema)) return null;
  const { const: number, label } = schema;
  return direction === 'toWire' ? () => number : () => label;
}

function ofTuple({ names, items }: NamedTuple, direction: Direction): Converter {
  const converters = items.map((item) => converterOf(item, direction));
  if (direction === 'toWire') {
    return (value: Readonly<Record<string, never>>) => {
      const wire = new Array<unknown>(names.length);
      for (let at = 0; at < names.length; at++) {
        const field = value[names[at]!]!;
        const convert = converters[at]!;
        wire[at] = convert === null ? field : convert(field);
      }
      return wire;
    };
  }
  return (wire: readonly never[]) => {
    const value: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at++) {
      const convert = converters[at]!;
      value[names[at]!] = convert === null ? wire[at] : convert(wire[at]!);
    }
    return value;
  };
}

function ofArray(schema: TArray, direction: Direction): Converter | null {
  const convert = converterOf(schema.items, direction);
  return convert && ((values: readonly never[]) => values.map((value) => convert(value)));
}

function ofUnion(variants: readonly TSchema[], direction: Direction): Converter | null {
  const present = variants.filter((variant) => variant['type'] !== 'null');
  const convert = ofPresent(present, direction);
  if (!convert || present.length === variants.length) return convert;
  return (value: never) => (value === null ? null : convert(value));
}

function ofPresent(variants: readonly TSchema[], direction: Direction): Converter | null {
  if (variants.length === 1) return converterOf(variants[0]!, direction);
  if (variants.every(isNamedTuple)) return ofTuples(variants, direction);
  if (variants.every((variant) => converterOf(variant, direction) === null)) return null;
  throw new Error('variants that nothing tells apart');
}

/** Tuples that differ in a literal: the one that stands at the same place, under the same name, in all of them. */
function ofTuples(variants: readonly NamedTuple[], direction: Direction): Converter {
  const [first] = variants;
  const at = first!.names.findIndex((name, place) =>
    variants.every(({ names, items }) => names[place] === name && isLiteral(items[place]!)),
  );
  if (at < 0) throw new Error('variants that no literal tells apart');
  const key = direction === 'toWire' ? first!.names[at]! : at;
  const converters = new Map<unknown, Converter>();
  for (const variant of variants) {
    const literal = variant.items[at]! as TLiteral;
    const sign = direction === 'toWire' && isLabelled(literal) ? literal.label : literal.const;
    if (converters.has(sign)) throw new Error(`two variants with the ${first!.names[at]} ${sign}`);
    converters.set(sign, ofTuple(variant, direction));
  }
  return (value: Readonly<Record<string | number, unknown>>) => {
    const convert = converters.get(value[key]);
    if (!convert) throw new Error(`an unknown ${first!.names[at]}: ${String(value[key])}`);
    return convert(value as never);
  };
}

function isNamedTuple(schema: TSchema): schema is NamedTuple {
  return schema['names'] !== undefined;
}

function isUnion(schema: TSchema): schema is TUnion {
  return schema['anyOf'] !== undefined;
}

function isLiteral(schema: TSchema): schema is TLiteral {
  return schema['const'] !== undefined;
}

function isLabelled(schema: TSchema): schema is LabelledLiteral {
  return schema['label'] !== undefined;
}
