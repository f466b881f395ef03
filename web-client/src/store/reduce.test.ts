import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OutboxMessage } from '../../../protocol/client/index.ts';
import { backgroundMessagesMax } from './bounds.ts';
import { isUnsure } from './deleted-unread.ts';
import { reduce } from './reduce.ts';
import { byActivity, ownState, previewOf, reachOf, totalUnread, unreadOf } from './select.ts';
import type { ChatState } from './state.ts';
import { after, bob, keyOf, me, message, messages, subscribedAt, summary, talk } from './testing-values.ts';

const the = (state: ChatState) => state.conversations.get(talk)!;
const listed = (head: number, readSeq: number) =>
  ({ type: 'listed', summaries: [summary(head, readSeq)] }) as const;
const event = (seq: number, senderId: string, key?: string) =>
  ({ type: 'event', id: talk, event: message(seq, senderId, key) }) as const;
const page = (before: number, from: number, to: number, more: boolean) =>
  ({
    type: 'earlierLoaded',
    id: talk,
    epoch: 1,
    before,
    events: messages(from, to),
    more,
    asOfSeq: to,
  }) as const;
const outgoing = (key: string, state: OutboxMessage['state']) => {
  const content = { body: 'hi', replyTo: null, mentions: [], attachments: [] };
  const message = { conversationId: talk, key, writtenAtMs: 99_000, content, state };
  return { type: 'outgoing', id: talk, message } as const;
};
const written = (key: string) => outgoing(key, { name: 'queued' });

void describe('unread', () => {
  void it('[MSG-6] is what the summary says, plus what others write', () => {
    const state = after(listed(5, 3), subscribedAt(5));
    assert.equal(unreadOf(the(state), me), 2);
    assert.equal(unreadOf(the(reduce(state, event(6, bob))), me), 3);
  });

  void it('[MSG-6] does not count own messages', () => {
    const state = after(listed(5, 5), subscribedAt(5), event(6, me));
    assert.equal(totalUnread(state, 0), 0);
  });

  void it('[MSG-6] falls when another device has read', () => {
    const cursor = {
      type: 'cursor',
      id: talk,
      userId: me,
      deliveredSeq: 5,
      readSeq: 5,
      readOrdinal: 4,
    } as const;
    assert.equal(totalUnread(after(listed(5, 1), subscribedAt(5), cursor), 0), 0);
  });

  void it('[MSG-6] falls when an unread message is deleted, and only then', () => {
    const deletion = (seq: number, messageSeq: number) =>
      ({
        type: 'event',
        id: talk,
        event: { seq, atMs: 9_000, type: 'messageDeleted', by: bob, messageSeq, capacity: 'author' },
      }) as const;
    const state = after(listed(5, 3), subscribedAt(5), deletion(6, 5), deletion(7, 2));
    assert.equal(unreadOf(the(state), me), 1);
    const some = {
      type: 'cursor',
      id: talk,
      userId: me,
      deliveredSeq: 4,
      readSeq: 4,
      readOrdinal: 3,
    } as const;
    assert.equal(isUnsure(the(reduce(state, some)), me), true, 'the cursor has moved among deleted messages');
    const told = { ...summary(5, 4), headSeq: 7, unread: 0 };
    const sure = reduce(reduce(state, some), { type: 'listed', summaries: [told] });
    assert.deepEqual([unreadOf(the(sure), me), isUnsure(the(sure), me)], [0, false]);
    const all = { ...some, deliveredSeq: 7, readSeq: 7, readOrdinal: 4 };
    assert.deepEqual(the(reduce(state, all)).deletedUnread, { count: 0, asOfSeq: 7, aboveSeq: 7 });
  });

  void it('[MSG-5] the line in the list loses what was deleted between list and subscription', () => {
    const deletion = {
      seq: 6,
      atMs: 9_000,
      type: 'messageDeleted',
      by: bob,
      messageSeq: 5,
      capacity: 'author',
    } as const;
    const missed = { ...page(7, 6, 6, true), events: [deletion] };
    const state = after(listed(5, 3), subscribedAt(6), missed);
    assert.equal(the(state).last?.body, null);
  });

  void it('[MSG-6] is asked for again where events are missing between list and subscription', () => {
    const state = after(listed(5, 3), subscribedAt(8));
    assert.equal(isUnsure(the(state), me), true);
    const told = { ...summary(5, 3), headSeq: 8, headOrdinal: 7, unread: 3 };
    const sure = reduce(state, { type: 'listed', summaries: [told] });
    assert.deepEqual([unreadOf(the(sure), me), isUnsure(the(sure), me)], [3, false]);
  });

  void it('never takes a cursor back', () => {
    const late = {
      type: 'cursor',
      id: talk,
      userId: me,
      deliveredSeq: 2,
      readSeq: 2,
      readOrdinal: 1,
    } as const;
    const before = after(listed(5, 5), subscribedAt(5));
    assert.equal(reduce(before, late), before);
  });
});

