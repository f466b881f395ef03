// Coming to a thread: what is unread then, and that the first of it is here before anything is shown. The range stays
// from then on, so that the divider stays where it is while the messages below it become read. Whoever comes back to
// the tab comes anew.
import { useEffect, useState } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import { cursorOf } from '../store/cursors.ts';
import { unreadOf } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import type { UnreadRange } from './rows.ts';

interface Arrival {
  /** The end of the history is not known, or the first unread message not here. */
  readonly arriving: boolean;
  readonly unread: UnreadRange;
}

const nothing: UnreadRange = { afterOrdinal: 0, toOrdinal: 0, count: 0 };

/** @param elsewhere an address asks for one message, which is where to begin then */
export function useArrival(conversation: Conversation, visible: boolean, elsewhere: boolean): Arrival {
  const { history } = useSession();
  const myId = useChat((state) => state.myId);
  const online = useChat((state) => state.connection.name === 'online');
  const [phase, setPhase] = useState<'waiting' | 'loading' | 'here'>('waiting');
  const [unread, setUnread] = useState(nothing);
  const [wasVisible, setWasVisible] = useState(visible);
  const { id, loadedFrom } = conversation;

  if (phase === 'waiting' && loadedFrom !== null) {
    const range = unreadIn(conversation, myId);
    setUnread(range);
    setPhase(elsewhere || range.count === 0 ? 'here' : 'loading');
  }
  if (visible !== wasVisible) {
    setWasVisible(visible);
    if (visible) setUnread(unreadIn(conversation, myId));
  }
  useEffect(() => {
    if (phase !== 'loading') return;
    let wanted = true;
    const here = () => {
      if (wanted) setPhase('here');
    };
    // Without a connection there is what there is.
    if (online) void history.showUnread(id).then(here);
    else here();
    return () => void (wanted = false);
  }, [history, id, phase, online]);
  return { arriving: phase !== 'here', unread };
}

function unreadIn(conversation: Conversation, myId: string): UnreadRange {
  const { cursors, headOrdinal } = conversation;
  const { readOrdinal } = cursorOf(cursors, myId);
  return { afterOrdinal: readOrdinal, toOrdinal: headOrdinal, count: unreadOf(conversation, myId) };
}
