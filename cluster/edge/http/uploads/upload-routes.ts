// Uploading over HTTP (MSG-7): tus 1.0.0 at /v1/uploads, and what became of an upload as JSON. An upload belongs to
// whoever created it; to anyone else it does not exist.
import { bounds } from '../../../../actors/runtime/bounds.ts';
import type { Random } from '../../../../actors/runtime/ports.ts';
import { isUuid } from '../../../../protocol/ids.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { Upload, UploadRows } from '../../../../storage/blobs/upload-rows.ts';
import type { Authenticator } from '../../gateway/authenticator.ts';
import type { Limiter } from '../../limits/limiter.ts';
import type { LimitKind } from '../../limits/rates.ts';
import { authenticate } from '../api/bearer.ts';
import type { Exchange } from '../api/exchange.ts';
import { json, Refusal, type Answer } from '../api/problem.ts';
import type { RequestBody } from '../api/request-body.ts';
import type { Handler, Routes } from '../api/routes.ts';
import { sanitiseFileName } from './file-names.ts';
import type { Finisher } from './finisher.ts';
import type { Receiver } from './receiver.ts';
import {
  contentTypeOfPieces,
  parseMetadata,
  readLength,
  readOffset,
  requireVersion,
  tusOptions,
} from './tus.ts';

export interface UploadRoutesOptions {
  readonly authenticator: Authenticator;
  readonly limiter: Limiter<LimitKind>;
  readonly rows: UploadRows;
  readonly receiver: Receiver;
  readonly finisher: Finisher;
  readonly random: Random;
  readonly expiresAfterMs: number;
  readonly room: { readonly isFull: boolean };
}

const collection = '/v1/uploads';
const quota = {
  uploads: limits.uploadsUnattachedPerUserMax,
  bytes: limits.uploadsUnattachedBytesPerUserMax,
};

export class UploadRoutes {
  readonly #options: UploadRoutesOptions;
  readonly totals = { created: 0, overQuota: 0, rateLimited: 0, abandoned: 0 };

  constructor(options: UploadRoutesOptions) {
    this.#options = options;
  }

  attach(routes: Routes): void {
    const one = `${collection}/:id`;
    const options: Handler = () => Promise.resolve({ status: 204, headers: tusOptions });
    const byMethod: Readonly<Record<string, Handler>> = {
      patch: (exchange, body) => this.#append(exchange, body),
      head: (exchange) => this.#head(exchange),
      delete: (exchange) => this.#abandon(exchange),
    };
    routes
      .on('options', collection, options)
      .on('options', one, options)
      .on('post', collection, (exchange) => this.#create(exchange))
      .on('patch', one, byMethod['patch']!)
      .on('head', one, byMethod['head']!)
      .on('del', one, byMethod['delete']!)
      .on('get', one, (exchange) => this.#describe(exchange))
      // For clients whose way to the server lets nothing else through (tus, X-HTTP-Method-Override).
      .on('post', one, (exchange, body) => {
        const method = exchange.header('x-http-method-override').toLowerCase();
        const handler = Object.hasOwn(byMethod, method) ? byMethod[method] : undefined;
        if (handler) return handler(exchange, body);
        const detail = 'POST creates uploads at /v1/uploads; content goes to one with PATCH.';
        const headers = { allow: 'GET, HEAD, PATCH, DELETE, OPTIONS' };
        throw new Refusal('invalid_request', { status: 405, detail, headers });
      });
  }

  async #create(exchange: Exchange): Promise<Answer> {
    requireVersion(exchange);
    const { userId } = await authenticate(exchange, this.#options.authenticator);
    this.#requireRoom();
    const length = readLength(exchange);
    const metadata = parseMetadata(exchange.header('upload-metadata'));
    const retryAfterMs = this.#options.limiter.take('uploads', userId);
    if (retryAfterMs > 0) {
      this.totals.rateLimited++;
      throw new Refusal('rate_limited', { retryAfterMs });
    }
    const upload = await this.#options.rows.create(
      {
        uploadId: this.#options.random.uuid(),
        ownerId: userId,
        name: sanitiseFileName(metadata.get('filename') ?? metadata.get('name') ?? ''),
        length,
        expiresAfterMs: this.#options.expiresAfterMs,
      },
      quota,
    );
    if (!upload) {
      this.totals.overQuota++;
      throw new Refusal('upload_quota_exceeded');
    }
    this.totals.created++;
    const location = `${collection}/${upload.uploadId}`;
    return { status: 201, headers: { location, 'upload-offset': '0', ...expiryOf(upload) } };
  }

  #requireRoom(): void {
    if (this.#options.room.isFull)
      throw new Refusal('storage_full', { retryAfterMs: bounds.storageFullRetryAfterMs });
  }

  async #append(exchange: Exchange, body: RequestBody): Promise<Answer> {
    requireVersion(exchange);
    if (exchange.header('content-type').split(';')[0]!.trim().toLowerCase() !== contentTypeOfPieces) {
      const detail = `The content type must be ${contentTypeOfPieces}.`;
      throw new Refusal('invalid_request', { status: 415, detail });
    }
    const offset = readOffset(exchange);
    const { userId, upload } = await this.#own(exchange);
    this.#requireRoom();
    if (upload.status === 'refused') throw refusalOf(upload);
    const { received, length } = upload;
    if (offset !== received) {
      const detail = `The upload stands at ${received}, not at ${offset}.`;
      throw new Refusal('upload_offset_mismatch', { detail, headers: { 'upload-offset': String(received) } });
    }
    if (Number(exchange.header('content-length')) > length - received) {
      const detail = `The upload needs ${length - received} more bytes; the request brings more.`;
      throw new Refusal('attachment_too_large', { detail });
    }
    const reached = await this.#options.receiver.receive(userId, upload, body);
    // Also when nobody waits for the answer any more: who comes back finds it ready.
    const after = reached === length ? await this.#finished(userId, upload) : upload;
    if (after.status === 'refused') throw refusalOf(after);
    return { status: 204, headers: { 'upload-offset': String(reached), ...expiryOf(after) } };
  }

