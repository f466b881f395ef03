// What an event of a conversation means for the sessions of people. Pure; the projector derives the same from the
// journal, so that an effect that was lost is sent again.
import { conversationEventTypes as types } from '../../protocol/events/event-types.ts';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { Effect, EffectType } from '../runtime/effect.ts';

/** @param memberIds of the conversation before the event; needed for its deletion only */
export function effectsOf(
  conversationId: string,
  event: ConversationEvent,
  memberIds: Iterable<string>,
): Effect[] {
  const [seq, , , byUserId] = event;
  const on = (userIds: Iterable<string>, type: EffectType, cause = seq): Effect[] =>
    Array.from(userIds, (userId) => ({ type, userId, conversationId, seq: cause, byUserId }));
  const others = (userIds: readonly string[]) => userIds.filter((userId) => userId !== byUserId);
  switch (event[2]) {
    case types.created:
      return on(event[5], 'conversation_added');
    case types.membersAdded:
      return on(event[4], 'conversation_added');
    case types.memberRemoved:
      return on([event[4]], 'conversation_removed');
    case types.conversationDeleted:
      return on(memberIds, 'conversation_removed');
    case types.message:
      return on(others(event[8]), 'mentioned');
    case types.messageEdited:
      // Whom the message named before learns nothing new: the inbox holds one mention for each message.
      return on(others(event[6]), 'mentioned', event[4]);
    default:
      return [];
  }
}
