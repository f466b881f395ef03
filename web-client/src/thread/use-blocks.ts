// The rows of a thread, in blocks, from what the store knows: the end of the history, or what lies around an old
// message while someone looks at it.
import { useMemo } from 'react';
import { useChat } from '../session/use-chat.ts';
import { reachOf, readersOf } from '../store/select.ts';
import type { Conversation, Outgoing } from '../store/state.ts';
import { blocksOf, rowsOf } from './rows.ts';
import { useUnreadOnArrival } from './use-unread-on-arrival.ts';

const nothing: readonly Outgoing[] = [];

export function useBlocks(conversation: Conversation, visible: boolean) {
  const { id, kind, members, cursors, details } = conversation;
  const { memberCount } = details;
  const myId = useChat((state) => state.myId);
  const outgoing = useChat((state) => state.outgoing.get(id)) ?? nothing;
  const unread = useUnreadOnArrival(conversation, myId, visible);
  const { messages, news } = conversation.detached ?? conversation;
  const underWay = conversation.detached ? nothing : outgoing;
  const audience = useMemo(
    () => ({ kind, members, cursors, memberCount }),
    [kind, members, cursors, memberCount],
  );
  const blocks = useMemo(() => {
    const reach = reachOf(audience, myId);
    const readers = readersOf(audience, myId);
    return blocksOf(rowsOf({ messages, news, outgoing: underWay, myId, reach, readers, unread }));
  }, [messages, news, underWay, myId, audience, unread]);
  return { blocks, writtenKey: outgoing.at(-1)?.key };
}
