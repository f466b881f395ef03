// One operation of the table as OpenAPI describes it.
import type { TSchema } from '@sinclair/typebox';
import { Seq, Uuid } from '../../../../../protocol/frames/fields.ts';
import { kindOf } from '../json.ts';
import { askedFields, frameSchemaOf, hasBody, pathFields, type Operation } from '../operation.ts';
import { exampleOf } from './examples.ts';
import { meanings } from './meanings.ts';
import { everywhere, problemResponses, type Refused } from './problems.ts';
import type { JsonSchema, Components } from './schemas.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly description?: string;
  readonly example?: unknown;
}

export interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: JsonSchema;
  readonly responses: Readonly<Record<string, JsonSchema>>;
  /** Empty: nobody needs to say who they are. Otherwise as the document says for all. */
  readonly security?: readonly [];
}

export function describe(operation: Operation, components: Components): OperationObject {
  const { operationId, summary, description, tag } = operation;
  const parameters = parametersOf(operation, components);
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody(operation) && { requestBody: bodyOf(operation, components) }),
    responses: {
      ...success(operation, components),
      ...problemResponses(components, refusalsOf(operation)),
    },
    ...(operation.open && { security: [] as const }),
  };
}

function refusalsOf(operation: Operation): Refused[] {
  const withBody: Refused[] = [
    ['invalid_request', 413],
    ['invalid_request', 415],
  ];
  const takesFields = pathFields(operation).length > 0 || askedFields(operation).length > 0;
  return [
    ...(takesFields ? (['invalid_frame'] as const) : []),
    ...operation.refusals,
    ...(hasBody(operation) ? withBody : []),
    ...everywhere.filter((code) => !operation.open || code !== 'unauthenticated'),
  ];
}

function parametersOf(operation: Operation, components: Components): Parameter[] {
  const path = pathFields(operation).map(({ name, schema }): Parameter => {
    const example = exampleOf(schema, name);
    return { name, in: 'path', required: true, schema: components.of(schema), example };
  });
  const { paged, keyed, etag } = operation;
  return [
    ...path,
    ...(hasBody(operation) ? [] : queryOf(operation, components)),
    ...(paged ? [edge('before', components), edge('after', components)] : []),
    ...(keyed ? [header('Idempotency-Key', components.of(Uuid), 'Instead of `key` in the body.')] : []),
    ...(etag ? [header('If-None-Match', { type: 'string' }, 'The ETag that you have.')] : []),
  ];
}

function queryOf(operation: Operation, components: Components): Parameter[] {
  return askedFields(operation).map(({ name, schema, required }) => {
    const value = operation.defaults?.[name];
    // In a query there is no null: what is left out is.
    const kept = {
      ...components.of(withoutNull(schema)),
      ...(value !== undefined && value !== null && { default: value }),
    };
    const description = meanings[name];
    return {
      name,
      in: 'query',
      required,
      schema: kept,
      ...(description !== undefined && { description }),
      ...(required && { example: exampleOf(schema, name) }),
    };
  });
}

function withoutNull(schema: TSchema): TSchema {
  return kindOf(schema) === 'Union' ? (schema['anyOf'] as TSchema[])[0]! : schema;
}

function edge(name: 'before' | 'after', components: Components): Parameter {
  const description = `Events strictly ${name} this sequence number; not together with the other.`;
  return { name, in: 'query', required: false, schema: components.of(Seq), description };
}

function header(name: string, schema: JsonSchema, description: string): Parameter {
  return { name, in: 'header', required: false, schema, description };
}

function bodyOf(operation: Operation, components: Components): JsonSchema {
  const fields = askedFields(operation);
  const title = `${frameSchemaOf(operation)['title'] as string}Body`;
  const schema = components.component(title, () => ({
    type: 'object',
    properties: Object.fromEntries(
      fields.map(({ name, schema: field }) => [
        name,
        withDefault(components.field(name, field), operation, name),
      ]),
    ),
    required: fields.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  }));
  const shown = fields.filter(({ name, required }) => required || name === 'key');
  const example = Object.fromEntries(shown.map(({ name, schema: field }) => [name, exampleOf(field, name)]));
  return { required: true, content: { 'application/json': { schema, example } } };
}

function withDefault(schema: JsonSchema, { defaults = {} }: Operation, name: string): JsonSchema {
  return Object.hasOwn(defaults, name) ? { ...schema, default: defaults[name] } : schema;
}

function success({ status, answer, etag, next }: Operation, components: Components) {
  if (!answer) return { [status]: { description: 'Done.' } };
  const tag = { ETag: { schema: { type: 'string' }, description: 'Names this very content.' } };
  const link = {
    Link: { schema: { type: 'string' }, description: 'The address of the next page, while there is one.' },
  };
  const headers = { ...(etag && tag), ...(next && link) };
  const answered = {
    description: `\`${answer['title'] as string}\``,
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { 'application/json': { schema: components.of(answer), example: exampleOf(answer) } },
  };
  const unchanged = { '304': { description: 'It is as you have it.', headers: tag } };
  return { [status]: answered, ...(etag && unchanged) };
}
