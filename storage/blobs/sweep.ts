// Deletes what no message shows (MSG-7): uploads that expired, those that were deleted, and what interrupted requests
// left beside a finished one. Each upload is first marked, then, once every request that had begun before the mark is
// over, its blobs go, and its row last: a crash at any point leaves a row that leads the next sweep there. One worker
// sweeps at a time, and holds no row while it works on files: projectors write these rows too.
import type pg from 'pg';
import type { Log } from '../../actors/runtime/ports.ts';
import type { BlobStore } from './blob-store.ts';

export interface SweepOptions {
  readonly pool: pg.Pool;
  readonly blobs: BlobStore;
  /** From the mark to the deletion; longer than any request for an upload takes. */
  readonly graceMs: number;
  /**
   * How long a claimed upload may be in no message that was projected. One that was acknowledged while PostgreSQL was
   * down is projected late, and must find its attachments. After this only a conversation's avatar stays.
   */
  readonly unsentAfterMs: number;
  readonly log: Log;
}

interface Doomed {
  readonly upload_id: string;
}

interface Untidied extends Doomed {
  readonly content_blob: string;
  readonly preview_blob: string | null;
}

const batchRows = 100;
/** One number for every Skein database: whoever holds it sweeps. */
const sweepLock = '7525403110212';

export class UploadSweep {
  readonly #options: SweepOptions;
  readonly totals = { expired: 0, deleted: 0, tidied: 0, failed: 0 };

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  /** One round, unless another worker is at it; what it does not get to is the next one's. */
  async run(): Promise<void> {
    const client = await this.#options.pool.connect();
    let broken = true;
    try {
      const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
        sweepLock,
      ]);
      if (rows[0]!.locked) {
        await this.#sweep(client);
        await client.query('select pg_advisory_unlock($1)', [sweepLock]);
      }
      broken = false;
    } finally {
      // A connection that may still hold the lock is closed, which frees it.
      client.release(broken);
    }
  }

  async #sweep(client: pg.ClientBase): Promise<void> {
    const failedBefore = this.totals.failed;
    const expired = await this.#markExpired(client);
    const deleted = await this.#deleteMarked(client);
    const tidied = await this.#tidy(client);
    this.totals.expired += expired;
    this.totals.deleted += deleted;
    this.totals.tidied += tidied;
    const failed = this.totals.failed - failedBefore;
    if (expired + deleted + failed > 0) this.#options.log.info({ expired, deleted, failed }, 'uploads swept');
  }

  async #markExpired(client: pg.ClientBase): Promise<number> {
    const { rowCount } = await client.query({
      name: 'uploads-mark-expired',
      text: `update uploads set deleted_at = now()
             where upload_id in (
               select upload_id from uploads
               where expires_at < now() and message_seq is null and deleted_at is null
                 and (conversation_id is null
                      or (attached_at < now() - $1::float8 * interval '1 millisecond'
                          and not exists (select 1 from conversations c
                                          where c.conversation_id = uploads.conversation_id
                                            and c.avatar_id = uploads.upload_id)))
               limit $2 for update skip locked)`,
      values: [this.#options.unsentAfterMs, batchRows],
    });
    return rowCount ?? 0;
  }

  async #deleteMarked(client: pg.ClientBase): Promise<number> {
    const { rows } = await client.query<Doomed>({
      name: 'uploads-marked',
      text: `select upload_id from uploads where deleted_at < now() - $1::float8 * interval '1 millisecond' limit $2`,
      values: [this.#options.graceMs, batchRows],
    });
    const ids = await this.#forEach(rows, (row) => this.#options.blobs.deleteGroup(row.upload_id));
    await client.query({
      name: 'uploads-delete',
      text: 'delete from uploads where upload_id = any($1::uuid[])',
      values: [ids],
    });
    return ids.length;
  }

  async #tidy(client: pg.ClientBase): Promise<number> {
    const { rows } = await client.query<Untidied>({
      name: 'uploads-untidied',
      text: `select upload_id, content_blob, preview_blob from uploads
             where status = 'ready' and not tidied and deleted_at is null
               and ready_at < now() - $1::float8 * interval '1 millisecond' limit $2`,
      values: [this.#options.graceMs, batchRows],
    });
    const ids = await this.#forEach(rows, ({ upload_id, content_blob, preview_blob }) =>
      this.#options.blobs.deleteGroup(upload_id, [content_blob, preview_blob ?? content_blob]),
    );
    await client.query({
      name: 'uploads-tidied',
      text: 'update uploads set tidied = true where upload_id = any($1::uuid[])',
      values: [ids],
    });
    return ids.length;
  }

  /** The ids of the rows whose work succeeded. */
  async #forEach<Row extends Doomed>(
    rows: readonly Row[],
    work: (row: Row) => Promise<void>,
  ): Promise<string[]> {
    const done: string[] = [];
    for (const row of rows) if (await this.#attempt(row, work)) done.push(row.upload_id);
    return done;
  }

  async #attempt<Row extends Doomed>(row: Row, work: (row: Row) => Promise<void>): Promise<boolean> {
    try {
      await work(row);
      return true;
    } catch (error) {
      this.totals.failed++;
      this.#options.log.warn({ uploadId: row.upload_id, err: error }, 'the blobs of an upload stay for now');
      return false;
    }
  }
}
