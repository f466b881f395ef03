// Frames as JSON and back, by their schemas alone: a tuple whose places have names is an object, a number that stands
// for a word is the word, bytes are base64. So the REST API cannot drift from the protocol: a field that a frame gains
// is there at once, under the name that the schema gives it.
import { Kind, type TSchema } from '@sinclair/typebox';

export interface Field {
  readonly name: string;
  readonly schema: TSchema;
}

/** Refuses JSON that cannot be meant; the message says where and why. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  constructor(path: string, problem: string) {
    super(path === '' ? `The body ${problem}.` : `The field ${path} ${problem}.`);
  }
}

/** These come with the socket; over HTTP the path and the connection stand for them. */
const ofTheSocket = new Set(['opcode', 'requestId']);

/** The places of a tuple, in its order, with all those of a frame. */
export function placesOf(tuple: TSchema): Field[] {
  const names = tuple['names'] as readonly string[];
  return names.map((name, at) => ({ name, schema: (tuple['items'] as TSchema[])[at]! }));
}

/** The places that JSON has. */
export function fieldsOf(tuple: TSchema): Field[] {
  return placesOf(tuple).filter(({ name }) => !ofTheSocket.has(name));
}

export function kindOf(schema: TSchema): string {
  return schema[Kind];
}

/** @param value a valid value of the schema, with names */
export function toJson(schema: TSchema, value: unknown): unknown {
  switch (kindOf(schema)) {
    case 'Tuple':
      return objectOf(schema, value as Readonly<Record<string, unknown>>);
    case 'Array':
      return (value as readonly unknown[]).map((item) => toJson(schema['items'] as TSchema, item));
    case 'Union':
      return toJson(variantOf(schema['anyOf'] as TSchema[], value)!, value);
    case 'Uint8Array':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}

/** Throws JsonFault for what has another shape; the values themselves are checked with the frame. */
export function fromJson(schema: TSchema, json: unknown, path = ''): unknown {
  switch (kindOf(schema)) {
    case 'Tuple':
      return tupleOf(schema, json, path);
    case 'Array':
      if (!Array.isArray(json)) throw new JsonFault(path, 'must be an array');
      return json.map((item, at) => fromJson(schema['items'] as TSchema, item, `${path}[${at}]`));
    case 'Union': {
      const variant = variantOf(schema['anyOf'] as TSchema[], json);
      // JSON that is no variant at all is refused when the frame is checked.
      return variant ? fromJson(variant, json, path) : json;
    }
    case 'Literal':
      return json === schema['label'] ? schema['const'] : json;
    case 'Uint8Array':
      return bytesOf(json, path);
    default:
      return json;
  }
}

/** Refuses names that are not in the list, and what is no object. */
export function checkNames(
  json: unknown,
  known: readonly string[],
  path = '',
): asserts json is Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new JsonFault(path, 'must be an object');
  const unknown = Object.keys(json).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = known.length === 0 ? 'there are no fields here' : `known are ${known.join(', ')}`;
  throw new JsonFault(under(path, unknown.slice(0, 100)), `is unknown: ${meant}`);
}

export function under(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** In the order of the places, whatever the order in the value. */
function objectOf(tuple: TSchema, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(fieldsOf(tuple).map(({ name, schema }) => [name, toJson(schema, value[name])]));
}

function tupleOf(tuple: TSchema, json: unknown, path: string): unknown[] {
  const fields = fieldsOf(tuple);
  checkNames(
    json,
    fields.map(({ name }) => name),
    path,
  );
  return fields.map(({ name, schema }) => {
    if (!Object.hasOwn(json, name)) throw new JsonFault(under(path, name), 'is missing');
    return fromJson(schema, json[name], under(path, name));
  });
}

/** The variant of a value, in JSON or inside: variants differ in a word at some place, or one of them is null. */
function variantOf(variants: readonly TSchema[], json: unknown): TSchema | undefined {
  return variants.find((variant) => {
    switch (kindOf(variant)) {
      case 'Null':
        return json === null;
      case 'Literal':
        return wordOf(variant) === json;
      case 'Tuple':
        return (
          typeof json === 'object' &&
          json !== null &&
          placesOf(variant).every(
            ({ name, schema }) =>
              kindOf(schema) !== 'Literal' || wordOf(schema) === (json as Record<string, unknown>)[name],
          )
        );
      default:
        return json !== null;
    }
  });
}

/** Word that stands for a literal in JSON. */
export function wordOf(literal: TSchema): unknown {
  return literal['label'] ?? literal['const'];
}

function bytesOf(json: unknown, path: string): Uint8Array {
  const bytes = typeof json === 'string' ? Buffer.from(json, 'base64') : null;
  // Node skips what is no base64 instead of refusing it.
  if (!bytes || bytes.toString('base64') !== json)
    throw new JsonFault(path, 'must be base64, with its padding');
  return new Uint8Array(bytes);
}
