// Uploads in messages: claimed once, by the message that names them, and shown from then on to whoever is a member of
// its conversation at that moment (MSG-7, ACC-2). A claim is repeated without harm under the message's idempotency
// key, and refused under any other: the attachments of a message that is deleted go with it, so no two may share one.
import type pg from 'pg';
import type { Attachment } from '../../protocol/events/conversation-event.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { accept, refuse, type Reply } from '../../actors/runtime/reply.ts';

export interface Claim {
  readonly ownerId: string;
  readonly conversationId: string;
  /** The idempotency key of the message, or of whatever other event carries them. */
  readonly key: string;
  readonly uploadIds: readonly string[];
}

export interface StoredAttachment {
  readonly uploadId: string;
  /** Of the message that it is in; null while the record does not know yet. */
  readonly messageSeq: number | null;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  /** A picture that may be shown in place. */
  readonly isPicture: boolean;
  readonly contentBlob: string;
  /** WebP. */
  readonly preview: { readonly blob: string; readonly bytes: number } | null;
}

interface ClaimedRow {
  readonly upload_id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
}

interface StateRow {
  readonly upload_id: string;
  readonly status: 'uploading' | 'ready' | 'refused';
  readonly alive: boolean;
}

interface StoredRow extends ClaimedRow {
  readonly content_blob: string;
  readonly message_seq: number | null;
  readonly preview_blob: string | null;
  readonly preview_bytes: number | null;
}

export class Attachments {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Binds all of them or none; answers them in the given order. */
  async claim(claim: Claim): Promise<Reply<Attachment[]>> {
    const { ownerId, conversationId, key, uploadIds } = claim;
    if (uploadIds.length === 0) return accept([]);
    const { rows } = await this.#pool.query<ClaimedRow>({
      name: 'attachments-claim',
      text: `with claimable as (
               select upload_id from uploads
               where upload_id = any($4::uuid[]) and owner_id = $1 and status = 'ready' and deleted_at is null
                 and ((conversation_id is null and expires_at > now())
                      or (conversation_id = $2 and message_key = $3))
               order by upload_id for update)
             update uploads u
             set conversation_id = $2, message_key = $3, attached_at = coalesce(u.attached_at, now())
             from claimable c
             where u.upload_id = c.upload_id and (select count(*) from claimable) = cardinality($4::uuid[])
             returning u.upload_id, u.name, u.type, u.bytes, u.width, u.height`,
      values: [ownerId, conversationId, key, uploadIds],
    });
    const claimed = new Map(rows.map((row) => [row.upload_id, attachmentOf(row)]));
    const attached = uploadIds.map((id) => claimed.get(id)).filter((attachment) => attachment !== undefined);
    return attached.length === uploadIds.length ? accept(attached) : refuse(await this.#whyNot(claim));
  }

  /** Null: there is none in this conversation. Whoever calls has checked who may see it. */
  async find(conversationId: string, uploadId: string): Promise<StoredAttachment | null> {
    const { rows } = await this.#pool.query<StoredRow>({
      name: 'attachments-find',
      text: `select upload_id, name, type, bytes, width, height, content_blob, preview_blob, preview_bytes, message_seq
             from uploads
             where upload_id = $2 and conversation_id = $1 and status = 'ready' and deleted_at is null`,
      values: [conversationId, uploadId],
    });
    const row = rows[0];
    if (!row) return null;
    const { name, type, bytes, width, content_blob: contentBlob, preview_blob, preview_bytes } = row;
    const preview = preview_blob === null ? null : { blob: preview_blob, bytes: preview_bytes! };
    return {
      uploadId,
      messageSeq: row.message_seq,
      name,
      type,
      bytes,
      isPicture: width > 0,
      contentBlob,
      preview,
    };
  }

  async #whyNot({ ownerId, uploadIds }: Claim): Promise<ErrorCode> {
    const { rows } = await this.#pool.query<StateRow>({
      name: 'attachments-why-not',
      text: `select upload_id, status,
                    deleted_at is null and (conversation_id is not null or expires_at > now()) as alive
             from uploads where upload_id = any($1::uuid[]) and owner_id = $2`,
      values: [uploadIds, ownerId],
    });
    const alive = rows.filter((row) => row.alive);
    if (alive.length < new Set(uploadIds).size) return 'upload_not_found';
    if (alive.some(({ status }) => status === 'refused')) return 'attachment_type_refused';
    if (alive.some(({ status }) => status === 'uploading')) return 'upload_incomplete';
    return 'upload_already_attached';
  }
}

function attachmentOf({ upload_id, name, type, bytes, width, height }: ClaimedRow): Attachment {
  return { attachmentId: upload_id, name, type, bytes, width, height };
}
