// Attachments and their previews, to members (MSG-7, ACC-2). Whether this person is one now is looked up on every
// request, also for what a browser has kept; whoever is not gets the same answer as for what does not exist. Nothing
// that is served here can act in the server's origin: no sniffing, a sandbox, and only pictures are shown in place.
import type { Timers } from '../../../../actors/runtime/ports.ts';
import type { Reply } from '../../../../actors/runtime/reply.ts';
import { isRetryable } from '../../../../protocol/errors.ts';
import { isUuid } from '../../../../protocol/ids.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { Attachments, StoredAttachment } from '../../../../storage/blobs/attachments.ts';
import type { BlobStore, ByteRange } from '../../../../storage/blobs/blob-store.ts';
import type { Authenticator } from '../../gateway/authenticator.ts';
import { authenticate } from '../api/bearer.ts';
import type { Exchange } from '../api/exchange.ts';
import { Refusal, type Answer } from '../api/problem.ts';
import type { Handler, Routes } from '../api/routes.ts';
import { stream } from '../api/stream.ts';
import { parseRange } from './byte-ranges.ts';
import { fileTypeUnknown } from './content-types.ts';
import { contentDisposition } from './file-names.ts';

export interface DownloadRoutesOptions {
  readonly authenticator: Authenticator;
  readonly attachments: Attachments;
  readonly blobs: BlobStore;
  /** Asks the conversation itself: the record may trail behind a removal (GRP-4) and a deletion (MSG-5). */
  readonly checkMember: (userId: string, conversationId: string, messageSeq: number | null) => Promise<Reply>;
  readonly timers: Timers;
  /** A download may take so long; whoever reads more slowly goes on with a range. */
  readonly withinMs: number;
}

interface Wanted {
  readonly userId: string;
  readonly attachment: StoredAttachment;
}

interface Download {
  readonly group: string;
  readonly blob: string;
  readonly bytes: number;
  readonly type: string;
  readonly disposition: string;
  readonly etag: string;
}

/** At once on this worker: each holds a file open and a chunk of it. */
const downloadsMax = 256;
const busyRetryAfterMs = 2_000;
const previewType = 'image/webp';

export class DownloadRoutes {
  readonly #options: DownloadRoutesOptions;
  /** Downloads under way, by user. */
  readonly #byUser = new Map<string, number>();
  #underWay = 0;
  readonly totals = { downloads: 0, bytes: 0, unchanged: 0, notFound: 0, turnedAway: 0, outOfTime: 0 };

