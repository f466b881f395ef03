// The rows of uploads while they arrive. Several workers may serve one upload at once, so every step is one
// compare-and-set: the first wins, and whoever lost sees that nothing was written.
import type pg from 'pg';
import type { ErrorCode } from '../../protocol/errors.ts';

export interface Upload {
  readonly uploadId: string;
  readonly name: string;
  /** Bytes announced, and those of them that are stored. */
  readonly length: number;
  readonly received: number;
  readonly pieces: number;
  readonly status: 'uploading' | 'ready' | 'refused';
  /** Why the content was refused. */
  readonly refusal: ErrorCode | null;
  /** By content; null until ready. */
  readonly type: string | null;
  /** Bytes as they are served; null until ready. */
  readonly bytes: number | null;
  readonly width: number;
  readonly height: number;
  readonly attached: boolean;
  readonly expiresAtMs: number;
}

export interface NewUpload {
  readonly uploadId: string;
  readonly ownerId: string;
  readonly name: string;
  readonly length: number;
  readonly expiresAfterMs: number;
}

export interface Quota {
  readonly uploads: number;
  readonly bytes: number;
}

export interface Piece {
  readonly blob: string;
  readonly bytes: number;
}

export interface ReadyContent {
  readonly type: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly contentBlob: string;
  readonly preview: { readonly blob: string; readonly bytes: number } | null;
}

interface Row {
  readonly upload_id: string;
  readonly name: string;
  readonly length: number;
  readonly received: number;
  readonly pieces: number;
  readonly status: Upload['status'];
  readonly refusal: ErrorCode | null;
  readonly type: string | null;
  readonly bytes: number | null;
  readonly width: number;
  readonly height: number;
  readonly attached: boolean;
  readonly expires_ms: number;
}

const columns = `upload_id, name, length, received, pieces, status, refusal, type, bytes, width, height,
  conversation_id is not null as attached, round(extract(epoch from expires_at) * 1000)::float8 as expires_ms`;
/** In no message: it ends by itself. */
const alive = 'deleted_at is null and (conversation_id is not null or expires_at > now())';

export class UploadRows {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Null: the owner has as many, or as much, in no message as the quota allows. */
  async create(
    { uploadId, ownerId, name, length, expiresAfterMs }: NewUpload,
    quota: Quota,
  ): Promise<Upload | null> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      // One creation of an owner at a time, or many at once would all see room.
      await client.query({
        name: 'upload-create-lock',
        text: `select pg_advisory_xact_lock(hashtextextended('upload ' || $1::text, 0))`,
        values: [ownerId],
      });
      const { rows } = await client.query<Row>({
        name: 'upload-create',
        text: `insert into uploads (upload_id, owner_id, name, length, expires_at)
               select $1::uuid, $2::uuid, $3, $4::bigint, now() + $5::float8 * interval '1 millisecond'
               from (select count(*) as uploads, coalesce(sum(length), 0) as bytes from uploads
                     where owner_id = $2::uuid and conversation_id is null and deleted_at is null
                       and status <> 'refused' and expires_at > now()) as held
               where held.uploads < $6::bigint and held.bytes + $4::bigint <= $7::bigint
               returning ${columns}`,
        values: [uploadId, ownerId, name, length, expiresAfterMs, quota.uploads, quota.bytes],
      });
      await client.query('commit');
      return rows[0] ? uploadOf(rows[0]) : null;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  /** Null: there is none that this person may see. */
  async find(uploadId: string, ownerId: string): Promise<Upload | null> {
    const { rows } = await this.#pool.query<Row>({
      name: 'upload-find',
      text: `select ${columns} from uploads where upload_id = $1 and owner_id = $2 and ${alive}`,
      values: [uploadId, ownerId],
    });
    return rows[0] ? uploadOf(rows[0]) : null;
  }

  /** Counts a stored piece in; false: the upload is not at that offset any more, or is gone. */
  async addPiece(uploadId: string, fromByte: number, piece: Piece): Promise<boolean> {
    const { rowCount } = await this.#pool.query({
      name: 'upload-add-piece',
      text: `with moved as (
               update uploads set received = received + $3::bigint, pieces = pieces + 1
               where upload_id = $1 and received = $2::bigint and received + $3::bigint <= length
                 and status = 'uploading' and ${alive}
               returning upload_id)
             insert into upload_pieces (upload_id, from_byte, bytes, blob)
             select upload_id, $2::bigint, $3::bigint, $4::text from moved`,
      values: [uploadId, fromByte, piece.bytes, piece.blob],
    });
    return rowCount === 1;
  }

  /** In the order of their bytes. */
  async pieces(uploadId: string): Promise<Piece[]> {
    const { rows } = await this.#pool.query<Piece>({
      name: 'upload-pieces',
      text: 'select blob, bytes from upload_pieces where upload_id = $1 order by from_byte',
      values: [uploadId],
    });
    return rows;
  }

  /** False: someone else finished it first, or it is gone. */
  async makeReady(uploadId: string, content: ReadyContent): Promise<boolean> {
    const { type, bytes, width, height, contentBlob, preview } = content;
    const { rows } = await this.#pool.query<{ done: boolean }>({
      name: 'upload-ready',
      text: `with done as (
               update uploads set status = 'ready', ready_at = now(), type = $2, bytes = $3, width = $4, height = $5,
                      content_blob = $6, preview_blob = $7, preview_bytes = $8
               where upload_id = $1 and status = 'uploading' and received = length and deleted_at is null
               returning upload_id),
             gone as (delete from upload_pieces using done where upload_pieces.upload_id = done.upload_id)
             select exists (select 1 from done) as done`,
      values: [uploadId, type, bytes, width, height, contentBlob, preview?.blob, preview?.bytes],
    });
    return rows[0]!.done;
  }

  async refuse(uploadId: string, refusal: ErrorCode): Promise<void> {
    await this.#pool.query({
      name: 'upload-refuse',
      text: `update uploads set status = 'refused', refusal = $2 where upload_id = $1 and status = 'uploading'`,
      values: [uploadId, refusal],
    });
  }

  /** Nobody sees it from here on; the sweeper deletes its blobs. Not what is in a message. */
  async abandon(uploadId: string, ownerId: string): Promise<void> {
    await this.#pool.query({
      name: 'upload-abandon',
      text: `update uploads set deleted_at = now()
             where upload_id = $1 and owner_id = $2 and conversation_id is null and deleted_at is null`,
      values: [uploadId, ownerId],
    });
  }
}

function uploadOf(row: Row): Upload {
  const { upload_id: uploadId, expires_ms: expiresAtMs, ...rest } = row;
  return { uploadId, expiresAtMs, ...rest };
}
