// Decisions on messages and on commands about them (MSG-5, REA-1). Pure; whether a key is new,
// whether its predecessor has arrived, and what is known of the message concerned was settled before.
import type {
  Capacity,
  MessageDeleted,
  MessageEdited,
  MessageSent,
  ReactionChanged,
} from '../../protocol/events/conversation-event.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { emojiOf } from '../../protocol/text/emoji.ts';
import { isVisible } from '../../protocol/text/visible.ts';
import { happens, refused, unchanged, type Decision } from '../runtime/decision.ts';
import { accept, refuse, type Reply } from '../runtime/reply.ts';
import type { DeleteMessage, EditMessage, React, SendMessage } from './commands.ts';
import type { MessageFacts } from './message-book.ts';
import { isAdmin } from './permissions.ts';
import type { KnownConversation } from './state.ts';

export function decideSend(
  state: KnownConversation,
  { by, key, body, replyTo, mentions, attachments }: SendMessage,
  nowMs: number,
): Reply<MessageSent> {
  const wrong = wrongBody(body, attachments.length > 0);
  if (wrong) return refuse(wrong);
  if (replyTo !== null && (replyTo < 1 || replyTo > state.headSeq)) return refuse('message_not_found');
  const ordinal = state.headOrdinal + 1;
  return accept({
    seq: state.headSeq + 1,
    atMs: Math.max(nowMs, state.lastAtMs),
    type: 'message',
    by,
    key,
    ordinal,
    body,
    replyTo,
    mentions: mentionsIn(state, mentions),
    attachments: [...attachments],
    editedAtMs: null,
    reactions: [],
  });
}

/** Unchanged: that is its body already. */
export function decideEdit(
  state: KnownConversation,
  message: MessageFacts,
  { by, messageSeq, body, mentions }: EditMessage,
  nowMs: number,
): Decision<MessageEdited> {
  if (message.deleted) return refused('message_deleted');
  if (message.senderId !== by) return refused('not_the_author');
  if (message.body === body) return unchanged;
  if (nowMs - message.atMs > limits.changeWithinMs) return refused('too_late');
  if (message.edits >= limits.editsPerMessageMax) return refused('too_many_edits');
  const wrong = wrongBody(body, message.hasAttachments);
  if (wrong) return refused(wrong);
  const atMs = Math.max(nowMs, state.lastAtMs);
  const named = mentionsIn(state, mentions);
  return happens({
    seq: state.headSeq + 1,
    atMs,
    type: 'messageEdited',
    by,
    messageSeq,
    body,
    mentions: named,
  });
}

/** Unchanged: it is deleted already. */
export function decideDelete(
  state: KnownConversation,
  message: MessageFacts,
  { by, messageSeq, asPlatformAdmin }: DeleteMessage,
  nowMs: number,
): Decision<MessageDeleted> {
  if (message.deleted) return unchanged;
  const isAuthor = message.senderId === by;
  const inTime = nowMs - message.atMs <= limits.changeWithinMs;
  let capacity: Capacity;
  if (isAuthor && inTime) capacity = 'author';
  else if (isAdmin(state, by)) capacity = 'admin';
  else if (asPlatformAdmin) capacity = 'platform_admin';
  else return refused(isAuthor ? 'too_late' : 'not_the_author');
  const atMs = Math.max(nowMs, state.lastAtMs);
  return happens({ seq: state.headSeq + 1, atMs, type: 'messageDeleted', by, messageSeq, capacity });
}

/** Unchanged: it is so already. */
export function decideReact(
  state: KnownConversation,
  message: MessageFacts,
  { by, messageSeq, emoji: typed, present }: React,
  nowMs: number,
): Decision<ReactionChanged> {
  if (message.deleted) return refused('message_deleted');
  const emoji = emojiOf(typed);
  if (emoji === null) return refused('emoji_invalid');
  const users = message.reactions.get(emoji);
  if ((users?.has(by) ?? false) === present) return unchanged;
  if (present && !users && message.reactions.size >= limits.emojisPerMessageMax) {
    return refused('too_many_emojis');
  }
  const atMs = Math.max(nowMs, state.lastAtMs);
  return happens({ seq: state.headSeq + 1, atMs, type: 'reaction', by, messageSeq, emoji, present });
}

function wrongBody(body: string, mayBeEmpty: boolean): ErrorCode | null {
  if (!isVisible(body) && !mayBeEmpty) return 'body_empty';
  return utf8Length(body) > limits.messageBodyBytesMax ? 'body_too_large' : null;
}

/** Naming someone who is no member does nothing (MEN-1); in a direct conversation there is nobody to name. */
function mentionsIn(state: KnownConversation, userIds: readonly string[]): string[] {
  if (userIds.length === 0 || state.kind !== 'group') return [];
  return [...new Set(userIds)]
    .filter((userId) => state.members.has(userId))
    .slice(0, limits.mentionsPerMessageMax);
}

function utf8Length(text: string): number {
  // A UTF-16 unit takes at most three bytes: only long bodies need counting.
  if (text.length * 3 <= limits.messageBodyBytesMax) return text.length;
  return new TextEncoder().encode(text).length;
}
