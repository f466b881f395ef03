// The browser's own notifications, for who looks elsewhere: mentions and direct messages while the page is hidden. Only
// after the person has asked for them on this device, and never for what is muted or from who is blocked.
import type { ConversationEvent, InboxEvent } from '../../../../protocol/client/index.ts';
import { openConversation } from '../../routing/location.ts';
import type { Action } from '../../store/action.ts';
import { knownMessage } from '../../store/known-message.ts';
import { isMuted, titleOf } from '../../store/select.ts';
import type { ChatState } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import { isolated } from '../../../../protocol/text/visible.ts';
import type { History } from '../messages/history.ts';

interface Alert {
  readonly conversationId: string;
  readonly seq: number;
  readonly title: string;
  readonly body: string;
}

/** Whether someone should be told of something in this conversation by this person. */
export function deservesAlert(
  { conversations, blocked, myId }: ChatState,
  conversationId: string,
  by: string,
  nowMs: number,
): boolean {
  const conversation = conversations.get(conversationId);
  return conversation !== undefined && by !== myId && !blocked.has(by) && !isMuted(conversation, nowMs);
}

export class Alerts {
  readonly #store: Store<ChatState, Action>;
  readonly #history: History;
  readonly #wantsAlerts: () => boolean;
  /** The last message of each direct conversation that was told. */
  readonly #told = new Map<string, number>();

  /** @param wantsAlerts asked at each occasion */
  constructor(store: Store<ChatState, Action>, history: History, wantsAlerts: () => boolean) {
    this.#store = store;
    this.#wantsAlerts = wantsAlerts;
    this.#history = history;
  }

  /** An event of a conversation that is live. */
  messageArrived(conversationId: string, event: ConversationEvent): void {
    if (!this.#wantsAlerts() || event.type !== 'message') return;
    const state = this.#store.get();
    const conversation = state.conversations.get(conversationId);
    if (conversation?.kind !== 'direct') return;
    if (!deservesAlert(state, conversationId, event.by, Date.now())) return;
    const { seq, body } = event;
    this.#showDirect({ conversationId, seq, title: titleOf(conversation, state.myId), body });
  }

  /** Somebody has begun a conversation with this person, and may have said something already. */
  conversationBegan(conversationId: string): void {
    if (!this.#wantsAlerts()) return;
    const state = this.#store.get();
    const conversation = state.conversations.get(conversationId);
    const last = conversation?.last;
    if (conversation?.kind !== 'direct' || !last || last.body === null) return;
    if (!deservesAlert(state, conversationId, last.senderId, Date.now())) return;
    const { seq, body } = last;
    this.#showDirect({ conversationId, seq, title: titleOf(conversation, state.myId), body });
  }

  async inboxChanged(event: InboxEvent): Promise<void> {
    if (!this.#wantsAlerts() || event.type !== 'mentioned') return;
    const { conversationId, messageSeq: seq, by } = event;
    const state = this.#store.get();
    if (!deservesAlert(state, conversationId, by, Date.now())) return;
    await this.#history.quote(conversationId, seq);
    const conversation = this.#store.get().conversations.get(conversationId);
    const message = knownMessage(conversation, seq);
    if (!conversation || !message || message.deleted) return;
    const name = state.people.get(by)?.displayName ?? 'Someone';
    const title = `${isolated(name)} mentioned you in ${isolated(titleOf(conversation, state.myId))}`;
    this.#show({ conversationId, seq, title, body: message.body });
  }

  /** The beginning of a conversation may be told as such and as an event. */
  #showDirect(alert: Alert): void {
    if (alert.seq <= (this.#told.get(alert.conversationId) ?? 0)) return;
    this.#told.set(alert.conversationId, alert.seq);
    this.#show({ ...alert, body: alert.body || 'Sent a file' });
  }

  #show({ conversationId, seq, title, body }: Alert): void {
    try {
      // One for each conversation, whichever of this person's tabs shows it.
      const shown = new Notification(title, { body, tag: `skein.${conversationId}`, icon: '/favicon.svg' });
      shown.onclick = () => {
        window.focus();
        openConversation(conversationId, seq);
        shown.close();
      };
    } catch {
      // Some phones show notifications for installed apps only.
    }
  }
}
