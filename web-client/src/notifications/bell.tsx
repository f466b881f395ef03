// How many notifications are unread, and the way to them (MEN-2).
import './notifications.css';
import { useState } from 'react';
import { useChat } from '../session/use-chat.ts';
import { BellIcon } from '../theme/icons.tsx';
import { NotificationPanel } from './notification-panel.tsx';

export function Bell() {
  const unread = useChat((state) => state.notifications.unread);
  const [open, setOpen] = useState(false);
  const label = unread > 0 ? `Notifications, ${unread} unread` : 'Notifications';
  return (
    <>
      <button
        type="button"
        className="icon-button bell"
        data-testid="bell"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <BellIcon />
        {unread > 0 && (
          <span className="unread" data-testid="bell-count" aria-hidden="true">
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </button>
      {open && <NotificationPanel onClose={() => setOpen(false)} />}
    </>
  );
}
