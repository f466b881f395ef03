// Rights on a message as time passes: options end when the server would refuse them.
import { useEffect, useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import type { Message } from '../store/message.ts';
import { rightsOf, type Rights, type Viewer } from '../store/message-rights.ts';

export function useRights(message: Message, viewer: Viewer): Rights {
  const { messages } = useSession();
  const [nowMs, setNowMs] = useState(() => messages.now());
  const rights = rightsOf(message, viewer, nowMs);
  const { untilMs } = rights;
  useEffect(() => {
    if (untilMs === null) return;
    const timer = setTimeout(() => setNowMs(messages.now()), Math.max(0, untilMs - messages.now()) + 1);
    return () => clearTimeout(timer);
  }, [messages, untilMs]);
  return rights;
}
