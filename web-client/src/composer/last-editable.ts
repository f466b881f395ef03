// The message that ArrowUp in an empty composer takes up: one's last one, while it may be changed.
import { rightsOf } from '../store/message-rights.ts';
import type { Message } from '../store/message.ts';
import type { ChatState } from '../store/state.ts';

/** @param nowMs on the server's clock */
export function lastEditable(
  { conversations, myId }: Pick<ChatState, 'conversations' | 'myId'>,
  conversationId: string,
  nowMs: number,
): Message | null {
  const messages = conversations.get(conversationId)?.messages ?? [];
  const last = messages.findLast(({ senderId, deleted }) => senderId === myId && !deleted);
  const viewer = { myId, isGroup: false, role: 'member' } as const;
  return last && rightsOf(last, viewer, nowMs).edit ? last : null;
}
