// Builds the rows of a thread. A row whose values are what they were is the very row that it was, so that nothing renders
// anew for it; and what arrives costs the same in a long thread as in a short one.
import type { Message } from '../store/message.ts';
import { ownState } from '../store/select.ts';
import type { Outgoing } from '../store/state.ts';
import { sameDay } from '../time/labels.ts';
import { newsLines } from './news-sentence.ts';
import { sameRow, type MessageRow, type NewsRow, type Row, type RowSource } from './rows.ts';

/** Messages of one sender closer than this stand together. */
const groupWithinMs = 5 * 60_000;

type NewsLine = ReturnType<typeof newsLines>[number];
type Entry = Message | NewsLine | Outgoing;

interface Built {
  readonly source: RowSource;
  readonly unreadSeq: number | null;
  readonly lines: readonly NewsLine[];
  readonly entries: readonly Entry[];
  readonly rows: readonly Row[];
}

/**
 * Builds the rows of a thread from those before: of what stands unchanged at its beginning and at its end, as when a
 * message arrives or a page of older ones comes, the rows are taken over and not looked at.
 */
export class RowBuilder {
  #built: Built | null = null;

  /** The same array when nothing changed. */
  next(source: RowSource): readonly Row[] {
    const before = this.#built;
    const lines = before?.source.news === source.news ? before.lines : linesAfter(before, source);
    const entries = entriesOf(source, lines);
    const unreadSeq = firstUnreadSeq(source);
    const rows = before
      ? rowsAfter(before, { source, entries, unreadSeq })
      : entries.map((_, i) => rowAt(entries, i, source, unreadSeq));
    this.#built = { source, unreadSeq, lines, entries, rows };
    return rows;
  }
}

function rowsAfter(before: Built, now: Pick<Built, 'source' | 'entries' | 'unreadSeq'>): readonly Row[] {
  const { source, entries, unreadSeq } = now;
  const { entries: old, rows: oldRows } = before;
  const { head, tail } = sameEnds(old, entries);
  const whole = head === entries.length && head === old.length;
  if (whole && sameFacts(before, now)) return oldRows;
  // Beside what changed stand rows that may begin or end a group now.
  const from = whole ? head : Math.max(0, head - 1);
  const to = whole ? head : Math.min(entries.length, entries.length - tail + 1);
  const shift = old.length - entries.length;
  const kept = sameFacts(before, now) ? (row: Row) => row : (row: Row) => refreshed(row, now);
  const rows = oldRows.slice(0, from).map(kept);
  for (let i = from; i < to; i++) {
    const row = rowAt(entries, i, source, unreadSeq);
    // The row it may have been stands as far from the beginning, or as far from the end.
    const was = oldRows[i]?.key === row.key ? oldRows[i] : oldRows[i + shift];
    rows.push(was && sameRow(was, row) ? was : row);
  }
  for (let i = to; i < entries.length; i++) rows.push(kept(oldRows[i + shift]!));
  const isSame = rows.length === oldRows.length && rows.every((row, i) => row === oldRows[i]);
  return isSame ? oldRows : rows;
}

/** How many entries at the beginning and at the end are the same values. */
function sameEnds(
  a: readonly Entry[],
  b: readonly Entry[],
): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return { head, tail };
}

/** A row whose message and neighbours are what they were. */
function refreshed(row: Row, { source, unreadSeq }: Pick<Built, 'source' | 'unreadSeq'>): Row {
  const unreadFromHere = unreadFrom(row.seq, source, unreadSeq);
  const isSame = row.unreadFromHere === unreadFromHere;
  if (row.kind === 'news') return isSame ? row : { ...row, unreadFromHere };
  const own = row.mine && row.message ? ownProgress(row.message.seq, source) : row;
  if (isSame && own.state === row.state && own.readBy === row.readBy) return row;
  return { ...row, unreadFromHere, state: own.state, readBy: own.readBy };
}

function unreadFrom(seq: number | null, { unread }: RowSource, unreadSeq: number | null): number {
  return seq !== null && seq === unreadSeq ? unread.count : 0;
}

/** How far a message of one's own has come. */
function ownProgress(seq: number, { reach, readers }: RowSource): Pick<MessageRow, 'state' | 'readBy'> {
  return { state: ownState(seq, reach), readBy: readers && countFrom(readers, seq) };
}

/** Values that rows depend on, besides their own messages and neighbours. */
function sameFacts(a: Pick<Built, 'source' | 'unreadSeq'>, b: Pick<Built, 'source' | 'unreadSeq'>): boolean {
  const { reach, readers, unread } = a.source;
  const other = b.source;
  return (
    a.unreadSeq === b.unreadSeq &&
    unread === other.unread &&
    reach.deliveredSeq === other.reach.deliveredSeq &&
    reach.readSeq === other.reach.readSeq &&
    sameNumbers(readers, other.readers)
  );
}