void describe('history', () => {
  void it('is asked for before the head of a first subscription', () => {
    const state = after(listed(5, 5), subscribedAt(7));
    assert.equal(the(state).loadedFrom, 8);
    assert.deepEqual(the(state).messages, []);
  });

  void it('[DM-3] comes before what is there, without a gap', () => {
    const state = after(
      listed(5, 5),
      subscribedAt(5),
      event(6, bob),
      page(6, 4, 5, true),
      page(4, 2, 3, false),
    );
    assert.deepEqual(
      the(state).messages.map(({ seq }) => seq),
      [2, 3, 4, 5, 6],
    );
    assert.equal(the(state).atStart, true);
  });

  void it('ignores a page that was asked for from another place', () => {
    const state = after(listed(5, 5), subscribedAt(5), page(6, 4, 5, true));
    assert.equal(reduce(state, page(6, 4, 5, true)), state);
  });

  void it('shows the last message when the summary trailed', () => {
    const state = after(listed(1, 1), subscribedAt(5), page(6, 5, 5, true));
    assert.equal(previewOf(the(state), undefined, me)?.body, 'message 5');
  });

  void it('goes on after a resume', () => {
    const state = after(listed(5, 5), subscribedAt(5), event(6, bob), subscribedAt(8));
    assert.equal(the(state).messages.length, 1);
    assert.equal(unreadOf(the(state), me), 3);
  });

  void it('is void after a new epoch', () => {
    const state = after(listed(5, 5), subscribedAt(5), event(6, bob), subscribedAt(3, 2));
    assert.equal(the(state).loadedFrom, 4);
    assert.deepEqual([the(state).messages, the(state).last, the(state).headOrdinal], [[], null, 2]);
  });

  void it('goes on after a cut behind it', () => {
    const state = after(listed(5, 5), subscribedAt(5), event(6, bob), subscribedAt(8, 2, Infinity));
    assert.equal(the(state).epoch, 2);
    assert.deepEqual(
      the(state).messages.map(({ seq }) => seq),
      [6],
    );
  });

  void it('keeps what was lost apart, and takes what has come in its place', () => {
    const shown = after(listed(5, 5), subscribedAt(5), event(6, bob), event(7, bob), event(8, me));
    const cut = reduce(shown, subscribedAt(7, 2, 6));
    const seqs = (messages: readonly { readonly seq: number }[]) => messages.map(({ seq }) => seq);
    assert.deepEqual([seqs(the(cut).messages), seqs(the(cut).lost)], [[6], [7, 8]]);
    const later = reduce(cut, event(7, bob));
    assert.deepEqual([seqs(the(later).messages), the(later).headSeq, the(later).loadedFrom], [[6, 7], 7, 6]);
    const [, own] = the(later).lost;
    const again = reduce(later, { type: 'lostSentAgain', id: talk, key: own!.key });
    assert.deepEqual(seqs(the(again).lost), [7]);
    assert.deepEqual(the(reduce(again, { type: 'lostPutAway', id: talk })).lost, []);
  });

  void it('of a conversation in the background is bounded', () => {
    const count = 3 * backgroundMessagesMax;
    let state = after(listed(1, 1), subscribedAt(1));
    for (const sent of messages(2, count)) state = reduce(state, { type: 'event', id: talk, event: sent });
    assert.ok(the(state).messages.length <= 2 * backgroundMessagesMax);
    assert.equal(the(state).messages.at(-1)?.seq, count);
    assert.equal(the(state).loadedFrom, the(state).messages[0]?.seq);
  });

  void it('of the open conversation is kept until it is left', () => {
    const count = 3 * backgroundMessagesMax;
    let state = after(listed(1, 1), subscribedAt(1), { type: 'opened', id: talk });
    for (const sent of messages(2, count)) state = reduce(state, { type: 'event', id: talk, event: sent });
    assert.equal(the(state).messages.length, count - 1);
    assert.equal(the(reduce(state, { type: 'opened', id: null })).messages.length, backgroundMessagesMax);
  });
});

