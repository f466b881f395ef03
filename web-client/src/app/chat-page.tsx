// Two panes side by side, or one at a time on a phone: the conversations, and the one that is open. Its details are a
// third.
import './chat-page.css';
import { useEffect } from 'react';
import { ConnectionBanner } from '../connection/connection-banner.tsx';
import { OutOfDate } from '../connection/out-of-date.tsx';
import { Sidebar } from '../conversations/sidebar.tsx';
import { DetailsPanel } from '../details/details-panel.tsx';
import { JoinPage } from '../groups/join-page.tsx';
import { SettingsPage } from '../settings/settings-page.tsx';
import { useRoute, type Route } from '../routing/location.ts';
import { totalUnread } from '../store/select.ts';
import { Thread } from '../thread/thread.tsx';
import { NoThread } from '../thread/no-thread.tsx';
import { useNow } from '../time/use-now.ts';
import { useChat, useSession } from '../session/use-chat.ts';

export function ChatPage({ onSignedOut }: { readonly onSignedOut: (reason: string | null) => void }) {
  const session = useSession();
  const route = useRoute();
  const openId = route.name === 'conversation' ? route.id : null;
  const stopped = useChat((state) => state.connection.name === 'stopped');

  useEffect(() => session.open(openId), [session, openId]);
  useTitle();
  useReconnecting();

  if (stopped) return <OutOfDate />;
  const detailed = route.name === 'conversation' && route.details;
  return (
    <div className="chat" data-pane={route.name === 'list' ? 'list' : 'thread'} data-details={detailed}>
      <ConnectionBanner />
      <Sidebar openId={openId} onSignedOut={onSignedOut} />
      {route.name === 'settings' ? (
        <SettingsPage onSignedOut={onSignedOut} />
      ) : route.name === 'join' ? (
        <JoinPage key={`${route.id} ${route.code}`} id={route.id} code={route.code} />
      ) : (
        <Conversation route={route} />
      )}
    </div>
  );
}

function Conversation({ route }: { readonly route: Exclude<Route, { name: 'join' | 'settings' }> }) {
  const openId = route.name === 'conversation' ? route.id : null;
  const conversation = useChat(({ conversations }) => (openId ? conversations.get(openId) : undefined));
  const ended = useChat((state) => (openId ? state.ended.get(openId) : undefined));
  const listLoaded = useChat((state) => state.listLoaded);
  if (!conversation) {
    const missing = openId !== null && listLoaded;
    return (
      <NoThread
        nowhere={route.name === 'nowhere'}
        missing={missing}
        loading={openId !== null && !listLoaded && !ended}
        ended={ended}
      />
    );
  }
  return (
    <>
      <Thread key={conversation.id} conversation={conversation} />
      {route.name === 'conversation' && route.details && (
        <DetailsPanel key={`details ${conversation.id}`} conversation={conversation} />
      )}
    </>
  );
}

function useTitle(): void {
  const now = useNow();
  const messages = useChat((state) => totalUnread(state, now));
  useEffect(() => {
    document.title = messages > 0 ? `(${messages}) Skein` : 'Skein';
  }, [messages]);
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
