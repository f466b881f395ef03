// What components show, derived from the state.
import { cursorOf } from './cursors.ts';
import type { ChatState, Conversation, Outgoing, Person } from './state.ts';

export type MessageState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'received';

/** Messages of others that this user has not read, on any device (MSG-6). */
export function unreadOf(conversation: Conversation, myId: string): number {
  return Math.max(0, conversation.headOrdinal - cursorOf(conversation.cursors, myId).readOrdinal);
}

export function totalUnread(state: ChatState): number {
  let total = 0;
  for (const conversation of state.conversations.values()) total += unreadOf(conversation, state.myId);
  return total;
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

export interface Preview {
  readonly mine: boolean;
  readonly body: string;
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
    return { mine: true, body: written.body, atMs: written.writtenAtMs, failed };
  }
  const { last } = conversation;
  return last && { mine: last.senderId === myId, body: last.body, atMs: last.atMs, failed: false };
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
