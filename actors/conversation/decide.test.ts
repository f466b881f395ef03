import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { limits } from '../../protocol/limits.ts';
import type { SendMessage } from './commands.ts';
import { decideOpenDirect } from './decide-creation.ts';
import { decideSend } from './decide-messages.ts';
import { visibleTo } from './permissions.ts';
import { absent, evolve, firstEpoch, type ConversationState, type KnownConversation } from './state.ts';

const ada = 'ada';
const bob = 'bob';
const start = Date.UTC(2026, 0, 1);
const opening = { type: 'open_direct', by: ada, peer: bob } as const;
const message = (body: string, by = ada): SendMessage => ({
  type: 'send',
  by,
  key: `key of ${body}`,
  body,
  prev: null,
  replyTo: null,
  mentions: [],
  attachments: [],
});

function opened(): KnownConversation {
  return evolve(absent, decideOpenDirect(absent, opening, start)!);
}

function sent(state: KnownConversation, body: string, nowMs = start): ConversationEvent {
  const event = decideSend(state, message(body), nowMs);
  assert.ok(!('code' in event), JSON.stringify(event));
  return event;
}

void test('[DM-1] a conversation is created once, with both as members', () => {
  const created = decideOpenDirect(absent, opening, start)!;
  assert.deepEqual(created, {
    seq: 1,
    atMs: start,
    type: 'created',
    by: ada,
    kind: 'direct',
    memberIds: [ada, bob],
    name: '',
    description: '',
    avatarId: null,
  });
  const state = evolve(absent, created);
  assert.deepEqual([state.headSeq, state.headOrdinal, state.epoch], [1, 0, firstEpoch]);
  assert.equal(decideOpenDirect(state, opening, start), null);
  assert.equal(decideOpenDirect(state, { ...opening, by: bob, peer: ada }, start), null);
});

void test('[MSG-1] sequence numbers and ordinals have no gap, and the same events give the same state', () => {
  const events: ConversationEvent[] = [decideOpenDirect(absent, opening, start)!];
  let state: KnownConversation = evolve(absent, events[0]!);
  for (let count = 0; count < 500; count++) {
    events.push(sent(state, `${count}`, start + count));
    state = evolve(state, events.at(-1)!);
  }
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: 501 }, (_, at) => at + 1),
  );
  assert.deepEqual(
    events.slice(1).map((event) => event.type === 'message' && event.ordinal),
    Array.from({ length: 500 }, (_, at) => at + 1),
  );
  assert.deepEqual(events.reduce<ConversationState>(evolve, absent), state);
  assert.deepEqual([state.headSeq, state.headOrdinal], [501, 500]);
});

void test('[OFF-6] times never run backwards, whatever the clock does', () => {
  let state = opened();
  const times = [start + 50, start - 3_600_000, start + 20, start + 60].map((nowMs) => {
    const event = sent(state, 'hi', nowMs);
    state = evolve(state, event);
    return event.atMs - start;
  });
  assert.deepEqual(times, [50, 50, 50, 60]);
});

void test('a body has at least one visible character and at most the bytes allowed', () => {
  const state = opened();
  const codeOf = (body: string) => {
    const event = decideSend(state, message(body), start);
    return 'code' in event ? event.code : 'sent';
  };
  for (const blank of ['', ' ', '\n\t ', '\u00a0\u2003']) assert.equal(codeOf(blank), 'body_empty');
  const max = limits.messageBodyBytesMax;
  assert.equal(codeOf('x'.repeat(max)), 'sent');
  assert.equal(codeOf('x'.repeat(max + 1)), 'body_too_large');
  assert.equal(codeOf('é'.repeat(max / 2)), 'sent');
  assert.equal(codeOf(`${'é'.repeat(max / 2)}x`), 'body_too_large');
  assert.equal(codeOf('👋'.repeat(max / 4)), 'sent');
  assert.equal(codeOf(`${'👋'.repeat(max / 4)}x`), 'body_too_large');
});

void test('[ACC-2] only members see it, and the server itself', () => {
  const state = opened();
  assert.equal(visibleTo(state, ada), state);
  assert.equal(visibleTo(state, bob), state);
  assert.equal(visibleTo(state, null), state);
  for (const [seen, by] of [
    [state, 'eve'],
    [absent, ada],
    [absent, null],
  ] as const) {
    const refusal = visibleTo(seen, by);
    assert.equal('code' in refusal && refusal.code, 'conversation_not_found');
  }
});

void test('a message in a conversation that was never created is a fault of ours', () => {
  assert.throws(() => evolve(absent, sent(opened(), 'hi')), /never created/);
});
