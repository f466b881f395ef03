// Reads every record of a journal that is there, and checks numbers, hashes, that PostgreSQL has gone the same way, and that
// all that was acknowledged is there.
import type { StoredMsg } from '@nats-io/jetstream';
import type { Log } from '../../actors/runtime/ports.ts';
import { systemTimers } from '../../cluster/system-ports.ts';
import {
  JournalDamaged,
  JournalReader,
  journalStart,
  type JournalPosition,
} from '../../storage/journal/reader.ts';
import { decodeRecord, hashOf } from '../../storage/journal/record.ts';
import { lossOf } from '../../storage/journal/head.ts';
import type { ClusterAccess } from './cluster/access.ts';
import { reasonOf } from './errors.ts';

export interface JournalVerdict {
  readonly incarnation: string;
  readonly records: number;
  readonly firstRecord: number | null;
  readonly lastRecord: number | null;
  readonly sealed: boolean;
  readonly bytes: number;
  /** Damage in words; null when there is none. */
  readonly damage: string | null;
}

interface Checkpoint {
  readonly number: number;
  readonly hash: Buffer;
}

/** Readers log that they read again after a lost connection; the check goes on without a word. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Up to what was its end at the beginning: the journal of a living worker grows meanwhile. Rejects as NATS does.
 *
 * @param head the last record that was known to be acknowledged before
 */
export async function checkJournal(
  access: ClusterAccess,
  incarnation: string,
  head: JournalPosition | null,
  onRecord: (done: number, all: number) => void,
): Promise<JournalVerdict> {
  const checkpoint = await readCheckpoint(access, incarnation);
  const { state } = await access.manager.streams.info(access.streams.streamOf(incarnation));
  const nothing = {
    incarnation,
    records: 0,
    firstRecord: null,
    lastRecord: null,
    sealed: false,
    bytes: state.bytes,
  };
  if (state.messages === 0) return { ...nothing, damage: damageOfMissing(checkpoint, head) };
  const check = new Check(incarnation, state.bytes, checkpoint, head);
  try {
    const first = await firstMessage(access, incarnation, state.first_seq);
    const last = decodeRecord((await access.streams.last(incarnation))!.data).number;
    let position = check.begin(first.data);
    onRecord(1, state.messages);
    if (position.number < last) {
      const { connection, streams } = access;
      const reader = new JournalReader(connection, streams, incarnation, systemTimers, silent);
      for await (const read of reader.read(position)) {
        position = read.position;
        check.take(position, read.record.type === 'seal');
        onRecord(check.records, state.messages);
        if (position.number >= last) reader.stop();
      }
    }
    return check.verdict(null);
  } catch (error) {
    if (error instanceof JournalDamaged || check.records === 0) return check.verdict(reasonOf(error));
    throw error;
  }
}

class Check {
  readonly #incarnation: string;
  readonly #bytes: number;
  readonly #checkpoint: Checkpoint | null;
  readonly #head: JournalPosition | null;
  #first: number | null = null;
  #last: JournalPosition = journalStart;
  #lastBatch: JournalPosition = journalStart;
  #sealed = false;
  #divergence: string | null = null;
  records = 0;

  constructor(
    incarnation: string,
    bytes: number,
    checkpoint: Checkpoint | null,
    head: JournalPosition | null,
  ) {
    this.#head = head;
    this.#incarnation = incarnation;
    this.#bytes = bytes;
    this.#checkpoint = checkpoint;
  }

  begin(bytes: Uint8Array): JournalPosition {
    const { number, previousHash, type } = decodeRecord(bytes);
    const position = { number, hash: hashOf(bytes) };
    if (number === 1 && Buffer.compare(previousHash, journalStart.hash) !== 0) {
      throw new JournalDamaged(`journal ${this.#incarnation}: record 1 continues something else`);
    }
    this.#first = number;
    this.take(position, type === 'seal');
    return position;
  }

  take(position: JournalPosition, sealed: boolean): void {
    this.records++;
    this.#last = position;
    this.#sealed = sealed;
    if (!sealed) this.#lastBatch = position;
    const checkpoint = this.#checkpoint;
    if (checkpoint?.number === position.number && Buffer.compare(checkpoint.hash, position.hash) !== 0) {
      this.#divergence = `record ${position.number} is not the one that PostgreSQL has`;
    }
  }

  verdict(damage: string | null): JournalVerdict {
    return {
      incarnation: this.#incarnation,
      records: this.records,
      firstRecord: this.#first,
      lastRecord: this.records > 0 ? this.#last.number : null,
      sealed: this.#sealed,
      bytes: this.#bytes,
      damage: damage ?? this.#divergence ?? this.#gapToCheckpoint(),
    };
  }

  /** How far what is here and what is in PostgreSQL go together; a seal is nothing that was acknowledged. */
  #end(): JournalPosition {
    const checkpoint = this.#checkpoint ?? journalStart;
    return checkpoint.number > this.#lastBatch.number ? checkpoint : this.#lastBatch;
  }

  #gapToCheckpoint(): string | null {
    const projected = this.#checkpoint?.number ?? 0;
    const loss = lossOf(this.#head, this.#end());
    if (loss) return loss;
    // Known to be all that was acknowledged: it is in PostgreSQL, and its loss does no harm.
    if (this.#last.number < projected && this.#head && this.#head.number <= projected) return null;
    if (this.#last.number < projected) {
      return `it ends with record ${this.#last.number}, though PostgreSQL has record ${projected}: its end is lost`;
    }
    if (this.#first !== null && this.#first > projected + 1) {
      return `it begins with record ${this.#first}, though PostgreSQL has nothing after record ${projected}: ${this.#first - projected - 1} records are lost`;
    }
    return null;
  }
}

/** Of a journal without any record: all that was acknowledged is in PostgreSQL, or lost. */
function damageOfMissing(checkpoint: Checkpoint | null, head: JournalPosition | null): string | null {
  if (head) return lossOf(head, checkpoint ?? journalStart);
  return checkpoint ? `it is empty, though PostgreSQL has record ${checkpoint.number} of it` : null;
}

/** A journal that PostgreSQL knows of and NATS does not. */
export async function checkMissing(
  access: ClusterAccess,
  incarnation: string,
  head: JournalPosition,
): Promise<JournalVerdict> {
  const loss = damageOfMissing(await readCheckpoint(access, incarnation), head);
  const nothing = { records: 0, firstRecord: null, lastRecord: null, sealed: false, bytes: 0 };
  return { incarnation, ...nothing, damage: loss && `its stream is missing: ${loss}` };
}

function firstMessage(
  { manager, streams }: ClusterAccess,
  incarnation: string,
  seq: number,
): Promise<StoredMsg> {
  return manager.streams.getMessage(streams.streamOf(incarnation), { seq }).then((message) => {
    if (message) return message;
    throw new JournalDamaged(`journal ${incarnation}: its first record cannot be read`);
  });
}

/** Read first, so that what is projected meanwhile cannot be taken for a lost end. */
async function readCheckpoint(access: ClusterAccess, incarnation: string): Promise<Checkpoint | null> {
  const [row] = await access.query<{ batch: string; batch_hash: Buffer }>(
    'select batch, batch_hash from journal_checkpoints where incarnation = $1',
    [incarnation],
  );
  return row ? { number: Number(row.batch), hash: row.batch_hash } : null;
}