  constructor(options: DownloadRoutesOptions) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#underWay;
  }

  attach(routes: Routes): void {
    const content = '/v1/conversations/:conversation/attachments/:upload';
    const whole: Handler = async (exchange) => {
      const { userId, attachment } = await this.#find(exchange);
      return this.#send(exchange, userId, contentOf(attachment));
    };
    const preview: Handler = async (exchange) => {
      const { userId, attachment } = await this.#find(exchange);
      return this.#send(exchange, userId, previewOf(attachment));
    };
    routes.on('get', content, whole).on('head', content, whole);
    routes.on('get', `${content}/preview`, preview).on('head', `${content}/preview`, preview);
  }

  async #find(exchange: Exchange): Promise<Wanted> {
    const { userId } = await authenticate(exchange, this.#options.authenticator);
    const [conversationId, uploadId] = [exchange.parameter(0), exchange.parameter(1)];
    const attachment =
      isUuid(conversationId) && isUuid(uploadId) && (await this.#look(userId, conversationId, uploadId));
    if (attachment) return { userId, attachment };
    this.totals.notFound++;
    throw new Refusal('upload_not_found');
  }

  async #look(userId: string, conversationId: string, uploadId: string): Promise<StoredAttachment | null> {
    const found = await this.#options.attachments.find(conversationId, uploadId);
    const member = await this.#options.checkMember(userId, conversationId, found?.messageSeq ?? null);
    if (member.ok) return found;
    const { code, retryAfterMs } = member.error;
    if (isRetryable(code)) throw new Refusal(code, { retryAfterMs: retryAfterMs ?? busyRetryAfterMs });
    return null;
  }

  async #send(exchange: Exchange, userId: string, download: Download | null): Promise<Answer | null> {
    if (!download) throw new Refusal('upload_not_found');
    const { etag, bytes, type, disposition } = download;
    const cached = { etag, 'cache-control': 'private, no-cache', vary: 'authorization' };
    if (matches(exchange.header('if-none-match'), etag)) {
      this.totals.unchanged++;
      return { status: 304, headers: cached };
    }
    const range = rangeOf(exchange, download);
    const headers = {
      ...cached,
      'content-type': type,
      'content-disposition': disposition,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'accept-ranges': 'bytes',
      ...(range && { 'content-range': `bytes ${range.from}-${range.to}/${bytes}` }),
    };
    const length = range ? range.to - range.from + 1 : bytes;
    const status = range ? 206 : 200;
    if (exchange.method === 'head')
      return { status, headers: { ...headers, 'content-length': String(length) } };
    this.#begin(userId);
    try {
      await this.#stream(exchange, download, range, { status, headers, bytes: length });
    } finally {
      this.#end(userId);
    }
    return null;
  }

  async #stream(
    exchange: Exchange,
    { group, blob }: Download,
    range: ByteRange | null,
    answer: { status: number; headers: Record<string, string>; bytes: number },
  ): Promise<void> {
    const { blobs, timers, withinMs } = this.#options;
    let inTime = true;
    const cancel = timers.setTimeout(() => {
      inTime = false;
      exchange.cutOff();
    }, withinMs);
    try {
      const stored = blobs.read({ group, name: blob }, range ?? undefined);
      await stream(exchange, { ...answer, content: untilTaken(stored, answer.bytes, cancel) });
    } finally {
      cancel();
    }
    if (!inTime) return void this.totals.outOfTime++;
    this.totals.downloads++;
    this.totals.bytes += answer.bytes;
  }

  #begin(userId: string): void {
    const mine = this.#byUser.get(userId) ?? 0;
    if (mine >= limits.downloadsAtOncePerUserMax) throw this.#turnAway('rate_limited');
    if (this.#underWay >= downloadsMax) throw this.#turnAway('overloaded');
    this.#underWay++;
    this.#byUser.set(userId, mine + 1);
  }

  #end(userId: string): void {
    this.#underWay--;
    const left = this.#byUser.get(userId)! - 1;
    if (left > 0) this.#byUser.set(userId, left);
    else this.#byUser.delete(userId);
  }

  #turnAway(code: 'rate_limited' | 'overloaded'): Refusal {
    this.totals.turnedAway++;
    return new Refusal(code, { retryAfterMs: busyRetryAfterMs });
  }
}

/** The answer ends with its last byte, before the store says that there are no more: then nothing may be cut off. */
async function* untilTaken(
  content: AsyncIterable<Uint8Array>,
  bytes: number,
  taken: () => void,
): AsyncIterable<Uint8Array> {
  let takenBytes = 0;
  for await (const chunk of content) {
    yield chunk;
    takenBytes += chunk.byteLength;
    if (takenBytes === bytes) taken();
  }
}

function contentOf({ uploadId, name, type, bytes, isPicture, contentBlob }: StoredAttachment): Download {
  return {
    group: uploadId,
    blob: contentBlob,
    bytes,
    // A file that is only downloaded needs no type that a program might act on.
    type: isPicture ? type : fileTypeUnknown,
    disposition: contentDisposition(isPicture ? 'inline' : 'attachment', name),
    etag: `"${uploadId}"`,
  };
}

function previewOf({ uploadId, preview }: StoredAttachment): Download | null {
  if (!preview) return null;
  return {
    group: uploadId,
    blob: preview.blob,
    bytes: preview.bytes,
    type: previewType,
    disposition: contentDisposition('inline', 'preview.webp'),
    etag: `"${uploadId}-preview"`,
  };
}

/** Content never changes under its id, so that ranges of it always fit together. */
function rangeOf(exchange: Exchange, { bytes, etag }: Download): ByteRange | null {
  const ifRange = exchange.header('if-range');
  if (ifRange !== '' && ifRange !== etag) return null;
  const range = parseRange(exchange.header('range'), bytes);
  if (range !== 'unsatisfiable') return range;
  const detail = `The content has ${bytes} bytes; the range begins behind its end.`;
  throw new Refusal('invalid_request', {
    status: 416,
    detail,
    headers: { 'content-range': `bytes */${bytes}` },
  });
}

function matches(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch
    .split(',')
    .some((each) => each.trim().replace(/^W\//, '') === etag || each.trim() === '*');
}
