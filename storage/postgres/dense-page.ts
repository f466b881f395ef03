// A page of history has no gap, and reaches the head or the beginning unless there is more. PostgreSQL takes a zeroed page
// of a table for an empty one and a truncated table for a short one; the rows that are missing then are missed here.
import type { HistoryDirection } from '../../protocol/frames/history.ts';

/** Rows that were projected are not in the record any more. */
export class HistoryDamaged extends Error {
  override readonly name = 'HistoryDamaged';
}

export interface PageAsked {
  readonly direction: HistoryDirection;
  /** Strictly before or after it. */
  readonly seq: number;
  readonly limit: number;
  /** The conversation's head, of the same moment. */
  readonly asOfSeq: number;
}

/** @param seqs in the order of reading, one more than the limit when there is more; at least one @returns null: none */
export function holeIn(
  seqs: readonly number[],
  { direction, seq, limit, asOfSeq }: PageAsked,
): string | null {
  const step = direction === 'after' ? 1 : -1;
  const first = direction === 'after' ? seq + 1 : Math.min(seq - 1, asOfSeq);
  const end = direction === 'after' ? asOfSeq : 1;
  const at = seqs.findIndex((each, index) => each !== first + step * index);
  if (at >= 0) return `event ${first + step * at} is not in the record, though event ${seqs[at]} is`;
  const last = seqs.at(-1);
  if (last === undefined)
    return isDue({ direction, seq, limit, asOfSeq })
      ? `event ${first} is not in the record, though ${asOfSeq} were`
      : null;
  if (seqs.length <= limit && last !== end)
    return `event ${last + step} is not in the record, though ${asOfSeq} were`;
  return null;
}

/** Whether a page of a dense history up to `asOfSeq` holds anything. */
export function isDue({ direction, seq, asOfSeq }: PageAsked): boolean {
  return direction === 'after' ? seq < asOfSeq : Math.min(seq - 1, asOfSeq) >= 1;
}
