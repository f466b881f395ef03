// The rows that exist in the document: those in sight, some around them, and the one that has the focus. Heights are
// measured as rows come; the library keeps what is in sight where it is, whatever comes or grows above it.
import { useCallback, useRef, type FocusEvent, type RefObject } from 'react';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { estimatedHeight, indexOfRow, type Row } from './rows.ts';

/** On each side, so that a turn of the wheel shows rows and no empty space. */
const rowsAround = 10;
/** Room above a row that is brought to the top: what stands before it is seen to go on. */
const roomAbovePx = 72;
/** Heights that are remembered, for each row that there is. */
const rememberedPerRow = 3;

interface WindowParts {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Height of what stands above the first row. */
  readonly aboveRowsPx: number;
}

export type RowWindow = ReturnType<typeof useRowWindow>;

export function useRowWindow(rows: readonly Row[], { scroller, aboveRowsPx }: WindowParts) {
  const focusedSeq = useRef<number | null>(null);
  const rangeExtractor = useCallback(
    (range: Range) => withFocused(defaultRangeExtractor(range), rows, focusedSeq.current),
    [rows],
  );
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((i: number) => rows[i]?.key ?? i, [rows]),
    estimateSize: (i) => estimatedHeight(rows[i]),
    overscan: rowsAround,
    scrollMargin: aboveRowsPx,
    scrollPaddingStart: roomAbovePx,
    anchorTo: 'end',
    rangeExtractor,
  });
  forgetGone(virtualizer.itemSizeCache, rows);
  const focusHandlers = {
    onFocus: (event: FocusEvent<HTMLElement>) => {
      const seq = event.target.closest<HTMLElement>('[data-row]')?.dataset['seq'];
      focusedSeq.current = seq === undefined ? null : Number(seq);
    },
    onBlur: (event: FocusEvent<HTMLElement>) => {
      if (!event.currentTarget.contains(event.relatedTarget)) focusedSeq.current = null;
    },
  };
  return { virtualizer, focusHandlers };
}

/** A row that is taken out of the document takes the focus with it, and whoever reads by keyboard starts anew. */
function withFocused(indexes: number[], rows: readonly Row[], seq: number | null): number[] {
  const at = seq === null ? -1 : indexOfRow(rows, seq);
  if (at < 0 || indexes.includes(at)) return indexes;
  return [...indexes, at].sort((a, b) => a - b);
}

/** Rows that a long day has brought and taken away again. */
function forgetGone(heights: Map<unknown, number>, rows: readonly Row[]): void {
  if (heights.size <= rememberedPerRow * (rows.length + 100)) return;
  const here = new Set<unknown>(rows.map(({ key }) => key));
  for (const key of heights.keys()) if (!here.has(key)) heights.delete(key);
}
