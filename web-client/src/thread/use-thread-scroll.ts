// Where a thread stands while it changes. Two rules: who is at the bottom stays at the bottom, and who is not keeps
// the message they read where it is, whatever comes in above or below it. Browsers that anchor scrolling by
// themselves do the second already; the others, and all of them at the very top, get it from here.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

export interface ThreadScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** Not at the bottom. */
  readonly away: boolean;
  readonly toBottom: () => void;
  /** The end lets go: something else is to be in sight. */
  readonly letGo: () => void;
}

/** Closer to the end than this counts as being there. */
const bottomWithinPx = 60;

/**
 * @param shown changes when the rows do
 * @param detached what is shown does not reach to the end of the history
 */
export function useThreadScroll(shown: unknown, detached: boolean): ThreadScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atBottom = useRef(true);
  /** How far down the end was when it was last gone to. */
  const stuckAt = useRef(0);
  const anchor = useRef<{ readonly row: Element; readonly top: number } | null>(null);
  const [away, setAway] = useState(false);

  const stick = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    stuckAt.current = element.scrollTop;
  }, []);
  const toBottom = useCallback(() => {
    atBottom.current = true;
    setAway(false);
    stick();
  }, [stick]);
  const letGo = useCallback(() => {
    atBottom.current = false;
    anchor.current = null;
  }, []);

  useEffect(() => {
    const element = scroller.current!;
    const scrolled = () => {
      const leftPx = element.scrollHeight - element.scrollTop - element.clientHeight;
      // The composer or a row may have grown since the end was gone to: only scrolling up leaves it.
      const stays = atBottom.current && element.scrollTop >= stuckAt.current;
      atBottom.current = !detached && (stays || leftPx < bottomWithinPx);
      setAway(!atBottom.current);
      anchor.current = atBottom.current ? null : firstInSight(element);
    };
    // Heights change without a scroll: the window, the composer, rows that are laid out for the first time.
    const resized = new ResizeObserver(() => {
      if (atBottom.current) stick();
    });
    element.addEventListener('scroll', scrolled, { passive: true });
    resized.observe(element);
    resized.observe(content.current!);
    return () => {
      element.removeEventListener('scroll', scrolled);
      resized.disconnect();
    };
  }, [stick, detached]);

  useLayoutEffect(() => {
    if (atBottom.current) return stick();
    const held = anchor.current;
    if (!held?.row.isConnected) return;
    const moved = held.row.getBoundingClientRect().top - held.top;
    if (Math.abs(moved) >= 1) scroller.current!.scrollTop += moved;
  }, [shown, stick]);

  return { scroller, content, away: away || detached, toBottom, letGo };
}

/** Writing leads to the end. @param writtenKey the last message written here */
export function useEndAfterWriting(writtenKey: string | undefined, toEnd: () => void): void {
  const lastWritten = useRef(writtenKey);
  useLayoutEffect(() => {
    if (writtenKey !== undefined && writtenKey !== lastWritten.current) toEnd();
    lastWritten.current = writtenKey;
  }, [writtenKey, toEnd]);
}

/** The uppermost row that can be seen, by halving: rows stand in order. */
function firstInSight(scroller: Element): { row: Element; top: number } | null {
  const edge = scroller.getBoundingClientRect().top;
  const rows = scroller.querySelectorAll('[data-row]');
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  const row = rows[low];
  return row ? { row, top: row.getBoundingClientRect().top } : null;
}
