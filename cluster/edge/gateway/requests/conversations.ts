// Requests about conversations as a whole: opening, listing, following, reading.
import { directConversationId } from '../../../../actors/runtime/derived-id.ts';
import type { Conversation, OpenDirect } from '../../../../protocol/frames/conversations.ts';
import type { Subscribe, Subscribed } from '../../../../protocol/frames/subscribe.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { WithoutId } from '../../../../protocol/frames/answers.ts';
import { payAnswer } from '../../limits/request-kinds.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import {
  askConversation,
  askSession,
  doneOr,
  answered,
  refused,
  refusedWith,
  type Answer,
  type Caller,
  type Handlers,
  type RequestDependencies,
} from './handler.ts';
import { answerWithSummary } from './summaries.ts';

/** Bytes of texts that each subscription of a frame may bring, at least, so that all together are not much too many. */
const recoverBytesMin = 32 * 1024;

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
    async [opcodes.conversations]({ userId }, { cursor, limit }) {
      const { conversations, next } = await dependencies.lister.list(userId, cursor, limit);
      return answered({ opcode: opcodes.conversationList, conversations, next });
    },
    async [opcodes.getConversation]({ userId }, { conversationId }) {
      const command = { type: 'describe', by: userId } as const;
      const reply = await askConversation(dependencies, conversationId, command);
      return answerWithSummary(dependencies, userId, reply);
    },
    [opcodes.subscribe]: (caller, request) => subscribe(dependencies, caller, request),
    [opcodes.unsubscribe]({ socket }, { conversationIds }) {
      if (!socket) return refusedWith('unknown_opcode');
      for (const conversationId of conversationIds) dependencies.following.unfollow(conversationId, socket);
      return answered({ opcode: opcodes.done });
    },
    async [opcodes.history]({ userId }, { conversationId, direction, seq, limit }) {
      const command = { type: 'history', by: userId, direction, seq, limit } as const;
      const ask = () => askConversation(dependencies, conversationId, command);
      const reply = await dependencies.largeAnswers.ask(userId, ask);
      if (!reply.ok) return refused(reply.error);
      return answered({ opcode: opcodes.page, conversationId, ...reply.value });
    },
    async [opcodes.cursor]({ userId }, { conversationId, deliveredSeq, readSeq }) {
      const command = { type: 'cursor', by: userId, deliveredSeq, readSeq } as const;
      return doneOr(await askConversation(dependencies, conversationId, command));
    },
    async [opcodes.receipts]({ userId }, { conversationId }) {
      const command = { type: 'receipts', by: userId } as const;
      const reply = await askConversation(dependencies, conversationId, command);
      return reply.ok
        ? answered({ opcode: opcodes.receiptList, conversationId, cursors: reply.value })
        : refused(reply.error);
    },
    async [opcodes.typing]({ userId }, { conversationId, active }) {
      return doneOr(
        await askConversation(dependencies, conversationId, { type: 'typing', by: userId, active }),
      );
    },
    async [opcodes.mute]({ userId }, { conversationId, untilMs }) {
      const command = { type: 'describe', by: userId } as const;
      const known = await askConversation(dependencies, conversationId, command);
      if (!known.ok) return refused(known.error);
      return doneOr(await askSession(dependencies, userId, { type: 'mute', conversationId, untilMs }));
    },
  };
}

/** A conversation that exists can be opened whoever blocks whom; a new one cannot (ACC-5). */
async function openDirect(
  dependencies: RequestDependencies,
  userId: string,
  { userId: peer }: OpenDirect,
): Promise<Answer<WithoutId<Conversation>>> {
  if (peer === userId) return refusedWith('peer_is_self');
  const conversationId = directConversationId(userId, peer);
  const described = await askConversation(dependencies, conversationId, {
    type: 'describe',
    by: userId,
  });
  if (described.ok || described.error.code !== 'conversation_not_found') {
    return answerWithSummary(dependencies, userId, described);
  }
  const members = await dependencies.profiles.of([userId, peer]);
  if (!members.some((member) => member.userId === peer)) return refusedWith('user_not_found');
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
  return answerWithSummary(dependencies, userId, opened);
}

async function subscribe(
  { following, limiter }: RequestDependencies,
  { socket, userId }: Caller,
  { subscriptions: wishes }: Subscribe,
): Promise<Answer<WithoutId<Subscribed>>> {
  if (!socket) return refusedWith('unknown_opcode');
  const bytesMax = Math.max(recoverBytesMin, Math.floor(limits.recoverBytesPerFrameMax / wishes.length));
  const budget = { events: limits.recoverEventsPerFrameMax, bytes: limits.recoverBytesPerFrameMax, bytesMax };
  const answers = await Promise.all(
    wishes.map((wish) => following.conversation(socket, userId, wish, budget)),
  );
  payAnswer(limiter, limits.recoverBytesPerFrameMax - budget.bytes, userId);
  return {
    kind: 'frame',
    frame: { opcode: opcodes.subscribed, results: answers.map(({ result }) => result) },
    after: () => answers.forEach(({ deliver }) => deliver()),
  };
}
