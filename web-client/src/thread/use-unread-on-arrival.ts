// Range of messages that were unread when the person came to look: when they opened the thread, or came back to its tab. Fixed from then
// on, so that the divider stays where it is while the messages below it become read.
import { useState } from 'react';
import { cursorOf } from '../store/cursors.ts';
import type { Conversation } from '../store/state.ts';
import type { UnreadRange } from './rows.ts';

export function useUnreadOnArrival(conversation: Conversation, myId: string, visible: boolean): UnreadRange {
  const [unread, setUnread] = useState(() => unreadOf(conversation, myId));
  const [wasVisible, setWasVisible] = useState(visible);
  if (visible !== wasVisible) {
    setWasVisible(visible);
    if (visible) setUnread(unreadOf(conversation, myId));
  }
  return unread;
}

function unreadOf({ cursors, headOrdinal }: Conversation, myId: string): UnreadRange {
  return { afterOrdinal: cursorOf(cursors, myId).readOrdinal, toOrdinal: headOrdinal };
}
