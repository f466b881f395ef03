// Examples for the documentation: values by the names of fields, so that the same conversation runs through all of it.
import type { TSchema } from '@sinclair/typebox';
import { Uuid } from '../../../../../protocol/frames/fields.ts';
import { fieldsOf, kindOf, wordOf } from '../json.ts';

const ann = '7c0f8a52-1c9e-4b5e-9d7a-3f1f0a6f2b11';
const ben = 'b2a4c9d0-58f3-4c1b-8e7d-6a9c2e4f7d02';
const cyd = '0d6e1f3c-9b27-4a8f-b0c4-5e8d7f2a1c33';
const sentAtMs = 1_767_312_000_000;

export const exampleConversation = '3f9d2c1e-7a64-4f0b-9c58-1e2d3c4b5a66';
export const exampleUpload = '9e8d7c6b-5a49-4837-a615-0f1e2d3c4b5a';

const byName: Readonly<Record<string, unknown>> = {
  conversationId: exampleConversation,
  userId: ben,
  by: ann,
  deletedBy: ann,
  createdBy: ann,
  userIds: [ben],
  memberIds: [ben, cyd],
  mentions: [],
  attachments: [],
  attachmentIds: [],
  seqs: [],
  key: '019b7cd4-2c00-7000-8a3f-5d1c9e7b2a44',
  prev: null,
  replyTo: null,
  avatarId: null,
  attachmentId: exampleUpload,
  deviceId: '5b1e9f70-3d2c-4a68-8f91-c7e6d5b4a392',
  publicKey: 'hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=',
  body: 'See you at eight?',
  emoji: '👍',
  name: 'Climbing on Thursday',
  description: 'Hall 2, and soup afterwards',
  handle: 'ben',
  handlePrefix: 'be',
  displayName: 'Ben',
  code: 'b1946ac92492d2347c6235b4d2611184',
  codeHash: null,
  reason: 'Report 4711: threats',
  action: 'messageDeleted',
  subject: '12',
  detail: 'author',
  day: '2026-01-02',
  cursor: null,
  next: null,
  after: null,
  beforeSeq: null,
  lastMessage: null,
  editedAtMs: null,
  mutedUntilMs: 0,
  untilMs: sentAtMs + 86_400_000,
  messageSeq: 12,
  seq: 12,
  headSeq: 12,
  asOfSeq: 12,
  deliveredSeq: 12,
  readSeq: 12,
  upToSeq: 12,
  epoch: 1,
  ordinal: 9,
  limit: 50,
  days: 30,
  type: 'image/png',
  more: false,
};

/** @param name the field's, when it is one */
export function exampleOf(schema: TSchema, name = ''): unknown {
  switch (kindOf(schema)) {
    case 'Tuple':
      return Object.fromEntries(
        fieldsOf(schema).map((field) => [field.name, exampleOf(field.schema, field.name)]),
      );
    case 'Array':
      return byName[name] instanceof Array ? byName[name] : [exampleOf(schema['items'] as TSchema)];
    case 'Union': {
      const variants = schema['anyOf'] as TSchema[];
      if (byName[name] === null && variants.some((variant) => kindOf(variant) === 'Null')) return null;
      // Of events, a message: the second of them says the most.
      return exampleOf(variants.find((variant) => variant['title'] === 'Message') ?? variants[0]!, name);
    }
    case 'Literal':
      return wordOf(schema);
    case 'Boolean':
      return byName[name] ?? true;
    case 'Integer':
      return integer(schema, name);
    default:
      return text(schema, name);
  }
}

function integer(schema: TSchema, name: string): number {
  if (name.endsWith('AtMs') || name === 'atMs') return sentAtMs;
  const known = byName[name];
  const value = typeof known === 'number' ? known : 3;
  return Math.min(value, (schema['maximum'] as number | undefined) ?? value);
}

function text(schema: TSchema, name: string): string {
  const known = byName[name];
  if (typeof known === 'string') return known;
  return schema === Uuid ? ben : name;
}
