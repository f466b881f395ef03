// Effects of a conversation's events on the sessions of people. Pure; the projector derives the same from the
// journal, so that an effect that was lost is sent again.
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { Effect, EffectType } from '../runtime/effect.ts';

/** @param memberIds of the conversation before the event; needed for its deletion only */
export function effectsOf(
  conversationId: string,
  event: ConversationEvent,
  memberIds: Iterable<string>,
): Effect[] {
  const { seq, by: byUserId } = event;
  const on = (userIds: Iterable<string>, type: EffectType, cause = seq): Effect[] =>
    Array.from(userIds, (userId) => ({ type, userId, conversationId, seq: cause, byUserId }));
  const others = (userIds: readonly string[]) => userIds.filter((userId) => userId !== byUserId);
  switch (event.type) {
    case 'created':
      return on(event.memberIds, 'conversation_added');
    case 'membersAdded':
      return on(event.userIds, 'conversation_added');
    case 'memberRemoved':
      return on([event.userId], 'conversation_removed');
    case 'conversationDeleted':
      return on(memberIds, 'conversation_removed');
    case 'message':
      return on(others(event.mentions), 'mentioned');
    case 'messageEdited':
      // People whom the message named before learn nothing new: the inbox holds one mention for each message.
      return on(others(event.mentions), 'mentioned', event.messageSeq);
    default:
      return [];
  }
}
