// Places that the address bar names: the list `/`, a conversation `/c/<id>` (with `?at=<seq>` at one of its messages), its
// details `/c/<id>/details`, an invitation `/join/<id>/<code>`, or the settings. The back button works because every step is a history
// entry.
import { useSyncExternalStore, type MouseEvent } from 'react';

export type Route =
  | { readonly name: 'list' }
  | { readonly name: 'conversation'; readonly id: string; readonly details: boolean }
  | { readonly name: 'join'; readonly id: string; readonly code: string }
  | { readonly name: 'settings' }
  | { readonly name: 'nowhere' };

/** A message to bring into sight. A new value for each wish, also when the same message is wished for again. */
export interface Jump {
  readonly conversationId: string;
  readonly seq: number;
}

interface Step {
  readonly fromList?: boolean;
  readonly fromThread?: boolean;
}

const conversationPath = /^\/c\/([0-9a-f-]{36})(\/details)?$/;
const invitationPath = /^\/join\/([0-9a-f-]{36})\/([A-Za-z0-9_-]{1,64})$/;
export const settingsPath = '/settings';
const listeners = new Set<() => void>();
let shown: { readonly path: string; readonly route: Route } | null = null;
let jump: Jump | null = null;

export function routeOf(path: string): Route {
  const [, id, details] = conversationPath.exec(path) ?? [];
  if (id !== undefined) return { name: 'conversation', id, details: details !== undefined };
  const [, invitedTo, code] = invitationPath.exec(path) ?? [];
  if (invitedTo !== undefined && code !== undefined) return { name: 'join', id: invitedTo, code };
  if (path === settingsPath) return { name: 'settings' };
  return { name: path === '/' ? 'list' : 'nowhere' };
}

/** The message that an address asks for; null when it asks for none. */
export function seqInQuery(query: string): number | null {
  const at = new URLSearchParams(query).get('at') ?? '';
  return /^[1-9]\d{0,15}$/.test(at) ? Number(at) : null;
}

export function pathOf(conversationId: string): string {
  return `/c/${conversationId}`;
}

export function goTo(path: string): void {
  if (path === location.pathname + location.search) return;
  const step: Step = { fromList: location.pathname === '/' };
  history.pushState(step, '', path);
  tell();
}

/** Opens a conversation at one of its messages, wherever the page stands. */
export function openConversation(conversationId: string, seq: number): void {
  const path = `${pathOf(conversationId)}?at=${seq}`;
  jump = { conversationId, seq };
  if (path === location.pathname + location.search) tell();
  else goTo(path);
}

/** In place of where the page stands: the way back does not lead here again. */
export function replaceWith(path: string): void {
  history.replaceState(null, '', path);
  tell();
}

/** Back to the list: a step back when that is where we came from, so that entries do not pile up. */
export function leaveConversation(): void {
  if ((history.state as Step | null)?.fromList) history.back();
  else replaceWith('/');
}

export function openDetails(conversationId: string): void {
  const step: Step = { fromThread: true };
  history.pushState(step, '', `${pathOf(conversationId)}/details`);
  tell();
}

export function leaveDetails(conversationId: string): void {
  if ((history.state as Step | null)?.fromThread) history.back();
  else replaceWith(pathOf(conversationId));
}

/** A click on a link of ours stays in the page, unless it asks for a new tab. */
export function followLink(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo(event.currentTarget.pathname + event.currentTarget.search);
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

/** The message of this conversation that was asked for last; null when none was. */
export function useJump(conversationId: string): Jump | null {
  const asked = useSyncExternalStore(subscribe, currentJump);
  return asked?.conversationId === conversationId ? asked : null;
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

/** The same value while the address stays. */
function currentRoute(): Route {
  const path = location.pathname;
  if (shown?.path !== path) shown = { path, route: routeOf(path) };
  return shown.route;
}

function currentJump(): Jump | null {
  const route = currentRoute();
  const seq = seqInQuery(location.search);
  if (route.name !== 'conversation' || seq === null) jump = null;
  else if (jump?.conversationId !== route.id || jump.seq !== seq) jump = { conversationId: route.id, seq };
  return jump;
}
