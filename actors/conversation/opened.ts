// A conversation as it is to one of its members: with how much of it they have not read.
import type { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { bounds } from '../runtime/bounds.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type { OpenedConversation } from './commands.ts';
import type { ConversationParts } from './parts.ts';
import { visibleTo } from './permissions.ts';
import type { Answer } from './sequence.ts';
import type { KnownConversation } from './state.ts';

type Parts = Pick<ConversationParts, 'id' | 'store' | 'sequence' | 'receipts' | 'deletions'>;

const rereadsMax = 5;

/** @param kind `read` answers what is durable, `settled` what is decided */
export function answerOpened(parts: Parts, by: string, kind: 'read' | 'settled'): Answer<OpenedConversation> {
  const { id, sequence, receipts, deletions } = parts;
  const visible = visibleTo(kind === 'read' ? sequence.durable : sequence.decided, by);
  if (!visible.ok) return { kind, reply: visible };
  const cursor = receipts.of(by);
  const deleted = deletions.above(cursor.readOrdinal, visible.value.headSeq);
  if (deleted === null) return { kind: 'lookup', resume: openedByRecord(parts, by) };
  return { kind, reply: accept(openedFor(id, visible.value, cursor, deleted)) };
}

/** For who has read so little that memory does not hold all that was deleted since. */
async function openedByRecord(
  { id, store, sequence, receipts, deletions }: Parts,
  by: string,
): Promise<Reply<OpenedConversation>> {
  for (let attempt = 0; attempt < rereadsMax; attempt++) {
    const { readOrdinal } = receipts.of(by);
    const record = await store.deletionsAbove(id, readOrdinal);
    const visible = visibleTo(sequence.durable, by);
    if (!visible.ok) return visible;
    const cursor = receipts.of(by);
    if (cursor.readOrdinal !== readOrdinal) continue;
    const deleted = deletions.added(readOrdinal, record, visible.value.headSeq);
    if (deleted !== null) return accept(openedFor(id, visible.value, cursor, deleted));
  }
  return refuse('overloaded', bounds.overloadedRetryAfterMs);
}

/** Members named in an answer at most. */
const membersNamedMax = 8;

/**
 * The conversation as it is to the one who opens it.
 * @param deleted messages above what they have read, as of the state's head
 */
export function openedFor(
  id: string,
  state: KnownConversation,
  { userId: by, readSeq, readOrdinal }: MemberCursor,
  deleted: number,
): OpenedConversation {
  const { kind, epoch, headSeq, headOrdinal, lastAtMs, members, name, description, avatarId } = state;
  return {
    conversationId: id,
    kind,
    epoch,
    headSeq,
    headOrdinal,
    readSeq,
    readOrdinal,
    unread: headOrdinal - readOrdinal - deleted,
    activeAtMs: lastAtMs,
    name,
    description,
    avatarId,
    role: members.get(by) ?? 'member',
    memberCount: members.size,
    memberIds: [...members.keys()].slice(0, membersNamedMax),
  };
}
