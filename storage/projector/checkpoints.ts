// How far each journal is in PostgreSQL.
import type pg from 'pg';
import { noteDrained } from '../postgres/journal-registry.ts';
import { journalStart, type JournalPosition } from '../journal/reader.ts';

export interface Checkpoint {
  readonly position: JournalPosition;
  readonly sealed: boolean;
}

export interface CheckpointMove {
  readonly from: JournalPosition;
  readonly to: JournalPosition;
  readonly sealed: boolean;
  /** Rows that the transaction adds to the tables. */
  readonly events: number;
  readonly inboxEvents: number;
}

/** Someone else has moved the checkpoint: what was about to be written is written already. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

export async function readCheckpoint(db: pg.Pool, incarnation: string): Promise<Checkpoint> {
  const { rows } = await db.query<{ batch: number; batch_hash: Uint8Array; sealed: boolean }>({
    text: 'select batch, batch_hash, sealed from journal_checkpoints where incarnation = $1',
    values: [incarnation],
  });
  const row = rows[0];
  if (!row) return { position: journalStart, sealed: false };
  return { position: { number: row.batch, hash: row.batch_hash }, sealed: row.sealed };
}

/** Moves the checkpoint within the caller's transaction; throws CheckpointMoved when it is not where it should be. */
export async function moveCheckpoint(
  db: pg.ClientBase,
  incarnation: string,
  { from, to, sealed, events, inboxEvents }: CheckpointMove,
): Promise<void> {
  const { rowCount } =
    from.number === 0
      ? await db.query({
          text: `insert into journal_checkpoints (incarnation, batch, batch_hash, sealed, events, inbox_events)
                 values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
          values: [incarnation, to.number, Buffer.from(to.hash), sealed, events, inboxEvents],
        })
      : await db.query({
          name: 'checkpoint-move',
          text: `update journal_checkpoints set batch = $2, batch_hash = $3, sealed = $4, events = events + $6,
                   inbox_events = inbox_events + $7, updated_at = now()
                 where incarnation = $1 and batch = $5`,
          values: [incarnation, to.number, Buffer.from(to.hash), sealed, from.number, events, inboxEvents],
        });
  if (rowCount !== 1) throw new CheckpointMoved(`checkpoint of ${incarnation} is not at ${from.number}`);
  if (sealed) await noteDrained(db, incarnation);
}

/** Ends a journal that goes no further than the tables: nothing of it will ever be projected. */
export async function endCheckpoint(db: pg.ClientBase, incarnation: string): Promise<void> {
  await db.query({
    text: `insert into journal_checkpoints (incarnation, batch, batch_hash, sealed) values ($1, 0, $2, true)
           on conflict (incarnation) do update set sealed = true, updated_at = now()`,
    values: [incarnation, Buffer.from(journalStart.hash)],
  });
  await noteDrained(db, incarnation);
}
