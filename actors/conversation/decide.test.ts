import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationCreated, ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { limits } from '../../protocol/limits.ts';
import { unchanged } from '../runtime/decision.ts';
import { accept, refuse } from '../runtime/reply.ts';
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
  return evolve(absent, creation());
}

function creation(): ConversationCreated {
  const decision = decideOpenDirect(absent, opening, start);
  assert.ok(decision.kind === 'happens');
  return decision.event;
}

function sent(state: KnownConversation, body: string, nowMs = start): ConversationEvent {
  const decided = decideSend(state, message(body), nowMs);
  assert.ok(decided.ok, JSON.stringify(decided));
  return decided.value;
}

void test('[DM-1] a conversation is created once, with both as members', () => {
  const created = creation();
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
  assert.equal(decideOpenDirect(state, opening, start), unchanged);
  assert.equal(decideOpenDirect(state, { ...opening, by: bob, peer: ada }, start), unchanged);
});

void test('[MSG-1] sequence numbers and ordinals have no gap, and the same events give the same state', () => {
  const events: ConversationEvent[] = [creation()];
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
    const decided = decideSend(state, message(body), start);
    return decided.ok ? 'sent' : decided.error.code;
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
  for (const by of [ada, bob, null]) assert.deepEqual(visibleTo(state, by), accept(state));
  for (const [seen, by] of [
    [state, 'eve'],
    [absent, ada],
    [absent, null],
  ] as const) {
    assert.deepEqual(visibleTo(seen, by), refuse('conversation_not_found'));
  }
});

void test('a message in a conversation that was never created is a fault of ours', () => {
  assert.throws(() => evolve(absent, sent(opened(), 'hi')), /never created/);
});
