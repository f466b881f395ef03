// An HTTP request becomes the client frame that it stands for: fields from the path, the query or the JSON body, checked
// by the very same compiled checks as frames of the socket. What is wrong is told with the field's name.
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { limits } from '../../../../protocol/limits.ts';
import { checkClientFrame } from '../../../../protocol/validate.ts';
import type { UserRequest } from '../../gateway/requests/handler.ts';
import type { Exchange } from '../api/exchange.ts';
import { Refusal } from '../api/problem.ts';
import type { RequestBody } from '../api/request-body.ts';
import { checkNames, fieldsOf, fromJson, JsonFault, kindOf, placesOf, under } from './json.ts';
import { parseJson } from './json-text.ts';
import {
  askedFields,
  frameSchemaOf,
  hasBody,
  pathFields,
  type JsonObject,
  type Operation,
} from './operation.ts';

export interface RestRequest {
  /** The fields by their names, as JSON has them. */
  readonly asked: JsonObject;
  readonly frame: UserRequest;
}

/** Null when the client is gone. Throws a Refusal that names the field at fault. */
export async function readRequest(
  operation: Operation,
  exchange: Exchange,
  body: RequestBody,
  newKey: () => string,
): Promise<RestRequest | null> {
  const bytes = hasBody(operation) ? await readBody(exchange, body) : null;
  // Half of a request is none.
  if (exchange.aborted) return null;
  try {
    const said = bytes ? parseJson(bytes) : fromQuery(operation, exchange.query);
    const asked = { ...fromPath(operation, exchange), ...complete(operation, said, exchange, newKey) };
    return { asked, frame: frameOf(operation, asked) };
  } catch (error) {
    if (error instanceof JsonFault) throw new Refusal('invalid_frame', { detail: error.message });
    throw error;
  }
}

async function readBody(exchange: Exchange, body: RequestBody): Promise<Buffer> {
  const type = exchange.header('content-type').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/json') {
    const detail = 'The request needs a JSON body and the header "Content-Type: application/json".';
    throw new Refusal('invalid_request', { status: 415, detail });
  }
  if (!['', 'identity'].includes(exchange.header('content-encoding').trim().toLowerCase()))
    throw new Refusal('invalid_request', {
      status: 415,
      detail: 'Send the body without a content encoding.',
    });
  return body.whole(limits.frameBytesMax);
}

function fromPath(operation: Operation, exchange: Exchange): JsonObject {
  const fields = pathFields(operation);
  return Object.fromEntries(
    fields.map(({ name, schema }, at) => [
      name,
      fromText(schema, decodeSegment(exchange.parameter(at), name)),
    ]),
  );
}

function decodeSegment(segment: string, name: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new JsonFault(name, 'is not percent-encoded UTF-8');
  }
}

function fromQuery(operation: Operation, query: URLSearchParams): JsonObject {
  const names = [...query.keys()];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new JsonFault(twice.slice(0, 100), 'is there twice');
  const schemas = new Map(fieldsOf(frameSchemaOf(operation)).map(({ name, schema }) => [name, schema]));
  // Those stand for a sequence number.
  const schemaOf = (name: string) => schemas.get(name) ?? (operation.paged ? schemas.get('seq') : undefined);
  return Object.fromEntries(
    Array.from(query, ([name, text]) => {
      const schema = schemaOf(name);
      return [name, schema ? fromText(schema, text) : text];
    }),
  );
}

/** A value of the path or the query. What is no number stays a text, for the check to refuse. */
function fromText(schema: TSchema, text: string): unknown {
  switch (kindOf(schema)) {
    case 'Integer':
      return /^-?\d{1,17}$/.test(text) ? Number(text) : text;
    case 'Union':
      return fromText((schema['anyOf'] as TSchema[])[0]!, text);
    default:
      return text;
  }
}

/** Adds what the request may leave out. */
function complete(
  operation: Operation,
  said: unknown,
  exchange: Exchange,
  newKey: () => string,
): Record<string, unknown> {
  const { fixed, defaults, paged, keyed } = operation;
  const fields = askedFields(operation);
  const names = fields.map(({ name }) => name);
  checkNames(said, paged ? ['before', 'after', ...names] : names);
  const missing = fields.find(
    ({ name, required }) => required && !Object.hasOwn(said as Record<string, unknown>, name),
  );
  if (missing) throw new JsonFault(missing.name, 'is missing');
  const fieldsSaid = paged ? withDirection(said) : said;
  const key = keyed ? { key: keyOf(said, exchange, newKey) } : {};
  return { ...defaults, ...fieldsSaid, ...fixed, ...key };
}

/** Before or after a sequence number; neither: the latest. */
function withDirection({ before, after, ...others }: Record<string, unknown>): Record<string, unknown> {
  if (before !== undefined && after !== undefined)
    throw new JsonFault('after', 'cannot stand beside before: a page goes one way');
  if (after !== undefined) return { ...others, direction: 'after', seq: after };
  return { ...others, direction: 'before', seq: before ?? Number.MAX_SAFE_INTEGER };
}

function keyOf({ key }: Record<string, unknown>, exchange: Exchange, newKey: () => string): unknown {
  const header = exchange.header('idempotency-key');
  if (key !== undefined && header !== '' && key !== header)
    throw new JsonFault('key', 'differs from the header Idempotency-Key');
  if (key !== undefined) return key;
  return header === '' ? newKey() : header;
}

function frameOf(operation: Operation, asked: JsonObject): UserRequest {
  const schema = frameSchemaOf(operation);
  const requestId = 0;
  const frame = placesOf(schema).map(({ name, schema: place }) => {
    if (name === 'opcode') return operation.opcode;
    return name === 'requestId' ? requestId : fromJson(place, asked[name], name);
  });
  const checked = checkClientFrame(frame);
  if (!checked.ok) throw faultIn(operation, asked, frame);
  return checked.frame as UserRequest;
}

function faultIn(operation: Operation, asked: JsonObject, frame: readonly unknown[]): JsonFault {
  const schema = frameSchemaOf(operation);
  const error = Value.Errors(schema, frame).First();
  // The only thing that a schema does not say of a text.
  if (!error) return new JsonFault('', 'has a text with a NUL or with half of a surrogate pair');
  // Of a value that may be null or something, what matters is what is wrong with the something.
  const inner = error.errors[0]?.First() ?? error;
  const path = nameOfPlace(schema, error.path);
  const message = inner.message.replace(/^Expected/, 'is not what is expected:');
  return new JsonFault(operation.paged && path === 'seq' ? String(asked['direction']) : path, message);
}

/** `/4/0`, as the check counts places, by the names that they have. */
function nameOfPlace(schema: TSchema, path: string): string {
  let at: TSchema | undefined = schema;
  let name = '';
  for (const step of path.split('/').slice(1)) {
    if (at && kindOf(at) === 'Tuple') {
      const place: { name: string; schema: TSchema } = placesOf(at)[Number(step)]!;
      name = under(name, place.name);
      at = place.schema;
    } else {
      name = `${name}[${step}]`;
      at = at && kindOf(at) === 'Array' ? (at['items'] as TSchema) : undefined;
    }
  }
  return name;
}
