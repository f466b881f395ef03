// The lives of workers that have a journal: how far each acknowledged, whether all of that is in the tables, and what is
// known to be lost. A journal that NATS dropped, or dropped the end of, is missed by what stands here.
import type pg from 'pg';
import { furtherHead, type JournalHeads } from '../journal/head.ts';
import type { JournalPosition } from '../journal/reader.ts';

/** Registers the journal, and raises its head. */
export async function reportHead(
  db: pg.Pool,
  incarnation: string,
  host: string,
  { number, hash }: JournalPosition,
): Promise<void> {
  await db.query({
    name: 'journal-report-head',
    text: `insert into journal_incarnations as known (incarnation, host, head_number, head_hash, head_at)
           values ($1, $2, $3, $4, now())
           on conflict (incarnation) do update
           set head_number = excluded.head_number, head_hash = excluded.head_hash, head_at = now()
           where excluded.head_number > known.head_number`,
    values: [incarnation, host, number, Buffer.from(hash)],
  });
}

/** The last record that is known to be acknowledged: as this host knows it, or as its worker last told PostgreSQL. */
export async function knownHead(
  db: pg.Pool,
  heads: JournalHeads,
  incarnation: string,
): Promise<JournalPosition | null> {
  const { rows } = await db.query<{ head_number: number; head_hash: Uint8Array }>({
    text: 'select head_number, head_hash from journal_incarnations where incarnation = $1',
    values: [incarnation],
  });
  const told = rows[0] ? { number: rows[0].head_number, hash: rows[0].head_hash } : null;
  return furtherHead(heads.read(incarnation), told);
}

/** Journals of which something acknowledged may be outside the tables. */
export async function unfinishedJournals(db: pg.Pool): Promise<string[]> {
  const { rows } = await db.query<{ incarnation: string }>(
    'select incarnation from journal_incarnations where drained_at is null',
  );
  return rows.map(({ incarnation }) => incarnation);
}

/** Journals that lost something which nobody has given up yet. */
export async function damagedJournals(db: pg.Pool): Promise<string[]> {
  const { rows } = await db.query<{ incarnation: string }>({
    name: 'journals-damaged',
    text: `select incarnation from journal_incarnations
           where drained_at is null and damage is not null order by incarnation`,
  });
  return rows.map(({ incarnation }) => incarnation);
}

/** Those of the journals that are finished. */
export async function finishedJournals(db: pg.Pool, incarnations: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ incarnation: string }>({
    text: `select incarnation from journal_incarnations where incarnation = any($1) and drained_at is not null`,
    values: [incarnations],
  });
  return rows.map(({ incarnation }) => incarnation);
}

/** Within the transaction that brings the last of the journal into the tables. */
export async function noteDrained(db: pg.ClientBase, incarnation: string): Promise<void> {
  await db.query({
    text: `insert into journal_incarnations (incarnation, host, drained_at) values ($1, '', now())
           on conflict (incarnation) do update set drained_at = now(), damage = null`,
    values: [incarnation],
  });
}

export async function noteDamage(db: pg.Pool, incarnation: string, damage: string): Promise<void> {
  await db.query({
    text: `insert into journal_incarnations (incarnation, host, damage) values ($1, '', $2)
           on conflict (incarnation) do update set damage = excluded.damage
           where journal_incarnations.drained_at is null`,
    values: [incarnation, damage],
  });
}
