// Whether PostgreSQL's rows and its checkpoints tell the same story, at one moment: what a checkpoint says is written
// has its rows, and nothing beyond it has.
import type pg from 'pg';
import type { JournalAudit } from './journal-audit.ts';

interface Snapshot {
  readonly checkpoints: ReadonlyMap<string, number>;
  readonly rows: ReadonlySet<string>;
}

/** Every event whose rows are ahead of its journal's checkpoint or behind it, in words. */
export async function disagreements(pool: pg.Pool, audit: JournalAudit): Promise<string[]> {
  const { checkpoints, rows } = await snapshot(pool);
  return [...checkpoints].flatMap(([incarnation, batch]) =>
    audit
      .eventsOf(incarnation)
      .filter((event) => rows.has(`${event.conversationId} ${event.seq}`) !== event.batch <= batch)
      .map(
        (event) =>
          `${event.conversationId} at ${event.seq}: batch ${event.batch} of ${incarnation}, checkpoint ${batch}, ` +
          `its row is ${event.batch <= batch ? 'missing' : 'there'}`,
      ),
  );
}

async function snapshot(pool: pg.Pool): Promise<Snapshot> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const checkpoints = await client.query<{ incarnation: string; batch: string }>(
      'select incarnation, batch from journal_checkpoints',
    );
    const rows = await client.query<{ place: string }>(
      `select conversation_id || ' ' || seq as place from messages
       union all select conversation_id || ' ' || seq from conversation_events`,
    );
    await client.query('commit');
    return {
      checkpoints: new Map(checkpoints.rows.map(({ incarnation, batch }) => [incarnation, Number(batch)])),
      rows: new Set(rows.rows.map(({ place }) => place)),
    };
  } finally {
    client.release();
  }
}