function sameNumbers(a: readonly number[] | null, b: readonly number[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Lines that say what they said stay the same values. */
function linesAfter(before: Built | null, { news }: RowSource): readonly NewsLine[] {
  const known = new Map(before?.lines.map((line) => [line.news, line]));
  return newsLines(news).map((line) => {
    const was = known.get(line.news);
    return was?.renamed === line.renamed ? was : line;
  });
}

/** Messages and news that are stored, in the order of everything, then what is on its way. */
function entriesOf({ messages, outgoing }: RowSource, lines: readonly NewsLine[]): readonly Entry[] {
  if (lines.length === 0) return outgoing.length === 0 ? messages : [...messages, ...outgoing];
  const entries: Entry[] = [];
  let next = 0;
  for (const message of messages) {
    for (; next < lines.length && lines[next]!.news.seq < message.seq; next++) entries.push(lines[next]!);
    entries.push(message);
  }
  for (; next < lines.length; next++) entries.push(lines[next]!);
  entries.push(...outgoing);
  return entries;
}

function rowAt(entries: readonly Entry[], i: number, source: RowSource, unreadSeq: number | null): Row {
  const entry = entries[i]!;
  const [before, after] = [entries[i - 1], entries[i + 1]];
  const row = plainOf(entry, source);
  const place = {
    startsDay: !before || !sameDay(atMsOf(before), row.atMs),
    unreadFromHere: unreadFrom(row.seq, source, unreadSeq),
  };
  if (row.kind === 'news') return { ...row, ...place };
  const startsGroup = !before || !together(before, entry, source.myId);
  const endsGroup = !after || !together(entry, after, source.myId);
  return { ...row, ...place, startsGroup, endsGroup };
}

type Plain =
  | Omit<MessageRow, 'startsDay' | 'startsGroup' | 'endsGroup' | 'unreadFromHere'>
  | Omit<NewsRow, 'startsDay' | 'unreadFromHere'>;

function plainOf(entry: Entry, source: RowSource): Plain {
  if ('news' in entry) return newsRow(entry);
  return 'progress' in entry ? underWay(entry, source.myId) : stored(entry, source);
}

function atMsOf(entry: Entry): number {
  if ('news' in entry) return entry.news.atMs;
  return 'progress' in entry ? entry.writtenAtMs : entry.atMs;
}

function stored(message: Message, source: RowSource): Plain {
  const { key, seq, atMs, senderId, body, replyTo } = message;
  const mine = senderId === source.myId;
  const progress = mine ? ownProgress(seq, source) : ({ state: 'received', readBy: null } as const);
  return {
    kind: 'message',
    key,
    seq,
    atMs,
    senderId,
    mine,
    body,
    replyTo,
    files: 0,
    reason: null,
    ...progress,
    message,
  };
}

/** By halving: when a cursor of a large group moves, this is counted for each own message. */
function countFrom(ascending: readonly number[], seq: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < seq) low = middle + 1;
    else high = middle;
  }
  return ascending.length - low;
}

function underWay(outgoing: Outgoing, myId: string): Plain {
  const { key, body, replyTo, attachments, writtenAtMs, progress } = outgoing;
  return {
    kind: 'message',
    key,
    seq: progress.name === 'sent' ? progress.seq : null,
    atMs: writtenAtMs,
    senderId: myId,
    mine: true,
    body,
    replyTo,
    files: attachments,
    state: progress.name,
    reason: progress.name === 'failed' ? progress.reason : null,
    readBy: null,
    message: null,
  };
}

function newsRow({ news, renamed }: NewsLine): Plain {
  return { kind: 'news', key: `news-${news.seq}`, seq: news.seq, atMs: news.atMs, news, renamed };
}

function together(a: Entry, b: Entry, myId: string): boolean {
  if ('news' in a || 'news' in b) return false;
  const [atMs, laterMs] = [atMsOf(a), atMsOf(b)];
  return senderOf(a, myId) === senderOf(b, myId) && laterMs - atMs < groupWithinMs && sameDay(atMs, laterMs);
}

function senderOf(entry: Message | Outgoing, myId: string): string {
  return 'progress' in entry ? myId : entry.senderId;
}

function firstUnreadSeq({ messages, myId, unread }: RowSource): number | null {
  if (unread.count === 0) return null;
  const isAmong = ({ ordinal, senderId }: Message) =>
    ordinal > unread.afterOrdinal && ordinal <= unread.toOrdinal && senderId !== myId;
  const first = messages.findIndex(isAmong);
  // With nothing above it there is nothing to divide, or it is not known yet whether it is the first.
  if (first <= 0) return null;
  return messages.find((message, at) => at >= first && isAmong(message) && !message.deleted)?.seq ?? null;
}
