// How components reach the session and read its store.
import { createContext, use, useSyncExternalStore } from 'react';
import type { ChatState } from '../store/state.ts';
import type { ChatSession } from './chat-session.ts';

const ChatContext = createContext<ChatSession | null>(null);

export const ChatProvider = ChatContext.Provider;

export function useSession(): ChatSession {
  const session = use(ChatContext);
  if (!session) throw new Error('useSession outside of ChatProvider');
  return session;
}

/** @param select must answer the same reference while nothing relevant changed */
export function useChat<T>(select: (state: ChatState) => T): T {
  const { store } = useSession();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
