// A conversation's summary, from what its actor says of it now and what the record adds.
import type { OpenedConversation } from '../../../../actors/conversation/commands.ts';
import type { Reply } from '../../../../actors/runtime/reply.ts';
import type { ConversationSummary } from '../../../../protocol/frames/conversations.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import { frame, refusalToSee, refused, type Answer, type RequestDependencies } from './handler.ts';

export async function answerWithSummary(
  dependencies: RequestDependencies,
  requestId: number,
  userId: string,
  reply: Reply<OpenedConversation>,
): Promise<Answer> {
  if (!reply.ok) return refused(reply.error);
  const { profiles, lister } = dependencies;
  const opened = reply.value;
  const { conversationId } = opened;
  const [members, stored] = await Promise.all([
    profiles.of(opened.memberIds),
    // Not there yet when it has just begun.
    lister.get(userId, conversationId),
  ]);
  const last = stored?.[8] ?? null;
  // The record may not know yet that it was deleted.
  const stands =
    last !== null && (await refusalToSee(dependencies, userId, conversationId, last[0])) === null;
  const summary: ConversationSummary = [
    conversationId,
    opened.kind,
    opened.epoch,
    opened.headSeq,
    opened.headOrdinal,
    opened.readSeq,
    opened.readOrdinal,
    opened.activeAtMs,
    stands ? last : null,
    members,
    opened.memberCount,
    opened.name,
    opened.description,
    opened.avatarId,
    opened.role,
    stored?.[15] ?? 0,
  ];
  return frame([opcodes.conversation, requestId, summary]);
}
