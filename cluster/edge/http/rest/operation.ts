// An operation of the REST API: a path and a method that stand for a client frame of the protocol, and how the
// frame's fields are said over HTTP. Everything else follows from the frame's schema: the checks, the JSON, the
// description in OpenAPI.
import type { TSchema } from '@sinclair/typebox';
import type { ErrorCode } from '../../../../protocol/errors.ts';
import { ClientFrame } from '../../../../protocol/frames/client-frames.ts';
import type { UserOpcode } from '../../gateway/requests/handler.ts';
import { fieldsOf, type Field } from './json.ts';

export type RestMethod = 'get' | 'post' | 'put' | 'delete';

export const tags = {
  Conversations: 'The list of conversations, one of them, and how far one has read.',
  Messages: 'Sending, changing and reading messages, and reacting to them.',
  Groups: 'Making a group, who belongs to it, and inviting people.',
  People: 'Finding people, and not hearing from them.',
  Account: 'Devices and notifications of the user whose token it is.',
  Moderation: 'What happened to a conversation, for those who answer for it.',
  Attachments: 'Uploading files in pieces (tus 1.0.0), and fetching those on messages.',
  Documentation: 'This description.',
} as const;

export interface Operation {
  readonly method: RestMethod;
  /** With the names of fields in braces: `/v1/conversations/{conversationId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: keyof typeof tags;
  readonly opcode: UserOpcode;
  readonly status: 200 | 201 | 204;
  /** The frame that answers; null for `done`, which has no content. */
  readonly answer: TSchema | null;
  /** Fields that the path and method say. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** Fields that may be left out, and what they are then. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Has a `key`, which may come as the header Idempotency-Key, and is made here when there is none. */
  readonly keyed?: true;
  /** `before` and `after` in the query stand for `direction` and `seq`. */
  readonly paged?: true;
  /** The query of the page after this one; null: it is the last. */
  readonly next?: (answer: JsonObject, asked: JsonObject) => Readonly<Record<string, string | number>> | null;
  /** The answer carries an ETag. */
  readonly etag?: true;
  /** Nobody needs to say who they are: it is paid from a budget of the address. */
  readonly open?: true;
  /** Codes of this operation, besides those that every operation may answer. */
  readonly refusals: readonly ErrorCode[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON made by the schema of a known frame
export type JsonObject = Readonly<Record<string, any>>;

const frames = new Map<number, TSchema>(ClientFrame.anyOf.map((schema) => [schema.items[0].const, schema]));

export function frameSchemaOf({ opcode }: Pick<Operation, 'opcode'>): TSchema {
  return frames.get(opcode)!;
}

export function pathNames(path: string): string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name!);
}

/** GET and DELETE say their fields in the query, the others in a JSON body. */
export function hasBody(operation: Operation): boolean {
  return ['post', 'put'].includes(operation.method) && askedFields(operation).length > 0;
}

export interface AskedField extends Field {
  readonly required: boolean;
}

/** The fields that a request says in its path. */
export function pathFields(operation: Operation): Field[] {
  const fields = fieldsOf(frameSchemaOf(operation));
  return pathNames(operation.path).map((name) => fields.find((field) => field.name === name)!);
}

/** The fields that a request says in its query or body. */
export function askedFields(operation: Operation): AskedField[] {
  const { path, fixed = {}, defaults = {}, keyed, paged } = operation;
  const elsewhere = new Set([
    ...pathNames(path),
    ...Object.keys(fixed),
    ...(paged ? ['direction', 'seq'] : []),
  ]);
  return fieldsOf(frameSchemaOf(operation))
    .filter(({ name }) => !elsewhere.has(name))
    .map(({ name, schema }) => {
      const optional = Object.hasOwn(defaults, name) || (keyed === true && name === 'key');
      return { name, schema, required: !optional };
    });
}
