// Turns a completely received upload into an attachment: puts its pieces together, has the content looked into, stores
// what will be served and a preview, and makes the row ready by compare-and-set. A crash on the way changes nothing;
// whoever asks for the upload next, on any worker, starts over.
import type { Log, Random } from '../../../../actors/runtime/ports.ts';
import { limits } from '../../../../protocol/limits.ts';
import { readWhole, type BlobStore } from '../../../../storage/blobs/blob-store.ts';
import type { Piece, Upload, UploadRows } from '../../../../storage/blobs/upload-rows.ts';
import type { Inspection } from './content.ts';
import type { Inspector } from './inspector.ts';
import { Refusal } from '../api/problem.ts';

export interface FinisherOptions {
  readonly rows: UploadRows;
  readonly blobs: BlobStore;
  readonly inspector: Inspector;
  readonly random: Random;
  readonly log: Log;
}

/** Uploads that may wait for their turn; they hold no content while they do. */
const waitingMax = 200;
const busyRetryAfterMs = 5_000;

export class Finisher {
  readonly #options: FinisherOptions;
  readonly #underWay = new Map<string, Promise<void>>();
  #last: Promise<unknown> = Promise.resolve();
  readonly totals = { ready: 0, pictures: 0, refused: 0, cleaned: 0 };

  constructor(options: FinisherOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#underWay.size;
  }

  /** Resolves when the row is ready or refused. One at a time, so that one content is in memory. */
  finish({ uploadId }: Upload): Promise<void> {
    const known = this.#underWay.get(uploadId);
    if (known) return known;
    if (this.#underWay.size >= waitingMax) {
      return Promise.reject(new Refusal('overloaded', { retryAfterMs: busyRetryAfterMs }));
    }
    const finished = this.#last
      .then(() => this.#finish(uploadId))
      .finally(() => this.#underWay.delete(uploadId));
    this.#underWay.set(uploadId, finished);
    this.#last = finished.catch(() => undefined);
    return finished;
  }

  async #finish(uploadId: string): Promise<void> {
    const { rows, inspector, blobs, log } = this.#options;
    const pieces = await rows.pieces(uploadId);
    // Someone else finished it while this one waited.
    if (pieces.length === 0) return;
    const content = await this.#contentOf(uploadId, pieces);
    const inspection = await inspector.inspect(content);
    const served = inspection.kind === 'picture' ? (inspection.cleaned ?? content) : content;
    if (inspection.kind === 'refused') await this.#refuse(uploadId, 'attachment_type_refused');
    else if (served.byteLength > limits.attachmentBytesMax)
      await this.#refuse(uploadId, 'attachment_too_large');
    else await this.#makeReady(uploadId, served, inspection);
    try {
      for (const { blob } of pieces) await blobs.delete({ group: uploadId, name: blob });
    } catch (error) {
      log.warn({ uploadId, err: error }, 'pieces of a finished upload are left to the sweeper');
    }
  }

  async #contentOf(uploadId: string, pieces: readonly Piece[]): Promise<Buffer> {
    const { blobs } = this.#options;
    const contents: Buffer[] = [];
    for (const { blob } of pieces) contents.push(await readWhole(blobs, { group: uploadId, name: blob }));
    return Buffer.concat(contents);
  }

  async #refuse(uploadId: string, code: 'attachment_type_refused' | 'attachment_too_large'): Promise<void> {
    await this.#options.rows.refuse(uploadId, code);
    this.totals.refused++;
  }

  async #makeReady(
    uploadId: string,
    content: Uint8Array,
    inspection: Exclude<Inspection, { kind: 'refused' }>,
  ): Promise<void> {
    const { rows, blobs, random } = this.#options;
    // A name of its own for each attempt: another worker may be at the same upload.
    const attempt = random.uuid();
    const blob = (kind: string) => ({ group: uploadId, name: `${kind}-${attempt}` });
    await blobs.put(blob('content'), content);
    const isPicture = inspection.kind === 'picture';
    if (isPicture) await blobs.put(blob('preview'), inspection.preview);
    const won = await rows.makeReady(uploadId, {
      type: inspection.type,
      bytes: content.byteLength,
      width: isPicture ? inspection.width : 0,
      height: isPicture ? inspection.height : 0,
      contentBlob: blob('content').name,
      preview: isPicture ? { blob: blob('preview').name, bytes: inspection.preview.byteLength } : null,
    });
    if (!won) {
      await blobs.delete(blob('content'));
      return blobs.delete(blob('preview'));
    }
    this.totals.ready++;
    if (isPicture) this.totals.pictures++;
    if (isPicture && inspection.cleaned) this.totals.cleaned++;
  }
}
