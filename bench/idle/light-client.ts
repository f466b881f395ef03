// A connection that speaks the protocol's frames without the SDK: greets, asks, counts what is pushed. It holds nothing
// but a socket and what it waits for, and repeats nothing: an answer late or refused is for the scenario to count.
import { setTimeout as delay } from 'node:timers/promises';
import { decodeServerFrame, encodeClientFrame } from '../../protocol/codec/frames.ts';
import { RequestError, type WireError } from '../../protocol/errors.ts';
import type { AnswerTo, Asking, RequestOpcode } from '../../protocol/frames/answers.ts';
import type { ClientFrame } from '../../protocol/frames/client-frames.ts';
import type { ServerFrame } from '../../protocol/frames/server-frames.ts';
import type { Welcome } from '../../protocol/frames/hello.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { protocolVersion } from '../../protocol/version.ts';
import { BenchError, sentenceOf } from '../bench-error.ts';
import { WireSocket } from '../wire/wire-socket.ts';
import type { WireCounter } from '../wire/wire-totals.ts';

export interface LightClientOptions {
  readonly url: string;
  readonly token: string;
  readonly localAddress: string | undefined;
  readonly counter: WireCounter;
}

/** A message with nothing but its text. */
export const plainMessage = { prev: null, replyTo: null, mentions: [], attachmentIds: [] } as const;

const againAfterMs = 250;
const firstPush = 128;
/** No request has this id, so nobody waits for the answer. */
const pingId = 0;
const ping = encodeClientFrame({ opcode: opcodes.ping, requestId: pingId });

export class LightClient {
  readonly #waiting = new Map<number, PromiseWithResolvers<ServerFrame>>();
  #socket: WireSocket | null = null;
  #isOpen = false;
  #lastId = 0;
  #welcome: Welcome | null = null;
  /** Frames that answer nothing. */
  pushes = 0;
  /** Null while it is open. */
  closeCode: number | null = null;

  /** Tries again while the server is too busy, until the time is over; throws BenchError. */
  static async connect(options: LightClientOptions, withinMs: number): Promise<LightClient> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const client = new LightClient();
      try {
        await client.#open(options);
        return client;
      } catch (error) {
        client.close();
        if (performance.now() > deadline)
          throw new BenchError(`A connection could not be opened in time: ${sentenceOf(error)}.`, {
            cause: error,
          });
        await delay(againAfterMs);
      }
    }
  }

  get userId(): string {
    return this.#welcome!.userId;
  }
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Rejects with RequestError when it is refused, with BenchError when the connection ends. */
  request<Code extends RequestOpcode>(request: Asking<Code>): Promise<AnswerTo<Code>> {
    if (!this.isOpen) return Promise.reject(this.#endedError);
    const requestId = ++this.#lastId;
    const waiting = Promise.withResolvers<ServerFrame>();
    this.#waiting.set(requestId, waiting);
    this.#socket!.send(encodeClientFrame({ ...request, requestId } as ClientFrame));
    return waiting.promise as Promise<AnswerTo<Code>>;
  }

  /** Says that it is there, as clients do every `limits.pingEveryMs`. */
  ping(): void {
    this.#socket?.send(ping);
  }

  close(): void {
    this.#socket?.close();
  }

  async #open({ url, token, ...socketOptions }: LightClientOptions): Promise<void> {
    const opening = Promise.withResolvers<void>();
    const socket = new WireSocket(url, socketOptions);
    this.#socket = socket;
    socket.onopen = () => opening.resolve();
    socket.onmessage = ({ data }) => this.#receive(data as Uint8Array);
    socket.onclose = ({ code }) => {
      this.#end(code);
      opening.reject(this.#endedError);
    };
    await opening.promise;
    this.#isOpen = true;
    const hello = { protocolVersion, accessToken: token, deviceId: crypto.randomUUID(), clientName: 'bench' };
    this.#welcome = await this.request({ opcode: opcodes.hello, ...hello });
  }

  #receive(payload: Uint8Array): void {
    const frame = decodeServerFrame(payload);
    if (frame.opcode >= firstPush) {
      this.pushes++;
      return;
    }
    const waiting = this.#waiting.get(frame.requestId);
    if (!waiting) return;
    this.#waiting.delete(frame.requestId);
    if (frame.opcode !== opcodes.error) return waiting.resolve(frame);
    const { code, message, retryAfterMs } = frame;
    waiting.reject(new RequestError({ code, message, retryAfterMs } as WireError));
  }

  #end(code: number): void {
    this.closeCode = code;
    this.#isOpen = false;
    for (const { reject } of this.#waiting.values()) reject(this.#endedError);
    this.#waiting.clear();
  }

  get #endedError(): BenchError {
    return new BenchError(`The server closed a connection with ${this.closeCode ?? 'no code'}.`);
  }
}

/** Pings all of them in turn, each every `limits.pingEveryMs`, so that no second has more to do than another. */
export function keepAlive(clients: readonly LightClient[]): NodeJS.Timeout {
  const slots = Math.floor(limits.pingEveryMs / 100);
  let slot = 0;
  return setInterval(() => {
    for (let at = slot; at < clients.length; at += slots) clients[at]!.ping();
    slot = (slot + 1) % slots;
  }, limits.pingEveryMs / slots);
}
