// Frames as JSON and back, by their schemas.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from '@sinclair/typebox';
import { ConversationEvent } from '../../../../protocol/events/conversation-event.ts';
import { conversationEventTypes as types } from '../../../../protocol/events/event-types.ts';
import { InboxEvent } from '../../../../protocol/events/inbox-event.ts';
import { ConversationList } from '../../../../protocol/frames/conversations.ts';
import { fromWire } from '../../../../protocol/codec/named.ts';
import { named, Nullable } from '../../../../protocol/frames/fields.ts';
import { ServerFrame } from '../../../../protocol/frames/server-frames.ts';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { opcodes } from '../../../../protocol/opcodes.ts';
import { fromJson, JsonFault, toJson } from './json.ts';
import { jsonDepthMax, parseJson } from './json-text.ts';
import { exampleOf } from './openapi/examples.ts';

/** The JSON of a value that stands as an array on the wire. */
const jsonOf = (schema: TSchema, wire: unknown) => toJson(schema, fromWire(schema)(wire));

const [ann, ben] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
const message = [7, 1_000, types.message, ann, ben, 3, 'hello', null, [ben], [], null, [['👍', 2, true]]];

void test('a tuple is an object, a number that stands for a word the word, and the socket’s fields are not there', () => {
  const summary = [
    ann,
    'group',
    1,
    7,
    3,
    0,
    0,
    5,
    message,
    [[ben, 'ben', 'Ben']],
    3,
    'n',
    'd',
    null,
    'admin',
    0,
    2,
  ];
  assert.deepEqual(jsonOf(ConversationList, [opcodes.conversationList, 9, [summary], null]), {
    conversations: [
      {
        conversationId: ann,
        kind: 'group',
        epoch: 1,
        headSeq: 7,
        headOrdinal: 3,
        readSeq: 0,
        readOrdinal: 0,
        activeAtMs: 5,
        lastMessage: {
          seq: 7,
          atMs: 1_000,
          type: 'message',
          by: ann,
          key: ben,
          ordinal: 3,
          body: 'hello',
          replyTo: null,
          mentions: [ben],
          attachments: [],
          editedAtMs: null,
          reactions: [{ emoji: '👍', count: 2, mine: true }],
        },
        members: [{ userId: ben, handle: 'ben', displayName: 'Ben' }],
        memberCount: 3,
        name: 'n',
        description: 'd',
        avatarId: null,
        role: 'admin',
        mutedUntilMs: 0,
        unread: 2,
      },
    ],
    next: null,
  });
});

void test('every event and every answer goes to JSON and back, and is what its schema says', () => {
  for (const schema of [...ConversationEvent.anyOf, ...InboxEvent.anyOf]) {
    const json = exampleOf(schema);
    const value = fromJson(schema, json);
    assert.ok(Value.Check(schema, value), `${schema['title']}: ${JSON.stringify(value)}`);
    assert.deepEqual(jsonOf(schema, value), json);
  }
  for (const schema of ServerFrame.anyOf) {
    const json = exampleOf(schema);
    const frame = [schema.items[0].const, 0, ...(fromJson(schema, json) as unknown[])];
    assert.ok(Value.Check(schema, frame), `${schema['title']}: ${JSON.stringify(frame)}`);
    assert.deepEqual(jsonOf(schema, frame), json);
  }
});

void test('the variant of a union is the one whose words fit', () => {
  const changed = [8, 1_000, types.messageDeleted, ann, 7, 'admin'];
  const asJson = { seq: 8, atMs: 1_000, type: 'messageDeleted', by: ann, messageSeq: 7, capacity: 'admin' };
  assert.deepEqual(jsonOf(ConversationEvent, changed), asJson);
  assert.deepEqual(fromJson(ConversationEvent, asJson), changed);
});

void test('bytes are base64, and only the canonical one', () => {
  const schema = named('Key', ['key'], [Type.Uint8Array()]);
  assert.deepEqual(jsonOf(schema, [new Uint8Array([1, 2, 255])]), { key: 'AQL/' });
  assert.deepEqual(fromJson(schema, { key: 'AQL/' }), [new Uint8Array([1, 2, 255])]);
  for (const wrong of ['AQL_', 'AQ', 'AQL/ ', 'é', 5, null])
    assert.throws(() => fromJson(schema, { key: wrong }), /^JsonFault: The field key must be base64/);
});

void test('what has another shape is refused with the place where it is', () => {
  const inner = named('Inner', ['word', 'count'], [Type.String(), Nullable(Type.Integer())]);
  const schema = named(
    'Outer',
    ['opcode', 'requestId', 'items'],
    [Type.Literal(1), Type.Integer(), Type.Array(inner)],
  );
  const faults: [unknown, RegExp][] = [
    [[], /The body must be an object/],
    [null, /The body must be an object/],
    [{}, /The field items is missing/],
    [{ items: {} }, /The field items must be an array/],
    [{ items: [{ word: 'a', count: 1 }, 'b'] }, /The field items\[1\] must be an object/],
    [{ items: [{ word: 'a' }] }, /The field items\[0\]\.count is missing/],
    [{ items: [{ word: 'a', count: 1, more: 1 }] }, /items\[0\]\.more is unknown: known are word, count/],
    [{ items: [], opcode: 2 }, /The field opcode is unknown/],
    [JSON.parse('{"items":[],"__proto__":{}}'), /The field __proto__ is unknown/],
  ];
  for (const [value, expected] of faults) assert.throws(() => fromJson(schema, value), expected);
});

void test('JSON is read strictly: a name twice, deep nesting, other encodings', () => {
  const parse = (text: string) => parseJson(Buffer.from(text));
  assert.deepEqual(parse('{"a":{"b":1},"c":[{"b":2},{"b":3}],"d":"{\\"b\\":1,\\"b\\""}'), {
    a: { b: 1 },
    c: [{ b: 2 }, { b: 3 }],
    d: '{"b":1,"b"',
  });
  const faults: [string, RegExp][] = [
    ['{"a":1,"a":2}', /The field a is there twice/],
    ['{"x":[{"a":1 , "b":"}", "\\u0061" :2}]}', /The field a is there twice/],
    [`${'['.repeat(jsonDepthMax + 1)}${']'.repeat(jsonDepthMax + 1)}`, /nested deeper than 16/],
    ['', /The body is empty/],
    ['{"a":', /is not JSON/],
    ["{'a':1}", /is not JSON/],
  ];
  for (const [text, expected] of faults) assert.throws(() => parse(text), expected, text);
  assert.throws(() => parseJson(new Uint8Array([0x22, 0xff, 0x22])), JsonFault);
  parse(`${'['.repeat(jsonDepthMax)}${']'.repeat(jsonDepthMax)}`);
});
