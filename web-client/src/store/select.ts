// What components show, derived from the state.
import { cursorOf } from './cursors.ts';
import type { ChatState, Conversation, Outgoing, Person } from './state.ts';

export type MessageState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'received';

/** Messages of others that this user has not read, on any device (MSG-6). */
export function unreadOf(conversation: Conversation, myId: string): number {
  return Math.max(0, conversation.headOrdinal - cursorOf(conversation.cursors, myId).readOrdinal);
}

/** Of everything that is not muted: what deserves a look. */
export function totalUnread(state: ChatState, nowMs: number): number {
  let total = 0;
  for (const conversation of state.conversations.values()) {
    if (!isMuted(conversation, nowMs)) total += unreadOf(conversation, state.myId);
  }
  return total;
}

export function isMuted({ mutedUntilMs }: Conversation, nowMs: number): boolean {
  return mutedUntilMs > nowMs;
}

/** Latest activity first; what was written here counts from the moment it was written. */
export function byActivity(
  conversations: ChatState['conversations'],
  outgoing: ChatState['outgoing'],
): Conversation[] {
  const activity = ({ id, activeAtMs }: Conversation) =>
    Math.max(activeAtMs, outgoing.get(id)?.at(-1)?.writtenAtMs ?? 0);
  return [...conversations.values()].sort((a, b) => activity(b) - activity(a) || (a.id < b.id ? -1 : 1));
}

/** Whom a direct conversation is with; oneself when nobody else is in it. */
export function peerOf(conversation: Conversation, myId: string): Person {
  const other = conversation.members.find((member) => member.userId !== myId) ?? conversation.members[0];
  return other ?? { userId: '', handle: '', displayName: 'Someone' };
}

/** What a conversation is called: a group by its name, a direct one by whom it is with. */
export function titleOf(conversation: Conversation, myId: string): string {
  return conversation.kind === 'group'
    ? conversation.details.name
    : peerOf(conversation, myId).displayName;
}

export interface Preview {
  /** Null: this person's own. */
  readonly senderId: string | null;
  /** Null when the message was deleted. */
  readonly body: string | null;
  readonly attachments: number;
  readonly atMs: number;
  readonly failed: boolean;
}

export function previewOf(
  conversation: Conversation,
  outgoing: readonly Outgoing[] | undefined,
  myId: string,
): Preview | null {
  const written = outgoing?.at(-1);
  if (written) {
    const failed = written.progress.name === 'failed';
    return { senderId: null, body: written.body, attachments: 0, atMs: written.writtenAtMs, failed };
  }
  const { last } = conversation;
  if (!last) return null;
  const { senderId, body, attachments, atMs } = last;
  return { senderId: senderId === myId ? null : senderId, body, attachments, atMs, failed: false };
}

/** Up to which seq everyone else has received, and read. */
export interface Reach {
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

export function reachOf(conversation: Conversation, myId: string): Reach {
  let deliveredSeq = Number.POSITIVE_INFINITY;
  let readSeq = Number.POSITIVE_INFINITY;
  for (const { userId } of conversation.members) {
    if (userId === myId) continue;
    const cursor = cursorOf(conversation.cursors, userId);
    deliveredSeq = Math.min(deliveredSeq, cursor.deliveredSeq);
    readSeq = Math.min(readSeq, cursor.readSeq);
  }
  return { deliveredSeq, readSeq };
}

export function ownState(seq: number, reach: Reach): MessageState {
  if (seq <= reach.readSeq) return 'read';
  return seq <= reach.deliveredSeq ? 'delivered' : 'sent';
}
