// Bringing one message into sight, wherever in the history it is: what lies around it is loaded if need be, then the
// message is scrolled to, marked for a moment, and given the focus.
import { useCallback, useEffect, useState, type RefObject } from 'react';
import { useSession } from '../session/use-chat.ts';
import type { Jump } from '../routing/location.ts';
import type { Conversation } from '../store/state.ts';
import type { ListHandle } from './message-list.tsx';

interface JumpTo {
  readonly jump: (seq: number) => void;
  /** The address asks for a message that is not in sight yet. */
  readonly jumping: boolean;
}

/** @param asked by the address bar */
export function useJumpTo(
  conversation: Conversation,
  asked: Jump | null,
  list: RefObject<ListHandle | null>,
): JumpTo {
  const session = useSession();
  const { id } = conversation;
  const [settled, setSettled] = useState<Jump | null>(null);
  const ready = conversation.loadedFrom !== null;

  const show = useCallback(
    async (seq: number) => {
      const reason = await session.history.show(id, seq);
      if (reason === null) list.current?.bringIntoSight({ row: { seq }, align: 'center', then: 'mark' });
      else session.messages.say(id, reason);
    },
    [session, id, list],
  );
  useEffect(() => {
    if (asked && ready) void show(asked.seq).then(() => setSettled(asked));
  }, [asked, ready, show]);

  const jump = useCallback((seq: number) => void show(seq), [show]);
  return { jump, jumping: asked !== null && settled !== asked };
}
