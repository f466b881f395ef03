// What a conversation makes of a command: events, or a refusal. Pure; whether a key is new and whether its
// predecessor has arrived was settled before.
import { conversationEventTypes } from '../../protocol/events/event-types.ts';
import type { ConversationCreated, MessageSent } from '../../protocol/events/conversation-event.ts';
import { wireError, type WireError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { OpenDirect, SendMessage } from './commands.ts';
import type { ConversationState, OpenConversation } from './state.ts';

export function decideOpenDirect(
  state: ConversationState,
  { by, peer }: OpenDirect,
  nowMs: number,
): ConversationCreated | null {
  if (state.status === 'open') return null;
  return [1, nowMs, conversationEventTypes.created, by, 'direct', [by, peer]];
}

/** The state for someone who may see it; null: the server itself. To others it does not exist (ACC-2). */
export function visibleTo(state: ConversationState, userId: string | null): OpenConversation | WireError {
  if (state.status === 'open' && (userId === null || state.members.has(userId))) return state;
  return wireError('conversation_not_found');
}

export function decideSend(
  state: OpenConversation,
  { by, key, body }: SendMessage,
  nowMs: number,
): MessageSent | WireError {
  if (body.trim() === '') return wireError('body_empty');
  if (utf8Length(body) > limits.messageBodyBytesMax) return wireError('body_too_large');
  const atMs = Math.max(nowMs, state.lastAtMs);
  const type = conversationEventTypes.message;
  return [state.headSeq + 1, atMs, type, by, key, state.headOrdinal + 1, body];
}

function utf8Length(text: string): number {
  // A UTF-16 unit takes at most three bytes: only long bodies need counting.
  if (text.length * 3 <= limits.messageBodyBytesMax) return text.length;
  return new TextEncoder().encode(text).length;
}
