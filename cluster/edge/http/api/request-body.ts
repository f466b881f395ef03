// A request's body as its reader takes it: the socket is paused whenever more than a little waits, so that a fast
// sender costs a slow reader no memory. Chunks are copied, since uWebSockets lends them for one call only.
import type { HttpResponse } from 'uWebSockets.js';
import type { Exchange } from './exchange.ts';
import { Refusal } from './problem.ts';

/** Beyond this the socket is paused; one more read of the socket, 512 KiB at most, may still come. */
const waitingBytesMax = 256 * 1024;

export class RequestBody {
  readonly #response: HttpResponse;
  readonly #exchange: Exchange;
  readonly #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #complete = false;
  #discarding = false;
  #paused = false;
  #wake: (() => void) | null = null;

  /** Must be made in the handler's synchronous part, or uWebSockets drops the body. */
  constructor(response: HttpResponse, exchange: Exchange) {
    this.#response = response;
    this.#exchange = exchange;
    response.onData((chunk, isLast) => this.#received(chunk, isLast));
    exchange.whenAborted(() => this.#wakeUp());
  }

  /** The next bytes; null at the end of the body, and when the connection is gone (`Exchange.aborted` tells). */
  async next(): Promise<Buffer | null> {
    while (this.#chunks.length === 0) {
      if (this.#complete || this.#exchange.aborted || this.#discarding) return null;
      this.#resume();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const chunk = this.#chunks.shift()!;
    this.#waitingBytes -= chunk.byteLength;
    return chunk;
  }

  /** The whole body of a small request; refuses a larger one. */
  async whole(bytesMax: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (let chunk = await this.next(); chunk; chunk = await this.next()) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) {
        const detail = `The body may have at most ${bytesMax} bytes.`;
        throw new Refusal('invalid_request', { status: 413, detail });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** Nobody wants the rest; whoever waits for it gets null. */
  discard(): void {
    this.#discarding = true;
    this.#chunks.length = 0;
    this.#resume();
    this.#wakeUp();
  }

  #received(chunk: ArrayBuffer, isLast: boolean): void {
    this.#complete = isLast;
    if (!this.#discarding && chunk.byteLength > 0) {
      this.#chunks.push(Buffer.from(new Uint8Array(chunk)));
      this.#waitingBytes += chunk.byteLength;
      if (this.#waitingBytes > waitingBytesMax && !isLast) this.#pause();
    }
    this.#wakeUp();
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#response.pause();
  }

  #resume(): void {
    if (!this.#paused || this.#exchange.answered) return;
    this.#paused = false;
    this.#response.resume();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
