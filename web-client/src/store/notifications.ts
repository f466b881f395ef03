// The notifications as they are on every device of this person: a page of the latest, and what the inbox has told since
// (MEN-2). A page says as of which inbox event it is, so that an event is counted once.
import type { InboxEvent, Notification } from '../../../protocol/client/index.ts';

export interface Notice {
  /** Of the inbox event. */
  readonly seq: number;
  readonly atMs: number;
  readonly conversationId: string;
  readonly messageSeq: number;
  /** Person who named this one. */
  readonly by: string;
  readonly read: boolean;
}

export interface Notifications {
  readonly state: 'loading' | 'ready' | 'failed';
  /** Latest first. */
  readonly notices: readonly Notice[];
  readonly unread: number;
  /** There are older ones. */
  readonly more: boolean;
  readonly asOfSeq: number;
}

export interface NotificationPage {
  readonly notifications: readonly Notification[];
  readonly unread: number;
  readonly more: boolean;
  readonly asOfSeq: number;
}

export type NotificationAction =
  | { readonly type: 'noticesLoaded'; readonly page: NotificationPage; readonly older: boolean }
  | { readonly type: 'noticesFailed' }
  | { readonly type: 'inbox'; readonly event: InboxEvent };

export const noNotifications: Notifications = {
  state: 'loading',
  notices: [],
  unread: 0,
  more: false,
  asOfSeq: 0,
};

export function noticeOf({ seq, atMs, conversationId, messageSeq, by, read }: Notification): Notice {
  return { seq, atMs, conversationId, messageSeq, by, read };
}

export function reduceNotifications(before: Notifications, action: NotificationAction): Notifications {
  switch (action.type) {
    case 'noticesLoaded':
      return loaded(before, action.page, action.older);
    case 'noticesFailed':
      return before.state === 'ready' ? before : { ...before, state: 'failed' };
    case 'inbox':
      return happened(before, action.event);
  }
}

/** Notifications of what names this person no longer, is deleted, or is not theirs to read any more, are gone. */
function ended(
  before: Notifications,
  event: Extract<InboxEvent, { readonly type: 'mentionEnded' | 'conversationRemoved' }>,
): Notifications {
  const isOver = ({ conversationId, messageSeq }: Notice) =>
    conversationId === event.conversationId &&
    (event.type === 'mentionEnded' ? messageSeq === event.messageSeq : messageSeq < event.causeSeq);
  const over = before.notices.filter(isOver);
  const unread = before.unread - over.filter(({ read }) => !read).length;
  const notices = over.length > 0 ? before.notices.filter((notice) => !isOver(notice)) : before.notices;
  return { ...before, asOfSeq: event.seq, unread: Math.max(0, unread), notices };
}

function loaded(before: Notifications, page: NotificationPage, older: boolean): Notifications {
  const told = page.notifications.map(noticeOf);
  if (!older) return { ...page, state: 'ready', notices: told };
  const oldest = before.notices.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  const notices = [...before.notices, ...told.filter(({ seq }) => seq < oldest)];
  return { ...before, notices, more: page.more };
}

function happened(before: Notifications, event: InboxEvent): Notifications {
  const { seq, atMs } = event;
  if (seq <= before.asOfSeq) return before;
  if (event.type === 'mentioned') {
    const notice = {
      seq,
      atMs,
      conversationId: event.conversationId,
      messageSeq: event.messageSeq,
      by: event.by,
      read: false,
    };
    return { ...before, asOfSeq: seq, unread: before.unread + 1, notices: [notice, ...before.notices] };
  }
  if (event.type === 'mentionEnded' || event.type === 'conversationRemoved') return ended(before, event);
  if (event.type !== 'notificationsRead') return before;
  const { upToSeq, seqs } = event;
  const covered = (notice: Notice) => notice.seq <= upToSeq || seqs.includes(notice.seq);
  const newlyRead = before.notices.filter((notice) => !notice.read && covered(notice)).length;
  const notices = before.notices.map((notice) =>
    notice.read || !covered(notice) ? notice : { ...notice, read: true },
  );
  return { ...before, asOfSeq: seq, unread: Math.max(0, before.unread - newlyRead), notices };
}
