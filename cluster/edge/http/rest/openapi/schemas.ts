// The protocol's schemas as those of OpenAPI 3.1 (JSON Schema 2020-12): what has a title is a component under it, a
// tuple whose places have names is an object, a union a choice with the word that tells its variants apart.
import type { TSchema } from '@sinclair/typebox';
import {
  Capacity,
  ConversationEvent,
  ConversationKind,
  Role,
} from '../../../../../protocol/events/conversation-event.ts';
import { Count, Seq, TimeMs, Uuid } from '../../../../../protocol/frames/fields.ts';
import { HistoryDirection } from '../../../../../protocol/frames/history.ts';
import { fieldsOf, kindOf, wordOf } from '../json.ts';
import { exampleOf } from './examples.ts';
import { meanings } from './meanings.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas without a title of their own that are worth a name. */
const named = new Map<TSchema, { title: string; description: string; format?: string }>([
  [Uuid, { title: 'Uuid', description: 'Canonical lower-case UUID text.' }],
  [Seq, { title: 'Seq', description: 'A sequence number; 0 stands before the first.', format: 'int64' }],
  [TimeMs, { title: 'TimeMs', description: 'Milliseconds since the Unix epoch.', format: 'int64' }],
  [Count, { title: 'Count', description: 'How many there are.', format: 'int64' }],
  [Role, { title: 'Role', description: 'What a member of a group may do.' }],
  [ConversationKind, { title: 'ConversationKind', description: 'Between two people, or a group.' }],
  [Capacity, { title: 'Capacity', description: 'In what capacity someone deleted a message.' }],
  [
    HistoryDirection,
    { title: 'HistoryDirection', description: 'Which way a page goes from where it begins.' },
  ],
  [
    ConversationEvent,
    { title: 'ConversationEvent', description: 'What happened in a conversation; `type` tells what.' },
  ],
]);

/** Schemas that the document says once and refers to. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly responses: Record<string, JsonSchema> = {};

  /** A reference to what has a name, else the schema itself. */
  of(schema: TSchema): JsonSchema {
    const known = named.get(schema);
    if (known) {
      const { title, ...rest } = known;
      return this.component(title, () => ({ ...this.#bare(schema), ...rest }));
    }
    if (kindOf(schema) !== 'Tuple') return this.#bare(schema);
    const example = exampleOf(schema);
    return this.component(schema['title'] as string, () => ({ ...this.#bare(schema), examples: [example] }));
  }

  /** The schema of a field, with what its name means. */
  field(name: string, schema: TSchema): JsonSchema {
    const description = meanings[name];
    return { ...this.of(schema), ...(description !== undefined && { description }) };
  }

  component(title: string, build: () => JsonSchema): JsonSchema {
    // There before it is complete, so that what refers to itself ends.
    if (!this.schemas[title]) {
      this.schemas[title] = {};
      this.schemas[title] = build();
    }
    return { $ref: `#/components/schemas/${title}` };
  }

  response(name: string, response: JsonSchema): JsonSchema {
    this.responses[name] = response;
    return { $ref: `#/components/responses/${name}` };
  }

  #bare(schema: TSchema): JsonSchema {
    switch (kindOf(schema)) {
      case 'Tuple':
        return this.#object(schema);
      case 'Array':
        return { type: 'array', items: this.of(schema['items'] as TSchema), ...pick(schema, arrayBounds) };
      case 'Union':
        return this.#choice(schema['anyOf'] as TSchema[]);
      case 'Literal':
        return { const: wordOf(schema) };
      case 'Uint8Array':
        return { type: 'string', contentEncoding: 'base64', ...base64Length(schema) };
      default:
        return { type: schema['type'] as string, ...pick(schema, scalarBounds) };
    }
  }

  #object(tuple: TSchema): JsonSchema {
    const fields = fieldsOf(tuple);
    return {
      type: 'object',
      properties: Object.fromEntries(fields.map(({ name, schema }) => [name, this.field(name, schema)])),
      required: fields.map(({ name }) => name),
    };
  }

  #choice(variants: readonly TSchema[]): JsonSchema {
    if (variants.every((variant) => kindOf(variant) === 'Literal'))
      return { type: 'string', enum: variants.map(wordOf) };
    const [some, none] = variants;
    if (variants.length === 2 && none && kindOf(none) === 'Null') return this.#nullable(this.of(some!));
    const oneOf = variants.map((variant) => this.of(variant));
    const propertyName = discriminatorOf(variants);
    if (propertyName === null) return { oneOf };
    const mapping = Object.fromEntries(
      variants.map((variant, at) => [
        wordOf(fieldsOf(variant).find(({ name }) => name === propertyName)!.schema),
        oneOf[at]!['$ref'],
      ]),
    );
    return { oneOf, discriminator: { propertyName, mapping } };
  }

  #nullable(schema: JsonSchema): JsonSchema {
    const { type, ...rest } = schema;
    return typeof type === 'string'
      ? { type: [type, 'null'], ...rest }
      : { anyOf: [schema, { type: 'null' }] };
  }
}

/** The field that is another word in each variant; null: there is none. */
function discriminatorOf(variants: readonly TSchema[]): string | null {
  if (!variants.every((variant) => kindOf(variant) === 'Tuple')) return null;
  const candidates = fieldsOf(variants[0]!).filter(({ schema }) => kindOf(schema) === 'Literal');
  const found = candidates.find(({ name }) => {
    const places = variants.map((variant) => fieldsOf(variant).find((field) => field.name === name)?.schema);
    const words = places.map((place) => (place && kindOf(place) === 'Literal' ? wordOf(place) : undefined));
    return !words.includes(undefined) && new Set(words).size === variants.length;
  });
  return found?.name ?? null;
}

const scalarBounds = ['pattern', 'minLength', 'maxLength', 'minimum', 'maximum'];
const arrayBounds = ['minItems', 'maxItems'];

function pick(schema: TSchema, names: readonly string[]): JsonSchema {
  const there = names.filter((name) => schema[name] !== undefined);
  return Object.fromEntries(there.map((name) => [name, schema[name] as unknown]));
}

function base64Length(schema: TSchema): JsonSchema {
  const [least, most] = [schema['minByteLength'] as number, schema['maxByteLength'] as number];
  const length = (bytes: number) => 4 * Math.ceil(bytes / 3);
  return { minLength: length(least), maxLength: length(most) };
}
