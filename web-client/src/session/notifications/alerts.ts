// The browser's own notifications, for who looks elsewhere: mentions and direct messages while the page is hidden. Only
// after the person has asked for them on this device, and never for what is muted or from who is blocked.
import type { ConversationEvent, InboxEvent } from '../../../../protocol/client/index.ts';
import { openConversation } from '../../routing/location.ts';
import type { Action } from '../../store/action.ts';
import { cursorOf } from '../../store/cursors.ts';
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
  readonly #wantsAlerts: () => Promise<boolean>;
  /** The last message of each direct conversation that was told. */
  readonly #told = new Map<string, number>();
  /** Alerts that stand, by conversation. */
  readonly #shown = new Map<string, { readonly seq: number; readonly notification: Notification }>();

  /** @param wantsAlerts asked at each occasion */
  constructor(store: Store<ChatState, Action>, history: History, wantsAlerts: () => Promise<boolean>) {
    this.#store = store;
    this.#wantsAlerts = wantsAlerts;
    this.#history = history;
  }

  /** An event of a conversation that is live. */
  async happened(conversationId: string, event: ConversationEvent): Promise<void> {
    const state = this.#store.get();
    const conversation = state.conversations.get(conversationId);
    if (event.type === 'messageDeleted') return this.ended(conversationId, event.messageSeq);
    if (event.type !== 'message' || conversation?.kind !== 'direct') return;
    if (!deservesAlert(state, conversationId, event.by, Date.now())) return;
    const { seq, body } = event;
    await this.#showDirect({ conversationId, seq, title: titleOf(conversation, state.myId), body });
  }

  /** Somebody has begun a conversation with this person, and may have said something already. */
  async conversationBegan(conversationId: string): Promise<void> {
    const state = this.#store.get();
    const conversation = state.conversations.get(conversationId);
    const last = conversation?.last;
    if (conversation?.kind !== 'direct' || !last || last.body === null) return;
    if (!deservesAlert(state, conversationId, last.senderId, Date.now())) return;
    const { seq, body } = last;
    await this.#showDirect({ conversationId, seq, title: titleOf(conversation, state.myId), body });
  }

  async inboxChanged(event: InboxEvent): Promise<void> {
    if (event.type === 'mentionEnded') return this.ended(event.conversationId, event.messageSeq);
    if (event.type === 'conversationRemoved') return this.#close(event.conversationId);
    if (event.type !== 'mentioned') return;
    const { conversationId, messageSeq: seq, by } = event;
    if (!deservesAlert(this.#store.get(), conversationId, by, Date.now())) return;
    if (!(await this.#wantsAlerts())) return;
    await this.#history.quote(conversationId, seq);
    const state = this.#store.get();
    const conversation = state.conversations.get(conversationId);
    const message = knownMessage(conversation, seq);
    if (!conversation || !message) return;
    const name = state.people.get(by)?.displayName ?? 'Someone';
    const title = `${isolated(name)} mentioned you in ${isolated(titleOf(conversation, state.myId))}`;
    await this.#show({ conversationId, seq, title, body: message.body });
  }

  /** Everything up to there is read, here or elsewhere: an alert of it is void. */
  read(conversationId: string, readSeq: number): void {
    const shown = this.#shown.get(conversationId);
    if (shown && shown.seq <= readSeq) this.#close(conversationId);
  }

  /** The message is deleted, or names this person no longer. */
  ended(conversationId: string, messageSeq: number): void {
    if (this.#shown.get(conversationId)?.seq === messageSeq) this.#close(conversationId);
  }

  /** Nothing that was said to this person stays on the screen for the next one. */
  stop(): void {
    for (const conversationId of [...this.#shown.keys()]) this.#close(conversationId);
  }

  #close(conversationId: string): void {
    this.#shown.get(conversationId)?.notification.close();
    this.#shown.delete(conversationId);
  }

  /** The beginning of a conversation may be told as such and as an event. */
  async #showDirect(alert: Alert): Promise<void> {
    if (alert.seq <= (this.#told.get(alert.conversationId) ?? 0)) return;
    this.#told.set(alert.conversationId, alert.seq);
    await this.#show({ ...alert, body: alert.body || 'Sent a file' });
  }

  /** While it was asked whether to show it, the message may have been read or deleted. */
  #isVoid({ conversationId, seq }: Alert): boolean {
    const { conversations, myId } = this.#store.get();
    const conversation = conversations.get(conversationId);
    if (!conversation || cursorOf(conversation.cursors, myId).readSeq >= seq) return true;
    return knownMessage(conversation, seq)?.deleted === true;
  }

  async #show(alert: Alert): Promise<void> {
    if (!(await this.#wantsAlerts()) || this.#isVoid(alert)) return;
    const { conversationId, seq, title, body } = alert;
    try {
      // One for each conversation: the latest takes the place of the one before.
      const notification = new Notification(title, {
        body,
        tag: `skein.${conversationId}`,
        icon: '/favicon.svg',
      });
      this.#shown.set(conversationId, { seq, notification });
      notification.onclick = () => {
        window.focus();
        openConversation(conversationId, seq);
        this.#close(conversationId);
      };
    } catch {
      // Some phones show notifications for installed apps only.
    }
  }
}
