// Messages as later events have left them, whichever of page and event comes first.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConversationEvent } from '../../../protocol/client/index.ts';
import type { Action } from './action.ts';
import { reduce } from './reduce.ts';
import type { ChatState } from './state.ts';
import { after, bob, me, message, messages, subscribedAt, summary, talk } from './testing-values.ts';

const the = (state: ChatState) => state.conversations.get(talk)!;
const listed = { type: 'listed', summaries: [summary(9, 9)] } as const;
const event = (what: ConversationEvent, asOfSeq?: number): Action =>
  asOfSeq === undefined
    ? { type: 'event', id: talk, event: what }
    : { type: 'event', id: talk, event: what, asOfSeq };
const page = (from: number, to: number, asOfSeq: number): Action => ({
  type: 'earlierLoaded',
  id: talk,
  epoch: 1,
  before: to + 1,
  events: messages(from, to),
  more: true,
  asOfSeq,
});
const edited = (seq: number, of: number, body: string): ConversationEvent => ({
  seq,
  atMs: 0,
  type: 'messageEdited',
  by: bob,
  messageSeq: of,
  body,
  mentions: [],
});
const deleted = (seq: number, of: number): ConversationEvent => ({
  seq,
  atMs: 0,
  type: 'messageDeleted',
  by: bob,
  messageSeq: of,
  capacity: 'author',
});
const reacted = (seq: number, of: number, by = me, present = true): ConversationEvent => {
  return { seq, atMs: 0, type: 'reaction', by, messageSeq: of, emoji: '👍', present };
};
const at = (state: ChatState, seq: number) => the(state).messages.find((one) => one.seq === seq);

void describe('[MSG-5] [REA-1] a change of a message', () => {
  const begun = after(listed, subscribedAt(9), event(message(10, bob)));

  void it('shows, and leaves every other message the same value', () => {
    const two = reduce(begun, event(message(11, bob)));
    const state = reduce(two, event(edited(12, 10, 'better')));
    assert.equal(at(state, 10)?.body, 'better');
    assert.equal(at(state, 11), at(two, 11));
    assert.equal(at(reduce(state, event(deleted(13, 10))), 10)?.deleted, true);
  });

  void it('counts once when the page that was on its way does not have it', () => {
    const state = after(listed, subscribedAt(9), event(reacted(10, 8)), page(5, 9, 9));
    assert.deepEqual(at(state, 8)?.reactions, [{ emoji: '👍', count: 1, mine: true }]);
  });

  void it('counts not at all when the page has it already', () => {
    const state = after(listed, subscribedAt(9), event(reacted(10, 8)), page(5, 9, 10));
    assert.deepEqual(at(state, 8)?.reactions, []);
    const resumed = after(listed, subscribedAt(9), event(message(10, bob), 14), event(reacted(12, 10), 14));
    assert.deepEqual(at(resumed, 10)?.reactions, []);
  });

  void it('reaches what is quoted', () => {
    const quoted = { type: 'quoted', id: talk, seq: 10, message: at(begun, 10)! } as const;
    const state = [quoted, event(deleted(11, 10))].reduce(reduce, begun);
    assert.equal(the(state).quoted.get(10)?.deleted, true);
  });
});

void describe('[DM-3] what lies around an old message', () => {
  const around: Action = {
    type: 'detachedLoaded',
    id: talk,
    epoch: 1,
    after: 19,
    events: messages(20, 29),
    more: true,
    asOfSeq: 60,
  };
  const grown = (end: 'earlier' | 'later', edge: number, from: number, to: number): Action => ({
    type: 'detachedGrown',
    id: talk,
    epoch: 1,
    end,
    edge,
    events: messages(from, to),
    more: true,
    asOfSeq: 60,
  });
  const begun = after(listed, subscribedAt(49), event(message(50, bob)), around);
  const seqs = (list: readonly { readonly seq: number }[]) => list.map(({ seq }) => seq);

  void it('stands apart, and changes with the rest', () => {
    assert.deepEqual(seqs(the(begun).messages), [50]);
    assert.equal(the(begun).detached?.messages.length, 10);
    const state = reduce(begun, event(deleted(61, 25)));
    assert.equal(the(state).detached?.messages[5]?.deleted, true);
  });

  void it('grows at both ends, and only from where it ends', () => {
    const state = [grown('earlier', 20, 15, 19), grown('later', 29, 30, 34)].reduce(reduce, begun);
    assert.deepEqual([the(state).detached?.from, the(state).detached?.to], [15, 34]);
    assert.equal(reduce(state, grown('later', 29, 30, 34)), state);
  });

  void it('becomes part of the end once the two meet, without a gap and without a repeat', () => {
    const state = reduce(begun, grown('later', 29, 30, 52));
    assert.equal(the(state).detached, null);
    assert.deepEqual(
      seqs(the(state).messages),
      Array.from({ length: 31 }, (_, i) => 20 + i),
    );
    assert.equal(the(state).loadedFrom, 20);
  });

  void it('is left for the end, by choice or with the conversation', () => {
    assert.equal(the(reduce(begun, { type: 'reattached', id: talk })).detached, null);
    const open = reduce(begun, { type: 'opened', id: talk });
    assert.equal(the(reduce(open, { type: 'opened', id: null })).detached, null);
  });
});

void describe('what passes', () => {
  const typing = (userId: string, active: boolean): Action => ({ type: 'typing', id: talk, userId, active });
  const begun = after(listed, subscribedAt(9));

  void it('[MSG-6] whoever has sent a message has stopped writing', () => {
    const writing = reduce(begun, typing(bob, true));
    assert.deepEqual(writing.acts.typing.get(talk), [bob]);
    assert.equal(reduce(writing, event(message(10, bob))).acts.typing.size, 0);
    assert.equal(reduce(writing, typing(bob, false)).acts.typing.size, 0);
  });

  void it('[REA-1] a wish ends with the event that fulfils it, not with an older one', () => {
    const wish = (present: boolean): Action => ({
      type: 'reacting',
      id: talk,
      seq: 8,
      emoji: '👍',
      wish: present,
    });
    const wished = [wish(true), wish(false)].reduce(reduce, begun);
    const early = reduce(wished, event(reacted(10, 8)));
    assert.equal(early.acts.reacting.get(`${talk}/8`)?.get('👍'), false);
    assert.equal(reduce(early, event(reacted(11, 8, me, false))).acts.reacting.size, 0);
  });
});
