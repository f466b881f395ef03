// Effects of a conversation's events on the sessions of people. Pure; the projector derives the same from the
// journal, so that an effect that was lost is sent again.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { Effect, EffectType } from '../runtime/effect.ts';

/**
 * @param concerned people whom the event itself does not name: for a conversation's deletion its members, for a change of
 * a message those whom the message named before
 */
export function effectsOf(
  conversationId: string,
  event: ConversationEvent,
  concerned: readonly string[],
): Effect[] {
  const { seq, by: byUserId } = event;
  const on = (userIds: Iterable<string>, type: EffectType, messageSeq: number | null = null): Effect[] =>
    Array.from(userIds, (userId) => ({ type, userId, conversationId, seq, messageSeq, byUserId }));
  const others = (userIds: readonly string[]) => userIds.filter((userId) => userId !== byUserId);
  switch (event.type) {
    case 'created':
      return on(event.memberIds, 'conversation_added');
    case 'membersAdded':
      return on(event.userIds, 'conversation_added');
    case 'memberRemoved':
      return on([event.userId], 'conversation_removed');
    case 'conversationDeleted':
      return on(concerned, 'conversation_removed');
    case 'message':
      return on(others(event.mentions), 'mentioned', seq);
    case 'messageEdited': {
      const { mentions, messageSeq } = event;
      // People whom the message named before learn nothing new.
      const named = others(mentions).filter((userId) => !concerned.includes(userId));
      const ended = concerned.filter((userId) => !mentions.includes(userId));
      return [...on(named, 'mentioned', messageSeq), ...on(ended, 'mention_ended', messageSeq)];
    }
    case 'messageDeleted':
      return on(concerned, 'mention_ended', event.messageSeq);
    default:
      return [];
  }
}
