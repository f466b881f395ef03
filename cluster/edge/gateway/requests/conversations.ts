// Requests about conversations as a whole: opening, listing, following, reading.
import { directConversationId } from '../../../../actors/runtime/derived-id.ts';
import { conversationEventToWire } from '../../../../protocol/events/conversation-event.ts';
import type { OpenDirect } from '../../../../protocol/frames/conversations.ts';
import type { Subscribe } from '../../../../protocol/frames/subscribe.ts';
import { limits } from '../../../../protocol/limits.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import {
  askConversation,
  askSession,
  doneOr,
  frame,
  refused,
  refusedWith,
  type Answer,
  type Caller,
  type Handlers,
  type RequestDependencies,
} from './handler.ts';
import { answerWithSummary } from './summaries.ts';

type Codes =
  | typeof opcodes.openDirect
  | typeof opcodes.conversations
  | typeof opcodes.getConversation
  | typeof opcodes.subscribe
  | typeof opcodes.unsubscribe
  | typeof opcodes.history
  | typeof opcodes.cursor
  | typeof opcodes.receipts
  | typeof opcodes.typing
  | typeof opcodes.mute;

export function conversationRequests(dependencies: RequestDependencies): Handlers<Codes> {
  return {
    [opcodes.openDirect]: ({ userId }, request) => openDirect(dependencies, userId, request),
    async [opcodes.conversations]({ userId }, [, id, cursor, limit]) {
      const { conversations, next } = await dependencies.lister.list(userId, cursor, limit);
      return frame([opcodes.conversationList, id, conversations, next]);
    },
    async [opcodes.getConversation]({ userId }, [, id, conversationId]) {
      const command = { type: 'describe', by: userId } as const;
      const reply = await askConversation(dependencies, conversationId, command);
      return answerWithSummary(dependencies, id, userId, reply);
    },
    [opcodes.subscribe]: (caller, request) => subscribe(dependencies, caller, request),
    [opcodes.unsubscribe]({ socket }, [, id, conversationIds]) {
      if (!socket) return refusedWith('unknown_opcode');
      for (const conversationId of conversationIds) dependencies.following.unfollow(conversationId, socket);
      return frame([opcodes.done, id]);
    },
    async [opcodes.history]({ userId }, [, id, conversationId, direction, seq, limit]) {
      const command = { type: 'history', by: userId, direction, seq, limit } as const;
      const reply = await askConversation(dependencies, conversationId, command);
      if (!reply.ok) return refused(reply.error);
      const { epoch, events, more, asOfSeq } = reply.value;
      return frame([
        opcodes.page,
        id,
        conversationId,
        epoch,
        events.map(conversationEventToWire),
        more,
        asOfSeq,
      ]);
    },
    async [opcodes.cursor]({ userId }, [, id, conversationId, deliveredSeq, readSeq]) {
      const command = { type: 'cursor', by: userId, deliveredSeq, readSeq } as const;
      return doneOr(id, await askConversation(dependencies, conversationId, command));
    },
    async [opcodes.receipts]({ userId }, [, id, conversationId]) {
      const command = { type: 'receipts', by: userId } as const;
      const reply = await askConversation(dependencies, conversationId, command);
      return reply.ok ? frame([opcodes.receiptList, id, conversationId, reply.value]) : refused(reply.error);
    },
    async [opcodes.typing]({ userId }, [, id, conversationId, active]) {
      return doneOr(
        id,
        await askConversation(dependencies, conversationId, { type: 'typing', by: userId, active }),
      );
    },
    async [opcodes.mute]({ userId }, [, id, conversationId, untilMs]) {
      const command = { type: 'describe', by: userId } as const;
      const known = await askConversation(dependencies, conversationId, command);
      if (!known.ok) return refused(known.error);
      return doneOr(id, await askSession(dependencies, userId, { type: 'mute', conversationId, untilMs }));
    },
  };
}

/** A conversation that exists can be opened whoever blocks whom; a new one cannot (ACC-5). */
async function openDirect(
  dependencies: RequestDependencies,
  userId: string,
  [, id, peer]: OpenDirect,
): Promise<Answer> {
  if (peer === userId) return refusedWith('peer_is_self');
  const conversationId = directConversationId(userId, peer);
  const described = await askConversation(dependencies, conversationId, {
    type: 'describe',
    by: userId,
  });
  if (described.ok || described.error.code !== 'conversation_not_found') {
    return answerWithSummary(dependencies, id, userId, described);
  }
  const members = await dependencies.profiles.of([userId, peer]);
  if (!members.some(([memberId]) => memberId === peer)) return refusedWith('user_not_found');
  for (const [blocker, blocked] of [
    [peer, userId],
    [userId, peer],
  ] as const) {
    const command = { type: 'ask_block', userId: blocked } as const;
    const isBlocked = await askSession(dependencies, blocker, command);
    if (!isBlocked.ok) return refused(isBlocked.error);
    if (isBlocked.value) return refusedWith('blocked');
  }
  const command = { type: 'open_direct', by: userId, peer } as const;
  const opened = await askConversation(dependencies, conversationId, command);
  return answerWithSummary(dependencies, id, userId, opened);
}

async function subscribe(
  { following }: RequestDependencies,
  { socket, userId }: Caller,
  [, id, wishes]: Subscribe,
): Promise<Answer> {
  if (!socket) return refusedWith('unknown_opcode');
  const budget = { events: limits.recoverEventsPerFrameMax, bytes: limits.recoverBytesPerFrameMax };
  const answers = await Promise.all(
    wishes.map((wish) => following.conversation(socket, userId, wish, budget)),
  );
  return {
    kind: 'frame',
    frame: [opcodes.subscribed, id, answers.map(({ result }) => result)],
    after: () => answers.forEach(({ deliver }) => deliver()),
  };
}