  async #head(exchange: Exchange): Promise<Answer> {
    requireVersion(exchange);
    const { upload } = await this.#own(exchange);
    const { received, length } = upload;
    const progress = { 'upload-offset': String(received), 'upload-length': String(length) };
    return { status: 200, headers: { ...progress, 'cache-control': 'no-store', ...expiryOf(upload) } };
  }

  async #describe(exchange: Exchange): Promise<Answer> {
    const { userId, upload: found } = await this.#own(exchange);
    const upload = await this.#finished(userId, found);
    if (upload.status === 'refused') throw refusalOf(upload);
    const { uploadId: id, name, length, received, type, width, height, status, expiresAtMs } = upload;
    const bytes = upload.bytes ?? length;
    return json({ id, name, bytes, received, type, width, height, status, expiresAtMs });
  }

  async #abandon(exchange: Exchange): Promise<Answer> {
    requireVersion(exchange);
    const { userId, upload } = await this.#own(exchange);
    if (upload.attached) throw new Refusal('upload_already_attached');
    await this.#options.rows.abandon(upload.uploadId, userId);
    this.totals.abandoned++;
    return { status: 204 };
  }

  async #own(exchange: Exchange): Promise<{ userId: string; upload: Upload }> {
    const { userId } = await authenticate(exchange, this.#options.authenticator);
    return { userId, upload: await this.#find(userId, exchange.parameter(0)) };
  }

  async #find(userId: string, uploadId: string): Promise<Upload> {
    const upload = isUuid(uploadId) ? await this.#options.rows.find(uploadId, userId) : null;
    if (!upload) throw new Refusal('upload_not_found');
    return upload;
  }

  /** As it is, or once it is finished when all of it has come: the worker that received the last byte may have died. */
  async #finished(userId: string, { uploadId }: Upload): Promise<Upload> {
    const upload = await this.#find(userId, uploadId);
    if (upload.status !== 'uploading' || upload.received < upload.length) return upload;
    await this.#options.finisher.finish(upload);
    return this.#find(userId, uploadId);
  }
}

function refusalOf({ refusal }: Upload): Refusal {
  return new Refusal(refusal ?? 'attachment_type_refused');
}

/** One in a message does not expire. */
function expiryOf({ attached, expiresAtMs }: Upload): Record<string, string> {
  return attached ? {} : { 'upload-expires': new Date(expiresAtMs).toUTCString() };
}
