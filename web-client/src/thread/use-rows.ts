// The rows of a thread from what the store knows: the end of the history, or what lies around an old message while
// someone looks at it.
import { useMemo, useState } from 'react';
import { useChat } from '../session/use-chat.ts';
import { reachOf, readersOf } from '../store/select.ts';
import type { Conversation, Outgoing } from '../store/state.ts';
import { RowBuilder } from './row-builder.ts';
import type { Row, UnreadRange } from './rows.ts';

const nothing: readonly Outgoing[] = [];
const noRows: readonly Row[] = [];

interface Rows {
  readonly rows: readonly Row[];
  /** The last message written here. */
  readonly writtenKey: string | undefined;
}

/** @param hidden nothing is shown yet */
export function useRows(conversation: Conversation, unread: UnreadRange, hidden: boolean): Rows {
  const { id, kind, members, cursors, details } = conversation;
  const { memberCount } = details;
  const myId = useChat((state) => state.myId);
  const outgoing = useChat((state) => state.outgoing.get(id)) ?? nothing;
  const [builder] = useState(() => new RowBuilder());
  const { messages, news } = conversation.detached ?? conversation;
  const underWay = conversation.detached ? nothing : outgoing;
  const audience = useMemo(
    () => ({ kind, members, cursors, memberCount }),
    [kind, members, cursors, memberCount],
  );
  const rows = useMemo(() => {
    if (hidden) return noRows;
    const reach = reachOf(audience, myId);
    const readers = readersOf(audience, myId);
    return builder.next({ messages, news, outgoing: underWay, myId, reach, readers, unread });
  }, [hidden, builder, messages, news, underWay, myId, audience, unread]);
  return { rows, writtenKey: outgoing.at(-1)?.key };
}
