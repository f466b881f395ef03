// Whether people are there, for components; and telling the watch whom a component shows.
import { useEffect } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import type { Presence } from '../store/people.ts';
import type { Watcher } from '../session/watched-people.ts';

/** Undefined when it is not known, as while this page is offline itself. */
export function usePresence(userId: string | undefined): Presence | undefined {
  return useChat((state) =>
    userId !== undefined && state.connection.name === 'online' ? state.presences.get(userId) : undefined,
  );
}

export function useWatching(watcher: Watcher, userIds: readonly string[]): void {
  const { presence } = useSession();
  const wanted = userIds.join();
  useEffect(() => {
    presence.want(watcher, wanted === '' ? [] : wanted.split(','));
    return () => presence.want(watcher, []);
  }, [presence, watcher, wanted]);
}
