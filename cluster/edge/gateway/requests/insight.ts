// Requests about what a conversation amounts to and what happened to it (INS-1, MSG-8).
import type { Moderate } from '../../../../protocol/frames/insight.ts';
import type { WithoutId } from '../../../../protocol/frames/answers.ts';
import type { Page } from '../../../../protocol/frames/history.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import {
  askConversation,
  answered,
  refused,
  refusedWith,
  type Answer,
  type Handlers,
  type RequestDependencies,
} from './handler.ts';
import { checkMember } from './standing-record.ts';

type Codes = typeof opcodes.insight | typeof opcodes.audit | typeof opcodes.moderate;

export function insightRequests(dependencies: RequestDependencies): Handlers<Codes> {
  const { details, directory } = dependencies;
  return {
    async [opcodes.insight]({ userId }, { conversationId, days }) {
      const member = await checkMember(dependencies, userId, conversationId);
      if (!member.ok) return refused(member.error);
      const insight = await details.insight(conversationId, days);
      if (!insight) return refusedWith('conversation_not_found');
      return answered({ opcode: opcodes.insightDetails, conversationId, ...insight });
    },
    async [opcodes.audit]({ userId }, { conversationId, cursor, limit }) {
      const command = { type: 'describe', by: userId } as const;
      const described = await askConversation(dependencies, conversationId, command);
      const isAdmin = described.ok && described.value.role === 'admin';
      if (!isAdmin && !(await directory.isPlatformAdmin(userId)))
        return described.ok ? refusedWith('not_an_admin') : refused(described.error);
      const { entries, next } = await details.audit(conversationId, cursor, limit);
      return answered({ opcode: opcodes.auditPage, conversationId, entries, next });
    },
    [opcodes.moderate]: ({ userId }, request) => moderate(dependencies, userId, request),
  };
}

/** Noted first: there is no reading without a trace. */
async function moderate(
  dependencies: RequestDependencies,
  userId: string,
  { conversationId, direction, seq, limit, reason }: Moderate,
): Promise<Answer<WithoutId<Page>>> {
  const { details, directory } = dependencies;
  if (!(await directory.isPlatformAdmin(userId))) return refusedWith('not_a_platform_admin');
  if (reason.trim() === '') return refusedWith('invalid_frame');
  await details.noteModeration(userId, conversationId, reason.trim());
  const command = { type: 'history', by: null, direction, seq, limit } as const;
  const ask = () => askConversation(dependencies, conversationId, command);
  const reply = await dependencies.largeAnswers.ask(userId, ask);
  if (!reply.ok) return refused(reply.error);
  return answered({ opcode: opcodes.page, conversationId, ...reply.value });
}
