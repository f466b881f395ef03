// One WebSocket's life: open, hello, welcome, frames, pings, end. Reconnecting is the client's business.
import { decodeServerFrame, encodeClientFrame } from '../codec/frames.ts';
import type { AnswerTo, Asking, RequestOpcode } from '../frames/answers.ts';
import type { ClientFrame } from '../frames/client-frames.ts';
import type { Welcome } from '../frames/hello.ts';
import type { PushFrame } from '../frames/server-frames.ts';
import { limits } from '../limits.ts';
import { opcodes } from '../opcodes.ts';
import { protocolVersion } from '../version.ts';
import type { RequestError } from '../errors.ts';
import { localError, Requests } from './requests.ts';
import type { ServerClock } from './server-clock.ts';

/** The part of a socket that is used: the browser's WebSocket, Node's, or the `ws` package's. */
export interface SocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
}

export interface ConnectionOptions {
  readonly socket: SocketLike;
  readonly token: string;
  readonly deviceId: string;
  readonly clientName: string;
  readonly clock: ServerClock;
  readonly localNow: () => number;
  readonly requestTimeoutMs: number;
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onPush: (frame: PushFrame) => void;
  /** Called once, at the end, with the close code (1006 when there was none). */
  readonly onEnd: (code: number, reason: string) => void;
}

const livenessCheckEveryMs = 2_500;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #requests = new Requests();
  readonly #opening: ReturnType<typeof setTimeout>;
  #pinger: ReturnType<typeof setInterval> | undefined;
  #ended = false;
  #pinging = false;
  #pingedAtMs = performance.now();
  #receivedAtMs = performance.now();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { socket } = options;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => void this.#hello();
    // A network that swallows packets would keep a socket opening for minutes.
    this.#opening = setTimeout(() => this.#giveUp('not opened in time'), limits.openWithinMs);
    socket.onmessage = (event) => this.#receive(event.data as ArrayBuffer);
    socket.onclose = (event) => this.#end(event.code, event.reason);
    socket.onerror = () => undefined; // a close follows
  }

  /** Sends a request; resolves with its answer, rejects with RequestError. */
  request<Code extends RequestOpcode>(
    request: Asking<Code>,
    withinMs = this.#options.requestTimeoutMs,
  ): Promise<AnswerTo<Code>> {
    if (this.#ended) return Promise.reject(localError('unavailable'));
    const answer = this.#requests.start((requestId) => {
      this.#options.socket.send(encodeClientFrame({ ...request, requestId } as ClientFrame));
    }, withinMs);
    // The protocol says which frame answers which request.
    return answer as Promise<AnswerTo<Code>>;
  }

  close(): void {
    this.#options.socket.close(1000, 'bye');
    this.#end(1000, 'closed by this side');
  }

  async #hello(): Promise<void> {
    const { token, deviceId, clientName, clock, localNow, onWelcome } = this.#options;
    clearTimeout(this.#opening);
    const sentAt = localNow();
    try {
      const hello = { protocolVersion, accessToken: token, deviceId, clientName };
      const welcome = await this.request({ opcode: opcodes.hello, ...hello });
      clock.observe(sentAt, welcome.serverTimeMs);
      this.#pinger = setInterval(() => this.#checkLiveness(), livenessCheckEveryMs);
      onWelcome(welcome);
    } catch {
      // A refusal comes as a close code; only silence is left to end here.
      this.#giveUp('no welcome');
    }
  }

  /** Finds out soon that a silent socket is dead when an answer is due; an idle one costs little. */
  #checkLiveness(): void {
    const silentMs = performance.now() - this.#receivedAtMs;
    const waitsInVain = this.#requests.oldestMs > limits.suspectAfterMs && silentMs > limits.suspectAfterMs;
    const pingedMs = performance.now() - this.#pingedAtMs;
    const due = silentMs >= limits.pingEveryMs || pingedMs >= limits.clockPingEveryMs;
    if (!this.#pinging && (waitsInVain || due)) void this.#ping();
  }

  async #ping(): Promise<void> {
    this.#pinging = true;
    this.#pingedAtMs = performance.now();
    const sentAt = this.#options.localNow();
    try {
      const pong = await this.request({ opcode: opcodes.ping }, limits.pingWithinMs);
      this.#options.clock.observe(sentAt, pong.serverTimeMs);
    } catch (error) {
      // A refusal is an answer too.
      if ((error as RequestError).code === 'timeout') this.#giveUp('no answer to a ping');
    } finally {
      this.#pinging = false;
    }
  }

  /** Half-open: the network swallows what we send. A close handshake would wait for it as well. */
  #giveUp(reason: string): void {
    if (this.#ended) return;
    this.#options.socket.close(1000, reason);
    this.#end(1006, reason);
  }

  #receive(data: ArrayBuffer): void {
    if (this.#ended) return;
    this.#receivedAtMs = performance.now();
    const frame = decodeServerFrame(new Uint8Array(data));
    if (!this.#requests.settle(frame) && frame.requestId === 0) this.#options.onPush(frame as PushFrame);
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#opening);
    clearInterval(this.#pinger);
    this.#requests.abandon();
    this.#options.onEnd(code, reason);
  }
}
