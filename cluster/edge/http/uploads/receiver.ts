// Takes the content of an upload from a request. It is stored piece by piece, each a blob of its own, and counts once
// its row is there: a compare-and-set on the offset. So any worker can go on where another one died, two requests that
// send the same upload at once cannot mix (the first to count a piece in wins, the other is told), and what is held in
// memory is one piece for each request.
import type { Clock, Random } from '../../../../actors/runtime/ports.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { BlobStore } from '../../../../storage/blobs/blob-store.ts';
import type { Upload, UploadRows } from '../../../../storage/blobs/upload-rows.ts';
import { Refusal } from '../api/problem.ts';
import type { RequestBody } from '../api/request-body.ts';

export interface ReceiverOptions {
  readonly rows: UploadRows;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly random: Random;
  /** A request may take so long; it keeps what has come until then. */
  readonly withinMs: number;
}

const pieceBytes = 1024 * 1024;
/** Requests at once on this worker: each holds about a piece and a half. */
const requestsMax = 64;
const busyRetryAfterMs = 2_000;

export class Receiver {
  readonly #options: ReceiverOptions;
  /** Requests under way, by user. */
  readonly #underWay = new Map<string, number>();
  #requests = 0;
  readonly totals = { pieces: 0, bytes: 0, conflicts: 0, turnedAway: 0 };

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  get requests(): number {
    return this.#requests;
  }

  /** Stores what the body brings; answers the offset after it, which may be short of all when the sender is gone. */
  async receive(userId: string, upload: Upload, body: RequestBody): Promise<number> {
    const mine = this.#underWay.get(userId) ?? 0;
    if (mine >= limits.uploadsAtOncePerUserMax) throw this.#turnAway('rate_limited');
    if (this.#requests >= requestsMax) throw this.#turnAway('overloaded');
    this.#requests++;
    this.#underWay.set(userId, mine + 1);
    try {
      return await this.#receive(upload, body);
    } finally {
      this.#requests--;
      const left = this.#underWay.get(userId)! - 1;
      if (left > 0) this.#underWay.set(userId, left);
      else this.#underWay.delete(userId);
    }
  }

  async #receive(upload: Upload, body: RequestBody): Promise<number> {
    const { clock, withinMs } = this.#options;
    const deadlineMs = clock.monotonicMs() + withinMs;
    let offset = upload.received;
    let pieces = upload.pieces;
    let held: Buffer[] = [];
    let heldBytes = 0;
    const store = async () => {
      if (++pieces > limits.uploadPiecesMax) throw new Refusal('upload_too_fragmented');
      await this.#storePiece(upload.uploadId, offset, Buffer.concat(held));
      offset += heldBytes;
      held = [];
      heldBytes = 0;
    };
    for (let chunk = await body.next(); chunk; chunk = await body.next()) {
      if (offset + heldBytes + chunk.byteLength > upload.length) throw tooLong(upload);
      held.push(chunk);
      heldBytes += chunk.byteLength;
      if (heldBytes >= pieceBytes) await store();
      if (clock.monotonicMs() > deadlineMs) break;
    }
    // Bytes from before the connection was cut count too: the next request goes on behind them.
    if (heldBytes > 0) await store();
    return offset;
  }

  async #storePiece(uploadId: string, offset: number, content: Buffer): Promise<void> {
    const { rows, blobs, random } = this.#options;
    const blob = { group: uploadId, name: `piece-${random.uuid()}` };
    await blobs.put(blob, content);
    if (await rows.addPiece(uploadId, offset, { blob: blob.name, bytes: content.byteLength })) {
      this.totals.pieces++;
      this.totals.bytes += content.byteLength;
      return;
    }
    this.totals.conflicts++;
    await blobs.delete(blob);
    throw new Refusal('upload_offset_mismatch');
  }

  #turnAway(code: 'rate_limited' | 'overloaded'): Refusal {
    this.totals.turnedAway++;
    return new Refusal(code, { retryAfterMs: busyRetryAfterMs });
  }
}

function tooLong({ length, received }: Upload): Refusal {
  const detail = `The upload has ${length} bytes and needs ${length - received} more; the request brings more.`;
  return new Refusal('attachment_too_large', { detail });
}
