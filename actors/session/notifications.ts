// A user's notifications as of now: what the record has, and what the inbox's events since have made of it (MEN-2).
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import type { Notification } from '../../protocol/frames/session.ts';
import type { EventTail } from '../runtime/event-tail.ts';
import type { ListNotifications } from './commands.ts';
import { isOver, isRead } from './state.ts';
import type { NotificationPage, SessionStore } from './store-port.ts';

const rereadsMax = 5;

/** @param unread how many are unread, as of the durable head at the time of the call */
export async function readNotifications(
  userId: string,
  { beforeSeq, limit }: ListNotifications,
  store: SessionStore,
  tail: EventTail<InboxEvent>,
  unread: () => number,
): Promise<NotificationPage> {
  for (let attempt = 0; attempt < rereadsMax; attempt++) {
    const stored = await store.notifications(userId, beforeSeq, limit);
    // Events may have been projected, and left the tail, while the record was read: reading again finds them there.
    if (stored.asOfSeq + 1 < tail.firstSeq) continue;
    const since = tail.between(stored.asOfSeq + 1, tail.headSeq);
    let notifications = stored.notifications;
    for (const event of since) notifications = withEvent(notifications, event, beforeSeq);
    const page = notifications.slice(0, limit);
    const more = stored.more || page.length < notifications.length;
    // The record may even be ahead: an append's own answer can come later than its projection.
    const isAhead = stored.asOfSeq > tail.headSeq;
    if (isAhead) return stored;
    return { notifications: page, more, unread: unread(), asOfSeq: tail.headSeq };
  }
  throw new Error('the record is behind what memory holds, again and again');
}

function withEvent(
  notifications: Notification[],
  event: InboxEvent,
  beforeSeq: number | null,
): Notification[] {
  const { seq, atMs } = event;
  if (event.type === 'mentioned') {
    if (beforeSeq !== null && seq >= beforeSeq) return notifications;
    const { conversationId, messageSeq, by } = event;
    return [{ seq, atMs, conversationId, messageSeq, by, read: false }, ...notifications];
  }
  if (event.type === 'mentionEnded' || event.type === 'conversationRemoved') {
    return notifications.filter((one) => !isOver(one, event));
  }
  if (event.type !== 'notificationsRead') return notifications;
  return notifications.map((one) => (isRead(one.seq, event) ? { ...one, read: true } : one));
}
