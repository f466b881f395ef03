// Which conversation the address bar names: `/c/<conversationId>`, or none. The back button works because every
// step is a history entry.
import { useSyncExternalStore, type MouseEvent } from 'react';

const conversationPath = /^\/c\/([0-9a-f-]{36})$/;
const listeners = new Set<() => void>();

export function conversationInPath(path: string): string | null {
  return conversationPath.exec(path)?.[1] ?? null;
}

export function pathOf(conversationId: string): string {
  return `/c/${conversationId}`;
}

export function goTo(path: string): void {
  if (path === location.pathname) return;
  history.pushState({ fromList: location.pathname === '/' }, '', path);
  for (const listener of listeners) listener();
}

/** Back to the list: a step back when that is where we came from, so that entries do not pile up. */
export function leaveConversation(): void {
  if ((history.state as { fromList?: boolean } | null)?.fromList) history.back();
  else {
    history.replaceState(null, '', '/');
    for (const listener of listeners) listener();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

export function useOpenConversation(): string | null {
  return useSyncExternalStore(subscribe, () => conversationInPath(location.pathname));
}

/** A click on a link of ours stays in the page, unless it asks for a new tab. */
export function followLink(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo(event.currentTarget.pathname);
}
