// Being asked to come into groups (ACC-5). Who accepts is added by the one who asked, if that one still may add people.
import { opcodes } from '../../../../protocol/opcodes.ts';
import type { WithoutId } from '../../../../protocol/frames/answers.ts';
import type { Done } from '../../../../protocol/frames/outcome.ts';
import type { ErrorCode } from '../../../../protocol/errors.ts';
import {
  answered,
  askConversation,
  askSession,
  doneOr,
  refused,
  refusedWith,
  type Answer,
  type Handlers,
  type RequestDependencies,
} from './handler.ts';

type Codes = typeof opcodes.groupRequests | typeof opcodes.answerGroupRequest | typeof opcodes.setGroupsFrom;

export function groupRequestRequests(dependencies: RequestDependencies): Handlers<Codes> {
  return {
    async [opcodes.groupRequests]({ userId }) {
      const reply = await askSession(dependencies, userId, { type: 'group_requests' });
      if (!reply.ok) return refused(reply.error);
      return answered({ opcode: opcodes.groupRequestList, ...reply.value });
    },
    [opcodes.answerGroupRequest]: ({ userId }, { conversationId, accept }) =>
      accept
        ? comeIn(dependencies, userId, conversationId)
        : end(dependencies, userId, conversationId, false),
    async [opcodes.setGroupsFrom]({ userId }, { groupsFrom }) {
      return doneOr(await askSession(dependencies, userId, { type: 'set_groups_from', groupsFrom }));
    },
  };
}

/** The one who asked is an admin of the group no more, or the group is gone. */
const over: ReadonlySet<ErrorCode> = new Set([
  'not_an_admin',
  'conversation_not_found',
  'conversation_deleted',
]);

async function comeIn(
  dependencies: RequestDependencies,
  userId: string,
  conversationId: string,
): Promise<Answer<WithoutId<Done>>> {
  const list = await askSession(dependencies, userId, { type: 'group_requests' });
  if (!list.ok) return refused(list.error);
  const request = list.value.requests.find((each) => each.conversationId === conversationId);
  if (!request) return refusedWith('invitation_invalid');
  const blocks = await askSession(dependencies, request.by, { type: 'ask_block', userId });
  if (!blocks.ok) return refused(blocks.error);
  if (blocks.value) return endVoid(dependencies, userId, conversationId);
  const command = { type: 'add_members', by: request.by, userIds: [userId] } as const;
  const added = await askConversation(dependencies, conversationId, command);
  if (added.ok) return end(dependencies, userId, conversationId, true);
  if (!over.has(added.error.code)) return refused(added.error);
  return endVoid(dependencies, userId, conversationId);
}

/** Nobody may add them in the name of the one who asked. They have not declined: others may ask again. */
async function endVoid(
  dependencies: RequestDependencies,
  userId: string,
  conversationId: string,
): Promise<Answer<never>> {
  await end(dependencies, userId, conversationId, true);
  return refusedWith('invitation_invalid');
}

async function end(
  dependencies: RequestDependencies,
  userId: string,
  conversationId: string,
  accepted: boolean,
): Promise<Answer<WithoutId<Done>>> {
  const reply = await askSession(dependencies, userId, {
    type: 'end_group_request',
    conversationId,
    accepted,
  });
  // Being added ends the request as well, and may have been told first.
  if (accepted && !reply.ok && reply.error.code === 'invitation_invalid')
    return answered({ opcode: opcodes.done });
  return doneOr(reply);
}
