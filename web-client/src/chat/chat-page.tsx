// Two panes side by side, or one at a time on a phone: the conversations, and the one that is open.
import './chat-page.css';
import { useEffect } from 'react';
import { ConnectionBanner } from '../connection/connection-banner.tsx';
import { OutOfDate } from '../connection/out-of-date.tsx';
import { Sidebar } from '../conversations/sidebar.tsx';
import { useOpenConversation } from '../routing/location.ts';
import { totalUnread } from '../store/select.ts';
import { Thread } from '../thread/thread.tsx';
import { NoThread } from '../thread/no-thread.tsx';
import { useChat, useSession } from './use-chat.ts';

export function ChatPage({ onSignedOut }: { readonly onSignedOut: (reason: string | null) => void }) {
  const session = useSession();
  const openId = useOpenConversation();
  const conversation = useChat(({ conversations }) => (openId ? conversations.get(openId) : undefined));
  const listLoaded = useChat((state) => state.listLoaded);
  const stopped = useChat((state) => state.connection.name === 'stopped');

  useEffect(() => session.open(openId), [session, openId]);
  useTitle();
  useReconnecting();

  if (stopped) return <OutOfDate />;
  return (
    <div className="chat" data-pane={openId ? 'thread' : 'list'}>
      <ConnectionBanner />
      <Sidebar openId={openId} onSignedOut={onSignedOut} />
      {conversation ? (
        <Thread key={conversation.id} conversation={conversation} />
      ) : (
        <NoThread missing={openId !== null && listLoaded} loading={openId !== null && !listLoaded} />
      )}
    </div>
  );
}

function useTitle(): void {
  const unread = useChat(totalUnread);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Skein` : 'Skein';
  }, [unread]);
}

/** The network came back, or the person did: try at once. */
function useReconnecting(): void {
  const session = useSession();
  useEffect(() => {
    const retry = () => {
      session.reconnect();
    };
    window.addEventListener('online', retry);
    document.addEventListener('visibilitychange', retry);
    return () => {
      window.removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', retry);
    };
  }, [session]);
}
