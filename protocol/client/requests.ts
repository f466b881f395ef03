// Requests that wait for an answer on the present socket, by request id.
import { errorCodes, RequestError, type ErrorCode, type WireError } from '../errors.ts';
import type { Refused } from '../frames/outcome.ts';
import type { ServerFrame } from '../frames/server-frames.ts';
import { opcodes } from '../opcodes.ts';

interface Waiting {
  readonly resolve: (frame: ServerFrame) => void;
  readonly reject: (error: RequestError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
  readonly startedAtMs: number;
}

export class Requests {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** @param transmit sends the frame that carries the id it is given */
  start(transmit: (requestId: number) => void, withinMs: number): Promise<ServerFrame> {
    const id = (this.#lastId = (this.#lastId % 0xffffffff) + 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(id, localError('timeout')), withinMs);
      this.#waiting.set(id, { resolve, reject, timer, startedAtMs: performance.now() });
      transmit(id);
    });
  }

  /** How long the oldest unanswered request has waited; 0 when there is none. */
  get oldestMs(): number {
    // Requests are kept in the order in which they were made.
    for (const { startedAtMs } of this.#waiting.values()) return performance.now() - startedAtMs;
    return 0;
  }

  /** True when the frame answered a request. */
  settle(frame: ServerFrame): boolean {
    const waiting = this.#waiting.get(frame.requestId);
    if (frame.requestId === 0 || !waiting) return false;
    if (frame.opcode === opcodes.error) {
      this.#fail(frame.requestId, fromRefusal(frame));
      return true;
    }
    this.#waiting.delete(frame.requestId);
    clearTimeout(waiting.timer);
    waiting.resolve(frame);
    return true;
  }

  /** The socket is gone: whatever waited may or may not have happened. */
  abandon(): void {
    for (const id of [...this.#waiting.keys()]) this.#fail(id, localError('unavailable'));
  }

  #fail(id: number, error: RequestError): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.reject(error);
  }
}

export function localError(code: ErrorCode): RequestError {
  return new RequestError({ code, message: errorCodes[code].message, retryAfterMs: null });
}

function fromRefusal({ code, message, retryAfterMs }: Refused): RequestError {
  return new RequestError({ code, message, retryAfterMs } as WireError);
}
