// The list of conversations: all of it once, and single ones as they are made elsewhere.
import { limits } from '../../../protocol/limits.ts';
import type { ConversationSummary, SkeinClient } from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import type { ChatState } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { delay, patiently } from './patience.ts';

type ChatStore = Store<ChatState, Action>;

export async function loadConversations(
  client: SkeinClient,
  store: ChatStore,
  signal: AbortSignal,
): Promise<void> {
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page = await patiently(client, signal, () => client.conversations(cursor));
    insert(client, store, page.conversations);
    cursor = page.next;
    pages++;
  } while (cursor !== null && store.get().conversations.size < limits.subscriptionsPerSocketMax);
  // The list is by activity: one that became active while we paged has jumped to the top, past us.
  if (pages > 1) {
    const top = await patiently(client, signal, () => client.conversations());
    insert(client, store, top.conversations);
  }
  store.dispatch({ type: 'listComplete' });
}

const attemptsMax = 12;
const recentMax = 20;

/** Waits until the list, which trails the live state by moments, has this conversation. */
export async function loadAdded(
  client: SkeinClient,
  store: ChatStore,
  signal: AbortSignal,
  id: string,
): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (store.get().conversations.has(id)) return;
    const page = await patiently(client, signal, () => client.conversations(null, recentMax));
    insert(client, store, page.conversations);
    if (store.get().conversations.has(id)) return;
    await delay(Math.min(5_000, 100 * 2 ** attempt), signal);
  }
}

function insert(client: SkeinClient, store: ChatStore, summaries: readonly ConversationSummary[]): void {
  store.dispatch({ type: 'listed', summaries });
  for (const [id] of summaries) client.follow(id);
}
