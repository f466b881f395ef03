// Bringing one message into sight, wherever in the history it is: what lies around it is loaded if need be, then the
// message is scrolled to, marked for a moment, and given the focus.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { useSession } from '../session/use-chat.ts';
import { useJump, type Jump } from '../routing/location.ts';
import type { Conversation } from '../store/state.ts';

const markedMs = 2_400;

interface JumpParts {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Changes when the rows do. */
  readonly shown: unknown;
  /** The end of the thread must not hold on while something else is looked at. */
  readonly letGo: () => void;
}

/** Answers how to jump; the address bar can ask for it too. */
export function useJumpTo(conversation: Conversation, { scroller, shown, letGo }: JumpParts) {
  const session = useSession();
  const { id } = conversation;
  const asked = useJump(id);
  const [wish, setWish] = useState<Jump | null>(null);
  const [target, setTarget] = useState<Jump | null>(null);
  const done = useRef<Jump | null>(null);
  const ready = conversation.loadedFrom !== null;

  const show = useCallback(
    async (jump: Jump) => {
      letGo();
      const reason = await session.history.show(id, jump.seq);
      if (reason === null) setTarget(jump);
      else session.messages.say(id, reason);
    },
    [session, id, letGo],
  );
  useEffect(() => {
    if (asked && ready) void show(asked);
  }, [asked, ready, show]);
  useEffect(() => {
    if (wish) void show(wish);
  }, [wish, show]);

  useLayoutEffect(() => {
    if (!target || done.current === target) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row][data-seq="${target.seq}"]`);
    if (!row) return;
    done.current = target;
    bringIntoSight(row);
  }, [scroller, target, shown]);

  return useCallback((seq: number) => setWish({ conversationId: id, seq }), [id]);
}

function bringIntoSight(row: HTMLElement): void {
  row.scrollIntoView({ block: 'center' });
  // Rows above may be laid out only now, and be higher than was thought.
  requestAnimationFrame(() => row.scrollIntoView({ block: 'center' }));
  row.focus({ preventScroll: true });
  row.dataset['found'] = '';
  setTimeout(() => delete row.dataset['found'], markedMs);
}
