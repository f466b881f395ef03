// Actions on a message, by the person's rights on it.
import type { MenuItem } from '../overlay/menu.tsx';
import { useThread } from '../message/thread-context.ts';
import { useSession } from '../session/use-chat.ts';
import type { Message } from '../store/message.ts';
import { useRights } from './use-rights.ts';

export function useMessageItems(message: Message, onDelete: () => void): readonly MenuItem[] {
  const thread = useThread();
  const { messages } = useSession();
  const { conversationId, writing } = thread;
  const { seq, body } = message;
  const rights = useRights(message, thread);
  const copy = () =>
    navigator.clipboard
      .writeText(body)
      .catch(() => messages.say(conversationId, 'This browser did not let Skein copy the text.'));
  return [
    { label: 'Reply', onChoose: () => writing.reply(seq) },
    ...(rights.edit ? [{ label: 'Edit', onChoose: () => writing.edit(seq, body) }] : []),
    ...(body === '' ? [] : [{ label: 'Copy text', onChoose: () => void copy() }]),
    ...(rights.delete ? [{ label: 'Delete…', danger: true, onChoose: onDelete }] : []),
  ];
}
