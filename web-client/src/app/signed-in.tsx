// Starts the chat of whoever is signed in, and ends it when they leave.
import { useEffect, useLayoutEffect, useState } from 'react';
import { Notice } from '../landing/notice.tsx';
import { ChatPage } from './chat-page.tsx';
import type { ChatSession } from '../session/chat-session.ts';
import { Kept } from '../session/device/kept.ts';
import { applyTheme, themeOf } from '../session/device/theme.ts';
import { startChat } from '../session/start-chat.ts';
import { ChatProvider } from '../session/use-chat.ts';

interface SignedInProps {
  readonly userId: string;
  readonly onSignedOut: (reason: string | null) => void;
}

export function SignedIn({ userId, onSignedOut }: SignedInProps) {
  const [session, setSession] = useState<ChatSession | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let wanted = true;
    let started: ChatSession | null = null;
    const ready = (chat: ChatSession) => {
      started = chat;
      if (wanted) setSession(chat);
      else chat.stop();
    };
    startChat(userId, onSignedOut).then(ready, () => {
      if (wanted) setFailed(true);
    });
    return () => {
      wanted = false;
      started?.stop();
    };
  }, [userId, onSignedOut]);

  useLayoutEffect(() => {
    applyTheme(themeOf(new Kept(userId, localStorage)));
    return () => applyTheme('system');
  }, [userId]);

  if (failed) {
    return (
      <Notice title="This browser does not let Skein keep its keys. Private windows often do not.">
        <button type="button" className="button" onClick={() => location.reload()}>
          Try again
        </button>
      </Notice>
    );
  }
  if (!session) return <Notice title="" busy />;
  return (
    <ChatProvider value={session}>
      <ChatPage onSignedOut={onSignedOut} />
    </ChatProvider>
  );
}
