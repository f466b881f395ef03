// Messages per day as bars: days without a message are bars too, and over a year a bar is a week, so that it can be
// seen. Days are those of UTC, as the server counts them.
import type { Insight } from '../../../protocol/client/index.ts';

export const spans = [30, 90, 365] as const;
export type Span = (typeof spans)[number];

export interface Bar {
  /** The first and the last of its days, YYYY-MM-DD. */
  readonly from: string;
  readonly to: string;
  readonly messages: number;
}

const dayMs = 86_400_000;
const daysPerBar: Readonly<Record<Span, number>> = { 30: 1, 90: 1, 365: 7 };

export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** The bars of the last so many days, oldest first; the last one ends today. */
export function barsOf(days: Insight['days'], span: Span, nowMs: number): Bar[] {
  const counts = new Map(days.map(({ day, messages }) => [day, messages]));
  const perBar = daysPerBar[span];
  const bars: Bar[] = [];
  for (let daysAgo = 0; daysAgo < span; daysAgo += perBar) {
    const length = Math.min(perBar, span - daysAgo);
    const all = Array.from({ length }, (_, i) => dayOf(nowMs - (daysAgo + i) * dayMs));
    const messages = all.reduce((sum, day) => sum + (counts.get(day) ?? 0), 0);
    bars.unshift({ from: all.at(-1)!, to: all[0]!, messages });
  }
  return bars;
}

/** The lowest round number that nothing exceeds, for the top of the scale. */
export function scaleTop(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((top) => top >= most)!;
}
