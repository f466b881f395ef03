import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InboxEvent, Notification } from '../../../protocol/client/index.ts';
import { noNotifications, reduceNotifications, type NotificationAction } from './notifications.ts';
import { bob, talk } from './testing-values.ts';

const mention = (seq: number): InboxEvent => ({
  seq,
  atMs: 1_000 * seq,
  type: 'mentioned',
  conversationId: talk,
  messageSeq: 10 + seq,
  by: bob,
  causeSeq: 10 + seq,
});
const read = (seq: number, upToSeq: number, seqs: number[] = []): InboxEvent => ({
  seq,
  atMs: 1_000 * seq,
  type: 'notificationsRead',
  upToSeq,
  seqs,
});
const stored = (seq: number, isRead: boolean): Notification => ({
  seq,
  atMs: 1_000 * seq,
  conversationId: talk,
  messageSeq: 10 + seq,
  by: bob,
  read: isRead,
});
const page = (asOfSeq: number, unread: number, ...notifications: Notification[]): NotificationAction => ({
  type: 'noticesLoaded',
  page: { notifications, unread, more: false, asOfSeq },
  older: false,
});
const told = (event: InboxEvent): NotificationAction => ({ type: 'inbox', event });
const after = (...actions: NotificationAction[]) => actions.reduce(reduceNotifications, noNotifications);

void test('[MEN-2] a mention is counted once, whether the page or the inbox tells it first', () => {
  const state = after(page(5, 1, stored(5, false)), told(mention(5)), told(mention(6)));
  assert.equal(state.unread, 2);
  assert.deepEqual(
    state.notices.map(({ seq }) => seq),
    [6, 5],
  );
});

void test('[MEN-2] what is read on another device is read here', () => {
  const begun = after(page(4, 2, stored(4, false), stored(3, true), stored(2, false)));
  const one = reduceNotifications(begun, told(read(5, 0, [4])));
  assert.deepEqual([one.unread, one.notices.map((notice) => notice.read)], [1, [true, true, false]]);
  const all = reduceNotifications(one, told(read(6, 4)));
  assert.deepEqual([all.unread, all.notices.every((notice) => notice.read)], [0, true]);
  assert.equal(reduceNotifications(all, told(read(6, 4))), all);
});

void test('older ones go to the end, and none twice', () => {
  const older = { notifications: [stored(4, true), stored(1, true)], unread: 9, more: true, asOfSeq: 9 };
  const state = after(page(4, 0, stored(4, true)), { type: 'noticesLoaded', page: older, older: true });
  assert.deepEqual(
    state.notices.map(({ seq }) => seq),
    [4, 1],
  );
  assert.deepEqual([state.unread, state.more, state.asOfSeq], [0, true, 4]);
});

void test('[MEN-2] a mention that ends is gone, read or not, and so are those of a conversation that was left', () => {
  const begun = after(page(5, 2, stored(5, false), stored(4, false), stored(3, true), stored(2, true)));
  const end = (seq: number, messageSeq: number): InboxEvent => ({
    seq,
    atMs: 9_000,
    type: 'mentionEnded',
    conversationId: talk,
    messageSeq,
    causeSeq: 30 + seq,
  });
  const one = [told(end(6, 15)), told(end(7, 13)), told(end(7, 12))].reduce(reduceNotifications, begun);
  assert.deepEqual([one.unread, one.notices.map(({ seq }) => seq)], [1, [4, 2]]);
  const left: InboxEvent = {
    seq: 8,
    atMs: 9_000,
    type: 'conversationRemoved',
    conversationId: talk,
    causeSeq: 14,
    by: bob,
  };
  const rest = reduceNotifications(one, told(left));
  assert.deepEqual([rest.unread, rest.notices.map(({ seq }) => seq)], [1, [4]]);
  const none = reduceNotifications(rest, told({ ...left, seq: 9, causeSeq: 15 }));
  assert.deepEqual([none.unread, none.notices], [0, []]);
});
