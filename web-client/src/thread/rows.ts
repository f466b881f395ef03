// The messages of a thread as rows, and the news between them: what each shows and how it stands to its neighbours.
import type { Message } from '../store/message.ts';
import type { News } from '../store/news.ts';
import type { MessageState, Reach } from '../store/select.ts';
import type { Outgoing } from '../store/state.ts';
import type { Stretch } from '../store/stretch.ts';

export type Row = MessageRow | NewsRow;

interface Place {
  readonly key: string;
  readonly atMs: number;
  readonly startsDay: boolean;
  /** How many messages were unread when the person came, at the first of them; 0 elsewhere. */
  readonly unreadFromHere: number;
}

export interface MessageRow extends Place {
  readonly kind: 'message';
  /** Null until the server has given one. */
  readonly seq: number | null;
  readonly senderId: string;
  readonly mine: boolean;
  readonly body: string;
  readonly replyTo: number | null;
  /** How many files go with a message that is on its way; those of one that is stored are in `message`. */
  readonly files: number;
  readonly state: MessageState;
  /** Why it was refused, when it was. */
  readonly reason: string | null;
  /** How many others have read it, where that is known of each (groups up to a size). */
  readonly readBy: number | null;
  /** Null while it is on its way. */
  readonly message: Message | null;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
}

export interface NewsRow extends Place {
  readonly kind: 'news';
  readonly seq: number;
  readonly news: News;
  /** The group's name before, when it changed and is known. */
  readonly renamed: boolean;
}

export interface RowSource extends Stretch {
  readonly outgoing: readonly Outgoing[];
  readonly myId: string;
  readonly reach: Reach;
  /** How far each other member has read, ascending; null where it is not told of each. */
  readonly readers: readonly number[] | null;
  /** Messages that were unread when the person came to look: the first that is not their own gets the divider. */
  readonly unread: UnreadRange;
}

/** Ordinals after one and up to another; what arrives while someone looks on is not in it. */
export interface UnreadRange {
  readonly afterOrdinal: number;
  readonly toOrdinal: number;
  /** How many of them were unread: deleted ones are not. */
  readonly count: number;
}

export function sameRow(a: Row, b: Row): boolean {
  const placed = a.key === b.key && a.startsDay === b.startsDay && a.unreadFromHere === b.unreadFromHere;
  if (!placed || a.seq !== b.seq || a.atMs !== b.atMs) return false;
  if (a.kind === 'news') return b.kind === 'news' && a.renamed === b.renamed;
  return b.kind === 'message' && sameMessage(a, b);
}

/** Compares by key: text on its way never changes under its key, and a stored message has its own identity. */
function sameMessage(a: MessageRow, b: MessageRow): boolean {
  return (
    a.message === b.message &&
    a.state === b.state &&
    a.reason === b.reason &&
    a.readBy === b.readBy &&
    a.startsGroup === b.startsGroup &&
    a.endsGroup === b.endsGroup
  );
}

/** The index of the row with this seq, by halving: what is on its way stands at the end and may have none. */
export function indexOfRow(rows: readonly Row[], seq: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]!.seq ?? Infinity) < seq) low = middle + 1;
    else high = middle;
  }
  return rows[low]?.seq === seq ? low : -1;
}

/** Height of a row that was never laid out, near enough for the scroll bar. */
export function estimatedHeight(row: Row | undefined): number {
  if (!row) return 0;
  const dayPx = row.startsDay ? 48 : 0;
  if (row.kind === 'news') return dayPx + 40;
  const lines = Math.ceil(Math.max(1, row.body.length) / 64);
  const picturesPx = row.message && row.message.attachments.length > 0 ? 220 : 0;
  return dayPx + picturesPx + 16 + 24 * lines + (row.startsGroup ? 10 : 0);
}
