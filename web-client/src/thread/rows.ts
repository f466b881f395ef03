// The messages of a thread as rows, and the news between them: what each shows and how it stands to its neighbours.
// Pure, so that a row renders anew only when one of its values changed.
import type { Message } from '../store/message.ts';
import type { News } from '../store/news.ts';
import { ownState, type MessageState, type Reach } from '../store/select.ts';
import type { Outgoing } from '../store/state.ts';
import type { Stretch } from '../store/stretch.ts';
import { sameDay } from '../time/labels.ts';
import { newsLines } from './news-sentence.ts';

export type Row = MessageRow | NewsRow;

interface Place {
  readonly key: string;
  readonly atMs: number;
  readonly startsDay: boolean;
  readonly firstUnread: boolean;
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
}

/** Messages of one sender closer than this stand together. */
const groupWithinMs = 5 * 60_000;
/** Rows that render, and are skipped by the browser while off the screen, together. */
export const blockRows = 50;

type Plain =
  | Omit<MessageRow, 'startsDay' | 'startsGroup' | 'endsGroup' | 'firstUnread'>
  | Omit<NewsRow, 'startsDay' | 'firstUnread'>;

export function rowsOf(source: RowSource): Row[] {
  const plain = [
    ...inOrder(
      source.messages.map((message) => stored(message, source)),
      newsLines(source.news).map(newsRow),
    ),
    ...source.outgoing.map((message) => underWay(message, source.myId)),
  ];
  const unreadSeq = firstUnreadSeq(source);
  return plain.map((row, i): Row => {
    const [before, after] = [plain[i - 1], plain[i + 1]];
    const place = {
      startsDay: !before || !sameDay(before.atMs, row.atMs),
      firstUnread: row.seq !== null && row.seq === unreadSeq,
    };
    if (row.kind === 'news') return { ...row, ...place };
    const startsGroup = !before || !together(before, row);
    const endsGroup = !after || !together(row, after);
    return { ...row, ...place, startsGroup, endsGroup };
  });
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
  const placed = a.key === b.key && a.startsDay === b.startsDay && a.firstUnread === b.firstUnread;
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

function stored(message: Message, { myId, reach, readers }: RowSource): Plain {
  const { key, seq, atMs, senderId, body, replyTo } = message;
  const mine = senderId === myId;
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
    state: mine ? ownState(seq, reach) : 'received',
    reason: null,
    readBy: mine && readers ? readers.filter((readSeq) => readSeq >= seq).length : null,
    message,
  };
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

function newsRow({ news, renamed }: ReturnType<typeof newsLines>[number]): Plain {
  return { kind: 'news', key: `news-${news.seq}`, seq: news.seq, atMs: news.atMs, news, renamed };
}

function inOrder(messages: readonly Plain[], news: readonly Plain[]): readonly Plain[] {
  if (news.length === 0) return messages;
  return [...messages, ...news].sort((a, b) => a.seq! - b.seq!);
}

function together(a: Plain, b: Plain): boolean {
  if (a.kind === 'news' || b.kind === 'news') return false;
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
