// Values that components show, derived from the state.
import { limits } from '../../../protocol/limits.ts';
import { cursorOf } from './cursors.ts';
import type { ChatState, Conversation, Cursor, Outgoing, Person } from './state.ts';

export type MessageState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'received';

/** Messages of others that this user has not read, on any device, without the deleted ones (MSG-6). */
export function unreadOf({ headOrdinal, cursors, deletedUnread }: Conversation, myId: string): number {
  return Math.max(0, headOrdinal - cursorOf(cursors, myId).readOrdinal - deletedUnread.count);
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

/** The other person of a direct conversation; oneself when nobody else is in it. */
export function peerOf(conversation: Conversation, myId: string): Person {
  const other = conversation.members.find((member) => member.userId !== myId) ?? conversation.members[0];
  return other ?? { userId: '', handle: '', displayName: 'Someone' };
}

/** Title of a conversation: a group's name, or the other person's. */
export function titleOf(conversation: Conversation, myId: string): string {
  return conversation.kind === 'group' ? conversation.details.name : peerOf(conversation, myId).displayName;
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
    const { body, attachments, writtenAtMs: atMs } = written;
    return { senderId: null, body, attachments, atMs, failed };
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

/** Those who may have received and read something, as far as they are known. */
export interface Audience {
  readonly kind: Conversation['kind'];
  readonly members: readonly Person[];
  readonly cursors: Conversation['cursors'];
  readonly memberCount: number;
}

export function reachOf(audience: Audience, myId: string): Reach {
  const others = othersOf(audience, myId);
  return {
    deliveredSeq: Math.min(...others.map(({ deliveredSeq }) => deliveredSeq)),
    readSeq: Math.min(...others.map(({ readSeq }) => readSeq)),
  };
}

/** How far each other member of a group has read, ascending; null where that is not told of each. */
export function readersOf(audience: Audience, myId: string): readonly number[] | null {
  if (audience.kind !== 'group' || audience.memberCount > limits.receiptsMembersMax) return null;
  return othersOf(audience, myId)
    .map(({ readSeq }) => readSeq)
    .sort((a, b) => a - b);
}

/** In a group the cursors say who there is; of members without one nothing is known yet. */
function othersOf({ kind, members, cursors, memberCount }: Audience, myId: string): readonly Cursor[] {
  if (kind !== 'group') {
    return members.filter(({ userId }) => userId !== myId).map(({ userId }) => cursorOf(cursors, userId));
  }
  const known = [...cursors].filter(([userId]) => userId !== myId).map(([, cursor]) => cursor);
  const unknown = Math.max(0, memberCount - 1 - known.length);
  return [...known, ...Array.from({ length: Math.min(1, unknown) }, () => cursorOf(cursors, ''))];
}

export function ownState(seq: number, reach: Reach): MessageState {
  if (seq <= reach.readSeq) return 'read';
  return seq <= reach.deliveredSeq ? 'delivered' : 'sent';
}
