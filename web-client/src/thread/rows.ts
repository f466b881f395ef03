// The messages of a thread as rows: what each shows and how it stands to its neighbours. Pure, so that a row
// renders anew only when one of its values changed.
import { ownState, type MessageState, type Reach } from '../store/select.ts';
import type { Message, Outgoing } from '../store/state.ts';
import { sameDay } from '../time/labels.ts';

export interface Row {
  readonly key: string;
  /** Null until the server has given one. */
  readonly seq: number | null;
  readonly atMs: number;
  readonly senderId: string;
  readonly mine: boolean;
  readonly body: string;
  readonly state: MessageState;
  /** Why it was refused, when it was. */
  readonly reason: string | null;
  readonly startsDay: boolean;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
  readonly firstUnread: boolean;
}

export interface RowSource {
  readonly messages: readonly Message[];
  readonly outgoing: readonly Outgoing[];
  readonly myId: string;
  readonly reach: Reach;
  /** What was unread when the person came to look: its first message that is not mine gets the divider. */
  readonly unread: UnreadRange;
}

/** Ordinals after one and up to another; what arrives while someone looks on is not in it. */
export interface UnreadRange {
  readonly afterOrdinal: number;
  readonly toOrdinal: number;
}

/** Messages of one sender closer than this stand together. */
const groupWithinMs = 5 * 60_000;
/** Rows that render, and are skipped by the browser while off the screen, together. */
export const blockRows = 50;

type Plain = Omit<Row, 'startsDay' | 'startsGroup' | 'endsGroup' | 'firstUnread'>;

export function rowsOf(source: RowSource): Row[] {
  const plain = [
    ...source.messages.map((message) => stored(message, source)),
    ...source.outgoing.map((message) => underWay(message, source.myId)),
  ];
  const unreadSeq = firstUnreadSeq(source);
  return plain.map((row, i) => ({
    ...row,
    startsDay: i === 0 || !sameDay(plain[i - 1]!.atMs, row.atMs),
    startsGroup: i === 0 || !together(plain[i - 1]!, row),
    endsGroup: i === plain.length - 1 || !together(row, plain[i + 1]!),
    firstUnread: row.seq !== null && row.seq === unreadSeq,
  }));
}

/** By seq, so that rows that come before the first block leave the later blocks as they are. */
export function blocksOf(rows: readonly Row[]): { readonly id: number; readonly rows: readonly Row[] }[] {
  const blocks: { id: number; rows: Row[] }[] = [];
  for (const row of rows) {
    const last = blocks.at(-1);
    const id = row.seq === null ? (last?.id ?? 0) : Math.floor(row.seq / blockRows);
    if (last && last.id === id) last.rows.push(row);
    else blocks.push({ id, rows: [row] });
  }
  return blocks;
}

export function sameRows(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, i) => sameRow(row, b[i]!));
}

export function sameRow(a: Row, b: Row): boolean {
  return (
    sameContent(a, b) &&
    a.startsDay === b.startsDay &&
    a.startsGroup === b.startsGroup &&
    a.endsGroup === b.endsGroup &&
    a.firstUnread === b.firstUnread
  );
}

/** Body, sender and ownership never change under a key. */
function sameContent(a: Row, b: Row): boolean {
  return (
    a.key === b.key && a.seq === b.seq && a.atMs === b.atMs && a.state === b.state && a.reason === b.reason
  );
}

function stored(message: Message, { myId, reach }: RowSource): Plain {
  const { key, seq, atMs, senderId, body } = message;
  const mine = senderId === myId;
  return {
    key,
    seq,
    atMs,
    senderId,
    mine,
    body,
    state: mine ? ownState(seq, reach) : 'received',
    reason: null,
  };
}

function underWay({ key, body, writtenAtMs, progress }: Outgoing, myId: string): Plain {
  return {
    key,
    seq: progress.name === 'sent' ? progress.seq : null,
    atMs: writtenAtMs,
    senderId: myId,
    mine: true,
    body,
    state: progress.name,
    reason: progress.name === 'failed' ? progress.reason : null,
  };
}

function together(a: Plain, b: Plain): boolean {
  return a.senderId === b.senderId && b.atMs - a.atMs < groupWithinMs && sameDay(a.atMs, b.atMs);
}

function firstUnreadSeq({ messages, myId, unread }: RowSource): number | null {
  const first = messages.findIndex(
    ({ ordinal, senderId }) =>
      ordinal > unread.afterOrdinal && ordinal <= unread.toOrdinal && senderId !== myId,
  );
  // With nothing above it there is nothing to divide, or it is not known yet whether it is the first.
  return first > 0 ? messages[first]!.seq : null;
}
