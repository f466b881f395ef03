// Where others have mentioned this person, latest first: to go there, and to be done with it. Arrows move through the
// list.
import { useState, type KeyboardEvent } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import { Dialog } from '../overlay/dialog.tsx';
import { saySo } from '../session/say-so.ts';
import { useNames } from '../people/use-people.ts';
import { openConversation } from '../routing/location.ts';
import type { Notice } from '../store/notifications.ts';
import { useNow } from '../time/use-now.ts';
import { AlertSetting } from './alert-setting.tsx';
import { NotificationRow } from './notification-row.tsx';

export function NotificationPanel({ onClose }: { readonly onClose: () => void }) {
  const { notifications: feed } = useSession();
  const { state, notices, unread, more } = useChat((chat) => chat.notifications);
  const nameOf = useNames(notices.map(({ by }) => by));
  const now = useNow();
  const [failure, setFailure] = useState<string | null>(null);
  const attempt = (work: Promise<void>) => {
    setFailure(null);
    work.catch((error: unknown) => setFailure(saySo(error)));
  };
  const open = (notice: Notice) => {
    onClose();
    if (!notice.read) feed.markRead(notice.seq).catch(() => undefined);
    openConversation(notice.conversationId, notice.messageSeq);
  };
  return (
    <Dialog title="Notifications" onClose={onClose}>
      <div className="bell-head">
        <p className="dialog-hint" role="status">
          {failure ?? (unread > 0 ? `${unread} unread` : 'Nothing unread')}
        </p>
        <button
          type="button"
          className="link"
          data-testid="mark-all-read"
          disabled={unread === 0}
          onClick={() => attempt(feed.markAllRead())}
        >
          Mark all as read
        </button>
      </div>
      {notices.length === 0 && <NoNotices state={state} onRetry={() => void feed.load()} />}
      <ul className="bell-rows" aria-label="Notifications" onKeyDown={moveFocus}>
        {notices.map((notice) => (
          <NotificationRow
            key={notice.seq}
            notice={notice}
            name={nameOf(notice.by)}
            now={now}
            onOpen={() => open(notice)}
            onRead={() => attempt(feed.markRead(notice.seq))}
          />
        ))}
      </ul>
      {more && (
        <button type="button" className="button wide" onClick={() => attempt(feed.loadOlder())}>
          Earlier
        </button>
      )}
      <AlertSetting />
    </Dialog>
  );
}

interface NoNoticesProps {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly onRetry: () => void;
}

function NoNotices({ state, onRetry }: NoNoticesProps) {
  if (state === 'loading') return <p className="empty">Loading…</p>;
  if (state === 'ready') {
    return <p className="empty">Nothing yet. When someone mentions you in a group, it is listed here.</p>;
  }
  return (
    <p className="empty failed" role="alert">
      They could not be loaded.{' '}
      <button type="button" className="link" onClick={onRetry}>
        Retry
      </button>
    </p>
  );
}

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const links = [...event.currentTarget.querySelectorAll('a')];
  const at = links.findIndex((link) => link.parentElement?.contains(document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  links[Math.min(Math.max(to, 0), links.length - 1)]?.focus();
}
