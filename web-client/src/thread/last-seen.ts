// How far someone has really seen: the last message of which enough was in sight.
import type { Message } from '../store/message.ts';
import type { Row } from './rows.ts';

interface Laid {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

interface Sight {
  readonly topPx: number;
  readonly bottomPx: number;
}

/** A row that is cut off by this little counts as whole. */
const cutOffPx = 12;

/**
 * @param laid rows in the document, ascending
 * @returns null when none of them is a stored message
 */
export function lastSeen(rows: readonly Row[], laid: readonly Laid[], sight: Sight): Message | null {
  const { topPx, bottomPx } = sight;
  // Of a row that is higher than the window its end may never be there together with its beginning.
  const enough = ({ start, end }: Laid) =>
    end <= bottomPx + cutOffPx || start <= topPx + (bottomPx - topPx) / 2;
  for (const { index } of laid.filter((row) => row.end > topPx && enough(row)).reverse()) {
    const row = rows[index];
    if (row?.kind === 'message' && row.message) return row.message;
  }
  return null;
}
