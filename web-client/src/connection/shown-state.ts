// The one word for the connection that the dot, the banner and the browser tests share.
import { useSyncExternalStore } from 'react';
import { useChat } from '../session/use-chat.ts';
import type { Connection } from '../store/state.ts';

export type ShownState = 'connecting' | 'unreachable' | 'online' | 'reconnecting' | 'offline' | 'stopped';

export function shownState(connection: Connection, browserOnline: boolean): ShownState {
  if (connection.name === 'stopped') return 'stopped';
  if (!browserOnline) return 'offline';
  if (connection.name === 'connecting') return connection.failed ? 'unreachable' : 'connecting';
  return connection.name;
}

export function useShownState(): ShownState {
  const connection = useChat((state) => state.connection);
  const browserOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return shownState(connection, browserOnline);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}
