// The list of conversations: all of it once, and single ones as they are made elsewhere.
import { limits } from '../../../protocol/limits.ts';
import type { ConversationSummary, SkeinClient } from '../../../protocol/client/index.ts';
import type { Action } from '../store/action.ts';
import { isUnsure } from '../store/deleted-unread.ts';
import type { ChatState } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { patiently } from './patience.ts';

const loadsAgainMax = 3;

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

/** One that this person has come into; when they have left it again meanwhile there is nothing to load. */
export async function loadAdded(
  client: SkeinClient,
  store: ChatStore,
  signal: AbortSignal,
  id: string,
): Promise<void> {
  if (store.get().conversations.has(id)) return;
  insert(client, store, [await patiently(client, signal, () => client.conversation(id))]);
}

/**
 * Loads a conversation again that trails its head: its name or members may have changed in between, or messages may have
 * been deleted. What happens while the answer is on its way may be missing in it.
 */
export async function loadAgain(
  client: SkeinClient,
  store: ChatStore,
  signal: AbortSignal,
  id: string,
): Promise<void> {
  for (let attempt = 0; attempt < loadsAgainMax; attempt++) {
    const summary = await patiently(client, signal, () => client.conversation(id));
    if (!store.get().conversations.has(id)) return;
    store.dispatch({ type: 'listed', summaries: [summary] });
    const { conversations, myId } = store.get();
    if (!isUnsure(conversations.get(id)!, myId)) return;
  }
}

function insert(client: SkeinClient, store: ChatStore, summaries: readonly ConversationSummary[]): void {
  store.dispatch({ type: 'listed', summaries });
  for (const { conversationId } of summaries) client.follow(conversationId);
}
