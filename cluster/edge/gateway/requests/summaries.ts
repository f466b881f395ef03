// A conversation's summary, from what its actor says of it now and what the record adds.
import type { OpenedConversation } from '../../../../actors/conversation/commands.ts';
import type { Reply } from '../../../../actors/runtime/reply.ts';
import type { WithoutId } from '../../../../protocol/frames/answers.ts';
import type { Conversation } from '../../../../protocol/frames/conversations.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import { answered, refused, type Answer, type RequestDependencies } from './handler.ts';
import { checkMember } from './standing-record.ts';

export async function answerWithSummary(
  dependencies: RequestDependencies,
  userId: string,
  reply: Reply<OpenedConversation>,
): Promise<Answer<WithoutId<Conversation>>> {
  if (!reply.ok) return refused(reply.error);
  const { profiles, lister } = dependencies;
  const opened = reply.value;
  const { conversationId } = opened;
  const [members, stored] = await Promise.all([
    profiles.of(opened.memberIds),
    // Not there yet when it has just begun.
    lister.get(userId, conversationId),
  ]);
  const last = stored?.lastMessage ?? null;
  // The record may not know yet that it was deleted.
  const stands = last !== null && (await checkMember(dependencies, userId, conversationId, last.seq)).ok;
  const { memberIds: _, ...shown } = opened;
  const lastMessage = stands ? last : null;
  const mutedUntilMs = stored?.mutedUntilMs ?? 0;
  const conversation = { ...shown, lastMessage, members, mutedUntilMs };
  return answered({ opcode: opcodes.conversation, conversation });
}
