// Values of a schema, with positions and with names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConversationEvent } from '../events/conversation-event.ts';
import { conversationEventTypes as types } from '../events/event-types.ts';
import { Labelled, named, Nullable, OneOf, Seq, Text } from '../frames/fields.ts';
import { Type } from '../frames/schema.ts';
import { SubscribeResult } from '../frames/subscribe.ts';
import { fromWire, toWire, type Named } from './named.ts';

const [ann, ben, key] = ['ann', 'ben', 'key'];
const wire = [7, 1_000, types.message, ann, key, 3, 'hello', null, [ben], [], 5, [['👍', 2, true]]];
const message = {
  seq: 7,
  atMs: 1_000,
  type: 'message',
  by: ann,
  key,
  ordinal: 3,
  body: 'hello',
  replyTo: null,
  mentions: [ben],
  attachments: [],
  editedAtMs: 5,
  reactions: [{ emoji: '👍', count: 2, mine: true }],
} as const;

/** Fails to compile unless both are the same type. */
function same<A, B>(proof: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? 1 : 0) {
  return proof;
}

void test('places become names and back, in what stands inside too', () => {
  assert.deepEqual(fromWire(ConversationEvent)(wire as never), message);
  assert.deepEqual(toWire(ConversationEvent)(message), wire);
});

void test('fields stand in the order of their places, whatever the order of an object', () => {
  const pair = named('Pair', ['first', 'second'], [Seq, Text]);
  assert.deepEqual(toWire(pair)({ second: 'b', first: 1 }), [1, 'b']);
  assert.deepEqual(Object.keys(fromWire(pair)([1, 'b'])), ['first', 'second']);
});

void test('the variants of a union are told apart by the literal that all of them have', () => {
  const deleted = [8, 1_000, types.messageDeleted, ann, 7, 'admin'] as const;
  const inside = { seq: 8, atMs: 1_000, type: 'messageDeleted', by: ann, messageSeq: 7, capacity: 'admin' };
  assert.deepEqual(fromWire(ConversationEvent)([...deleted]), inside);
  assert.deepEqual(toWire(ConversationEvent)(inside as never), deleted);
  assert.deepEqual(fromWire(SubscribeResult)(['refused', ann, 'overloaded', 'wait', 5]), {
    result: 'refused',
    conversationId: ann,
    code: 'overloaded',
    message: 'wait',
    retryAfterMs: 5,
  });
});

void test('a variant that the schema does not know is an error', () => {
  assert.throws(() => fromWire(ConversationEvent)([9, 1_000, 99, ann] as never), /unknown type: 99/);
  assert.throws(
    () => toWire(ConversationEvent)({ ...message, type: 'other' } as never),
    /unknown type: other/,
  );
});

void test('null stays null, and what has no names stays itself', () => {
  const last = Nullable(ConversationEvent);
  assert.equal(fromWire(last)(null), null);
  assert.equal(toWire(last)(null), null);
  assert.deepEqual(toWire(last)(message), wire);
  const words = ['a', 'b'];
  assert.equal(toWire(Type.Array(Text))(words), words);
  assert.equal(toWire(OneOf('up', 'down'))('up'), 'up');
  const bytes = new Uint8Array([1, 2]);
  assert.equal(fromWire(Type.Uint8Array())(bytes), bytes);
});

void test('a schema whose variants nothing tells apart is refused when its converter is built', () => {
  const [left, right] = [named('Left', ['a'], [Seq]), named('Right', ['a'], [Text])];
  assert.throws(() => toWire(Type.Union([left, right])), /no literal tells apart/);
  assert.throws(() => fromWire(Type.Union([left, Text])), /nothing tells apart/);
  const twice = named('Twice', ['type'], [Labelled(1, 'one')]);
  assert.throws(() => fromWire(Type.Union([twice, twice])), /two variants with the type 1/);
});

void test('the type of the object follows from the schema', () => {
  const inner = named('Inner', ['word', 'count'], [Text, Nullable(Seq)]);
  const outer = named('Outer', ['type', 'items'], [Labelled(1, 'one'), Type.Array(inner)]);
  interface Inner {
    readonly word: string;
    readonly count: number | null;
  }
  assert.equal(same<Named<typeof inner>, Inner>(1), 1);
  assert.equal(same<Named<typeof outer>, { readonly type: 'one'; readonly items: readonly Inner[] }>(1), 1);
  assert.deepEqual(fromWire(outer)([1, [['a', null]]]), { type: 'one', items: [{ word: 'a', count: null }] });
  const event: Named<typeof ConversationEvent> = message;
  // @ts-expect-error a place without a name
  assert.ok(named('Short', ['word'], [Text, Seq]));
  assert.equal(event.type === 'message' && event.reactions[0]?.emoji, '👍');
});