void describe('a message written here', () => {
  const key = keyOf(500);
  const begun = after(listed(5, 5), subscribedAt(5), written(key));
  const accepted = outgoing(key, { name: 'sent', seq: 6, ordinal: 5, atMs: 99_500 });

  void it('[OFF-2] is there once, whichever of acknowledgement and event is first', () => {
    for (const order of [
      [accepted, event(6, me, key)],
      [event(6, me, key), accepted],
    ]) {
      const state = order.reduce(reduce, begun);
      assert.equal(state.outgoing.size, 0);
      assert.deepEqual(
        the(state).messages.map((stored) => stored.key),
        [key],
      );
    }
  });

  void it('[OFF-2] is found again in the history', () => {
    const stored = { type: 'earlierLoaded', id: talk, epoch: 1, before: 6, more: true, asOfSeq: 5 } as const;
    assert.equal(reduce(begun, { ...stored, events: [message(5, me, key)] }).outgoing.size, 0);
  });

  void it('leads the list and its preview', () => {
    const state = begun;
    assert.equal(byActivity(state.conversations, state.outgoing)[0]?.id, talk);
    assert.deepEqual(previewOf(the(state), state.outgoing.get(talk), me), {
      senderId: null,
      body: 'hi',
      attachments: 0,
      atMs: 99_000,
      failed: false,
    });
  });

  void it('says why it was refused, and can be discarded', () => {
    const failed = reduce(
      begun,
      outgoing(key, { name: 'failed', code: 'body_too_large', message: 'Too long.' }),
    );
    assert.deepEqual(failed.outgoing.get(talk)?.[0]?.progress, { name: 'failed', reason: 'Too long.' });
    assert.equal(reduce(failed, outgoing(key, { name: 'discarded' })).outgoing.size, 0);
  });

  void it('[OFF-2] is not there twice when its connection is lost after it was stored', () => {
    const state = [event(6, me, key), outgoing(key, { name: 'queued' }), outgoing(key, { name: 'sending' })];
    assert.equal(state.reduce(reduce, begun).outgoing.size, 0);
  });

  void it('[OFF-1] goes to the end when it is retried', () => {
    const state = after(
      written(key),
      written(keyOf(501)),
      outgoing(key, { name: 'failed', code: 'blocked', message: 'No.' }),
      outgoing(key, { name: 'discarded' }),
      written(key),
    );
    assert.deepEqual(
      state.outgoing.get(talk)?.map((message) => [message.key, message.progress.name]),
      [
        [keyOf(501), 'queued'],
        [key, 'queued'],
      ],
    );
  });

  void it('waits for a conversation that is not listed yet', () => {
    const state = after(written(key), listed(5, 5));
    assert.equal(state.outgoing.get(talk)?.length, 1);
  });
});

void describe('receipts', () => {
  void it('[MSG-6] tell sent, delivered and read apart', () => {
    const moved = {
      type: 'cursor',
      id: talk,
      userId: bob,
      deliveredSeq: 7,
      readSeq: 6,
      readOrdinal: 5,
    } as const;
    const { kind, members, cursors } = the(after(listed(5, 5), subscribedAt(5), moved));
    const reach = reachOf({ kind, members, cursors, memberCount: 2 }, me);
    assert.deepEqual(
      [6, 7, 8].map((seq) => ownState(seq, reach)),
      ['read', 'delivered', 'sent'],
    );
  });
});
