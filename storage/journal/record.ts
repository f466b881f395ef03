// Records of a journal: batches of entries, and at the end of a sealed one the seal. Every record carries its
// own number and the hash of the record before it, so that a lost, doubled or damaged one is noticed by whoever
// reads the journal, whatever the sequence numbers of the stream say.
import { createHash } from 'node:crypto';
import { Packr } from 'msgpackr';
import type { JournalEntry } from '../../actors/runtime/journal-port.ts';
import {
  conversationEventFromWire,
  conversationEventToWire,
} from '../../protocol/events/conversation-event.ts';
import { fromWire, toWire } from '../../protocol/codec/named.ts';
import { Type } from '../../protocol/frames/schema.ts';
import { MemberCursor } from '../../protocol/frames/subscribe.ts';
import { inboxEventFromWire, inboxEventToWire, type InboxEvent } from '../../protocol/events/inbox-event.ts';

const cursorsToWire = toWire(Type.Array(MemberCursor));
const cursorsFromWire = fromWire(Type.Array(MemberCursor));

const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

export interface JournalBatch {
  readonly type: 'batch';
  readonly incarnation: string;
  /** 1 for the first record of a journal. */
  readonly number: number;
  readonly previousHash: Uint8Array;
  readonly entries: readonly JournalEntry[];
}

/** The last record: nothing can be appended by the owner any more. */
export interface JournalSeal {
  readonly type: 'seal';
  readonly incarnation: string;
  readonly number: number;
  readonly previousHash: Uint8Array;
  /** The leader that sealed it. */
  readonly by: string;
}

export type JournalRecord = JournalBatch | JournalSeal;

const recordTypes = { batch: 1, seal: 2 } as const;
const entryTypes = { conversation: 1, cursors: 2, session: 3, block: 4 } as const;

/** Hash that the first record names as the one before it. */
export const noHash: Uint8Array = new Uint8Array(16);

export function hashOf(record: Uint8Array): Uint8Array {
  return createHash('sha256').update(record).digest().subarray(0, 16);
}

export function encodeEntry(entry: JournalEntry): Uint8Array {
  switch (entry.type) {
    case 'conversation':
      return packr.pack([
        entryTypes.conversation,
        entry.shard,
        entry.actorId,
        entry.epoch,
        conversationEventToWire(entry.event),
        ...(entry.named ? [entry.named] : []),
      ]);
    case 'cursors':
      return packr.pack([entryTypes.cursors, entry.shard, entry.actorId, cursorsToWire(entry.cursors)]);
    case 'session':
      return packr.pack([entryTypes.session, entry.shard, entry.actorId, inboxEventToWire(entry.event)]);
    case 'block': {
      const { shard, actorId, userId, blocked, version } = entry;
      return packr.pack([entryTypes.block, shard, actorId, userId, blocked, version]);
    }
  }
}

/** @param entries each as encodeEntry gives it */
export function encodeBatch(
  incarnation: string,
  number: number,
  previousHash: Uint8Array,
  entries: readonly Uint8Array[],
): Uint8Array {
  // Everything up to the entries, then their array's header, then the entries as they are.
  const head = packr.pack([recordTypes.batch, incarnation, number, previousHash, null]);
  const header = Buffer.alloc(5);
  header[0] = 0xdd;
  header.writeUInt32BE(entries.length, 1);
  return Buffer.concat([head.subarray(0, -1), header, ...entries]);
}

export function encodeSeal(
  incarnation: string,
  number: number,
  previousHash: Uint8Array,
  by: string,
): Uint8Array {
  return packr.pack([recordTypes.seal, incarnation, number, previousHash, by]);
}

/** Throws for bytes that are no record: a damaged journal. */
export function decodeRecord(bytes: Uint8Array): JournalRecord {
  const [type, incarnation, number, previousHash, rest] = packr.unpack(bytes) as unknown[] as [
    number,
    string,
    number,
    Uint8Array,
    never,
  ];
  if (type === recordTypes.seal) return { type: 'seal', incarnation, number, previousHash, by: rest };
  if (type !== recordTypes.batch) throw new Error(`a journal record of unknown type ${type}`);
  const entries = (rest as unknown[][]).map(decodeEntry);
  return { type: 'batch', incarnation, number, previousHash, entries };
}

function decodeEntry(entry: unknown[]): JournalEntry {
  const [type, shard, actorId] = entry as [number, number, string];
  switch (type) {
    case entryTypes.conversation: {
      const [, , , epoch, event, named] = entry as [number, number, string, number, never, string[]?];
      const fact = {
        type: 'conversation',
        shard,
        actorId,
        epoch,
        event: conversationEventFromWire(event),
      } as const;
      return named ? { ...fact, named } : fact;
    }
    case entryTypes.cursors:
      return { type: 'cursors', shard, actorId, cursors: cursorsFromWire(entry[3] as never) };
    case entryTypes.session:
      return { type: 'session', shard, actorId, event: inboxEventOf(entry[3]) };
    case entryTypes.block: {
      const [, , , userId, blocked, version] = entry as [number, number, string, string, boolean, number];
      return { type: 'block', shard, actorId, userId, blocked, version };
    }
    default:
      throw new Error(`a journal entry of unknown type ${type}`);
  }
}

/** Mentions that were journaled before an edit could name someone by itself have the message alone: it is their cause. */
function inboxEventOf(wire: unknown): InboxEvent {
  const event = inboxEventFromWire(wire as never);
  if (event.type !== 'mentioned') return event;
  const { messageSeq, causeSeq = messageSeq }: { messageSeq: number; causeSeq?: number } = event;
  return { ...event, causeSeq };
}
