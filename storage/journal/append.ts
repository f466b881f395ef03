// One append, settled for certain. An append that times out may still land, so its outcome is never guessed: the
// same bytes go out again under the same id until NATS says what became of them, or the journal's last record
// tells. A record is never formed anew under an id that was used.
import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import type { StoredMsg } from '@nats-io/jetstream';
import { RequestError } from '@nats-io/transport-node';
import type { Log } from '../../actors/runtime/ports.ts';
import { journalBounds } from './bounds.ts';
import { decodeRecord, hashOf } from './record.ts';

export interface PendingRecord {
  readonly bytes: Uint8Array;
  readonly number: number;
  readonly previousHash: Uint8Array;
}

export type AppendResult =
  /** Durable, at this stream sequence. */
  | { readonly kind: 'durable'; readonly streamSeq: number }
  /** Another record stands where this one should: sealed by the leader, or deleted. Never append again. */
  | { readonly kind: 'fenced'; readonly reason: string }
  /** The stream counts differently than expected, but ends with the record before this one: try with this. */
  | { readonly kind: 'moved'; readonly expectedStreamSeq: number }
  /** NATS has no room for it now, on its disk or within its limits; it may land all the same, as when unknown. */
  | { readonly kind: 'full'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** JetStream's error codes that decide something here. */
export const wrongLastSequence = 10071;
export const streamNotFound = 10059;
/** No resources, no storage within the account's limits, and a store that failed: a full disk, or a full stream. */
const withoutRoom: ReadonlySet<number> = new Set([10023, 10047, 10077]);

const gone = { kind: 'fenced', reason: 'the journal was deleted' } as const;

export interface Append {
  readonly client: JetStreamClient;
  readonly subject: string;
  readonly record: PendingRecord;
  readonly id: string;
  readonly expectedStreamSeq: number;
  readonly readLast: () => Promise<StoredMsg | null>;
  readonly log: Log;
}

export async function tryAppend(append: Append): Promise<AppendResult> {
  const { client, subject, record, id, expectedStreamSeq, readLast, log } = append;
  try {
    const ack = await client.publish(subject, record.bytes, {
      msgID: id,
      timeout: journalBounds.appendTimeoutMs,
      retries: 1,
      expect: { lastSequence: expectedStreamSeq },
    });
    return { kind: 'durable', streamSeq: ack.seq };
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) return unheard(error, readLast);
    if (error.code === streamNotFound) return gone;
    if (withoutRoom.has(error.code)) return { kind: 'full', reason: error.message };
    if (error.code !== wrongLastSequence) return { kind: 'unknown', reason: error.message };
    log.warn(
      { batch: record.number, expectedStreamSeq },
      'an append met another sequence; reading the last record',
    );
    return settleByLast(await readLast().catch(() => undefined), record);
  }
}

/** When nobody takes what is published, JetStream is asked whether the stream is gone. Anything else may pass. */
async function unheard(error: unknown, readLast: () => Promise<unknown>): Promise<AppendResult> {
  const unknown = { kind: 'unknown', reason: String(error) } as const;
  if (!isWithoutResponders(error)) return unknown;
  return readLast().then(
    () => unknown,
    (reason: unknown) => (isMissingStream(reason) ? gone : unknown),
  );
}

function isWithoutResponders(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof RequestError && cause.isNoResponders();
}

export function isMissingStream(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === streamNotFound;
}

function settleByLast(last: StoredMsg | null | undefined, record: PendingRecord): AppendResult {
  if (last === undefined) return { kind: 'unknown', reason: 'the last record could not be read' };
  if (last === null) {
    if (record.number === 1) return { kind: 'moved', expectedStreamSeq: 0 };
    return { kind: 'fenced', reason: 'the journal lost its records' };
  }
  const { type, number } = decodeRecord(last.data);
  if (type === 'seal') return { kind: 'fenced', reason: 'the journal was sealed by a successor' };
  if (number === record.number && Buffer.compare(last.data, record.bytes) === 0) {
    return { kind: 'durable', streamSeq: last.seq };
  }
  if (number === record.number - 1 && Buffer.compare(hashOf(last.data), record.previousHash) === 0) {
    return { kind: 'moved', expectedStreamSeq: last.seq };
  }
  return { kind: 'fenced', reason: `the journal ends with record ${number}, not ${record.number - 1}` };
}
