// The end of a thread holds on to who is there, whatever comes or grows below. The others keep the message they read
// where it is, which the window of rows sees to.
import { useCallback, useEffect, useRef, type RefObject } from 'react';

/** Closer to the end than this counts as being there. */
const bottomWithinPx = 60;

/** Closer than this there is nothing left below. */
const endWithinPx = 2;

interface ScrollParts {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** The rows do not reach to the end of the history. */
  readonly detached: boolean;
  /** Whether a row is being brought into sight: it is not known yet where that will be. */
  readonly isHeld: () => boolean;
  /** Whether the person scrolls up at this moment. */
  readonly isLeaving: () => boolean;
  /** After each scroll. @param atBottom whether it stands at the end now, or near it */
  readonly onScrolled: (atBottom: boolean) => void;
}

export interface Following {
  readonly atBottom: () => boolean;
  readonly toBottom: () => void;
  /** The end lets go: something else is to be in sight. */
  readonly letGo: () => void;
  /** To the end, for who stays there. */
  readonly stick: () => void;
  /** Something has come below: to the end for who is near it, too. */
  readonly grew: () => void;
  /** Looks again whether it stands at the end: what was brought into sight may be there. */
  readonly settle: () => void;
}

export function useThreadScroll(parts: ScrollParts): Following {
  const { scroller, content, detached, isHeld, isLeaving, onScrolled } = parts;
  /** The end holds on: nothing moves it out of sight. */
  const following = useRef(true);
  /** The end does not hold on, as a person has begun to scroll up, but is still close. */
  const near = useRef(true);
  /** How far down the end was when it was last gone to. */
  const stuckAt = useRef(0);
  const topBefore = useRef(0);
  const told = useRef({ onScrolled, isHeld, isLeaving });
  useEffect(() => {
    told.current = { onScrolled, isHeld, isLeaving };
  });

  const stick = useCallback(() => {
    const element = scroller.current;
    if (!element || !following.current) return;
    element.scrollTop = element.scrollHeight;
    stuckAt.current = topBefore.current = element.scrollTop;
  }, [scroller]);
  const toBottom = useCallback(() => {
    following.current = near.current = true;
    stick();
    told.current.onScrolled(true);
  }, [stick]);
  const letGo = useCallback(() => {
    following.current = near.current = false;
  }, []);
  const atBottom = useCallback(() => near.current, []);
  const grew = useCallback(() => {
    if (near.current && !told.current.isLeaving()) following.current = true;
    stick();
  }, [stick]);
  const settle = useCallback(() => {
    const element = scroller.current!;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const leftPx = scrollHeight - scrollTop - clientHeight;
    const goesUp = scrollTop < topBefore.current;
    topBefore.current = scrollTop;
    // The composer or a row may have grown since the end was gone to: only scrolling up leaves it.
    const stays = following.current && scrollTop >= stuckAt.current;
    if (told.current.isHeld()) return told.current.onScrolled(false);
    near.current = !detached && (stays || leftPx < bottomWithinPx);
    // At once, so that whoever scrolls slowly is not pulled back at each step.
    following.current = near.current && (stays || leftPx < endWithinPx || !goesUp);
    told.current.onScrolled(near.current);
  }, [scroller, detached]);

  useEffect(() => {
    const element = scroller.current!;
    // Heights change without a scroll: the window, the composer, what stands above and below the rows.
    const resized = new ResizeObserver(stick);
    // Before the window of rows hears of it and renders: the end would hold on to who is just leaving it.
    element.addEventListener('scroll', settle, { capture: true, passive: true });
    resized.observe(element);
    resized.observe(content.current!);
    return () => {
      element.removeEventListener('scroll', settle, { capture: true });
      resized.disconnect();
    };
  }, [scroller, content, stick, settle]);

  return { atBottom, toBottom, letGo, stick, grew, settle };
}

/** Writing leads to the end. @param writtenKey the last message written here */
export function useEndAfterWriting(writtenKey: string | undefined, toEnd: () => void): void {
  const lastWritten = useRef(writtenKey);
  useEffect(() => {
    if (writtenKey !== undefined && writtenKey !== lastWritten.current) toEnd();
    lastWritten.current = writtenKey;
  }, [writtenKey, toEnd]);
}
