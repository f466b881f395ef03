// Bringing a row into sight: it may not be among the rows yet, and when it is, it may not be in the document yet. A wish
// is kept until both have come true.
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

interface SightParts {
  readonly rows: readonly Row[];
  readonly virtualizer: RowWindow['virtualizer'];
  readonly list: RefObject<HTMLElement | null>;
}

export function useSight({ rows, virtualizer, list }: SightParts) {
  const wish = useRef<Wish | null>(null);
  const scrolledFor = useRef<Wish | null>(null);

  /**
   * Does what can be done by now; to be called whenever the rows, or those in the document, have changed.
   * @returns whether a wish has come true just now
   */
  const fulfil = (): boolean => {
    const wanted = wish.current;
    if (!wanted) return false;
    const at = 'seq' in wanted.row ? indexOfRow(rows, wanted.row.seq) : indexOfKey(rows, wanted.row.key);
    if (at < 0) return false;
    if (scrolledFor.current !== wanted) virtualizer.scrollToIndex(at, { align: wanted.align });
    scrolledFor.current = wanted;
    const element = list.current?.querySelector<HTMLElement>(`[data-index="${at}"] [data-row]`);
    if (wanted.then !== 'nothing' && !element) return false;
    wish.current = null;
    if (element && wanted.then !== 'nothing') element.focus({ preventScroll: true });
    if (element && wanted.then === 'mark') mark(element);
    return true;
  };
  const want = useCallback((wanted: Wish) => {
    wish.current = wanted;
  }, []);
  const isWaiting = useCallback(() => wish.current !== null, []);
  return { want, fulfil, isWaiting };
}

function indexOfKey(rows: readonly Row[], key: string): number {
  return rows.findLastIndex((row) => row.key === key);
}

function mark(row: HTMLElement): void {
  row.dataset['found'] = '';
  setTimeout(() => delete row.dataset['found'], markedMs);
}
