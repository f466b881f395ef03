// The end of a thread holds on to who is there, whatever comes or grows below. The others keep the message they read
// where it is, which the window of rows sees to.
import { useCallback, useEffect, useRef, type RefObject } from 'react';

/** Closer to the end than this counts as being there. */
const bottomWithinPx = 60;

interface ScrollParts {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** The rows do not reach to the end of the history. */
  readonly detached: boolean;
  /** After each scroll. @param atBottom whether it stands at the end now */
  readonly onScrolled: (atBottom: boolean) => void;
}

export interface Following {
  readonly atBottom: () => boolean;
  readonly toBottom: () => void;
  /** The end lets go: something else is to be in sight. */
  readonly letGo: () => void;
  /** To the end, for who stays there. */
  readonly stick: () => void;
  /** Looks again whether it stands at the end: what was brought into sight may be there. */
  readonly settle: () => void;
}

export function useThreadScroll({ scroller, content, detached, onScrolled }: ScrollParts): Following {
  const following = useRef(true);
  /** How far down the end was when it was last gone to. */
  const stuckAt = useRef(0);
  const told = useRef(onScrolled);
  useEffect(() => {
    told.current = onScrolled;
  });

  const stick = useCallback(() => {
    const element = scroller.current;
    if (!element || !following.current) return;
    element.scrollTop = element.scrollHeight;
    stuckAt.current = element.scrollTop;
  }, [scroller]);
  const toBottom = useCallback(() => {
    following.current = true;
    stick();
    told.current(true);
  }, [stick]);
  const letGo = useCallback(() => {
    following.current = false;
  }, []);
  const atBottom = useCallback(() => following.current, []);

  const settle = useCallback(() => {
    const element = scroller.current!;
    const leftPx = element.scrollHeight - element.scrollTop - element.clientHeight;
    // The composer or a row may have grown since the end was gone to: only scrolling up leaves it.
    const stays = following.current && element.scrollTop >= stuckAt.current;
    following.current = !detached && (stays || leftPx < bottomWithinPx);
    told.current(following.current);
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

  return { atBottom, toBottom, letGo, stick, settle };
}

/** Writing leads to the end. @param writtenKey the last message written here */
export function useEndAfterWriting(writtenKey: string | undefined, toEnd: () => void): void {
  const lastWritten = useRef(writtenKey);
  useEffect(() => {
    if (writtenKey !== undefined && writtenKey !== lastWritten.current) toEnd();
    lastWritten.current = writtenKey;
  }, [writtenKey, toEnd]);
}
