// Why nothing can be written in a conversation, or null. Who was removed sees another page in its place.
import { useChat } from '../session/use-chat.ts';
import { peerOf } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { isolated } from '../../../protocol/text/visible.ts';

export function useClosed(conversation: Conversation): string | null {
  const myId = useChat((state) => state.myId);
  const peer = peerOf(conversation, myId);
  const isBlocked = useChat((state) => conversation.kind === 'direct' && state.blocked.has(peer.userId));
  return isBlocked
    ? `You have blocked ${isolated(peer.displayName)}, so neither of you can write here.`
    : null;
}
