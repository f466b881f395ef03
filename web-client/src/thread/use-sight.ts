// Bringing a row into sight: it may not be among the rows yet, and when it is, heights of rows about it are guesses until
// they are laid out. A wish is kept until its row stands where it was wished.
import { useCallback, useRef, type RefObject } from 'react';
import { indexOfRow, type Row } from './rows.ts';
import type { RowWindow } from './use-row-window.ts';

export interface Wish {
  /** Of the message, or its key, which one on its way has as well. */
  readonly row: { readonly seq: number } | { readonly key: string };
  readonly align: 'start' | 'center' | 'auto';
  /** Nothing: it is only scrolled to. */
  readonly then: 'nothing' | 'focus' | 'mark';
}

const markedMs = 2_400;
/** Closer than this a row stands where it was wished. */
const toleratedPx = 2;
/** Rows that change their heights again and again must not hold a wish for good. */
const scrollsMax = 30;

interface SightParts {
  readonly rows: readonly Row[];
  readonly virtualizer: RowWindow['virtualizer'];
  readonly list: RefObject<HTMLElement | null>;
}

export function useSight({ rows, virtualizer, list }: SightParts) {
  const wish = useRef<Wish | null>(null);
  const scrolls = useRef(0);

  /**
   * Does what can be done by now; to be called whenever the rows, or those in the document, have changed.
   * @returns whether a wish has come true just now
   */
  const fulfil = (): boolean => {
    const wanted = wish.current;
    if (!wanted) return false;
    const at = 'seq' in wanted.row ? indexOfRow(rows, wanted.row.seq) : indexOfKey(rows, wanted.row.key);
    if (at < 0) return false;
    const element = list.current?.querySelector<HTMLElement>(`[data-index="${at}"] [data-row]`);
    const stands = element && isLaidOut(virtualizer) && standsAt(virtualizer, at, wanted.align);
    if (!stands && scrolls.current < scrollsMax) {
      scrolls.current++;
      virtualizer.scrollToIndex(at, { align: wanted.align });
      return false;
    }
    wish.current = null;
    if (element && wanted.then !== 'nothing') element.focus({ preventScroll: true });
    if (element && wanted.then === 'mark') mark(element);
    return true;
  };
  const want = useCallback((wanted: Wish | null) => {
    wish.current = wanted;
    scrolls.current = 0;
  }, []);
  const isWaiting = useCallback(() => wish.current !== null, []);
  return { want, fulfil, isWaiting };
}

/** Whether the rows in the document stand by heights that were measured. */
export function isLaidOut({ getVirtualItems, itemSizeCache }: RowWindow['virtualizer']): boolean {
  return getVirtualItems().every(({ key, size }) => itemSizeCache.get(key) === size);
}

function standsAt(virtualizer: RowWindow['virtualizer'], at: number, align: Wish['align']): boolean {
  const [offsetPx] = virtualizer.getOffsetForIndex(at, align) ?? [0];
  return Math.abs(offsetPx - (virtualizer.scrollElement?.scrollTop ?? 0)) <= toleratedPx;
}

function indexOfKey(rows: readonly Row[], key: string): number {
  return rows.findLastIndex((row) => row.key === key);
}

function mark(row: HTMLElement): void {
  row.dataset['found'] = '';
  setTimeout(() => delete row.dataset['found'], markedMs);
}
