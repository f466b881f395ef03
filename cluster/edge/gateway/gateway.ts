// The clients' side of a worker: admits sockets, greets them, checks every frame, hands requests on, and closes
// whoever must be closed. Holds nothing that a reconnect to another worker could miss.
import type { TemplatedApp, WebSocket } from 'uWebSockets.js';
import type { Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { Cancel } from '../../../actors/runtime/ports.ts';
import { isRetryable, wireError, type ErrorCode } from '../../../protocol/errors.ts';
import type { ClientFrame } from '../../../protocol/frames/client-frames.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { readClientFrame } from '../../../protocol/validate.ts';
import type { Admission } from '../admission/admission.ts';
import { Draining, type DrainOptions } from '../admission/draining.ts';
import { peekRequest, type Peeked } from '../admission/peek.ts';
import type { ClientAddresses } from '../../addresses.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitKind } from '../limits/rates.ts';
import { payAnswer, payRequest } from '../limits/request-kinds.ts';
import type { Identity } from './authenticator.ts';
import { ClientSocket, socketBounds, type SocketData } from './client-socket.ts';
import { Door } from './door.ts';
import type { Following } from './following.ts';
import type { Greeting } from './greeting.ts';
import type { Requests } from './requests.ts';
import type { UserRequest } from './requests/handler.ts';
import { SocketTurn } from './socket-turn.ts';
import type { Watching } from './watching.ts';

export interface GatewayOptions {
  readonly greeting: Greeting;
  readonly requests: Requests;
  readonly following: Following;
  readonly watching: Watching;
  readonly limiter: Limiter<LimitKind>;
  readonly admission: Admission;
  readonly addresses: ClientAddresses;
  readonly socketsMax: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

const sweepEveryMs = 1_000;
const overloadedRetryAfterMs = 500;
/** When the process ends. What comes after has to fit into the rest of `stopWithinMs`, a stuck reader included. */
const lastDrain: DrainOptions = { overMs: 1_000, patienceMs: 1_000 };
/** When a store is away every request fails: a line for each would fill the disk. */
const failuresLoggedPerSweepMax = 10;

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #sockets = new Set<ClientSocket>();
  readonly #door: Door;
  readonly #turn: SocketTurn;
  readonly #stopSweep: Cancel;
  readonly #drain: Draining<ClientSocket>;
  #draining = false;
  #failuresSinceSweep = 0;
  readonly totals = {
    opened: 0,
    framesIn: 0,
    framesRefused: 0,
    rateLimited: 0,
    requestsFailed: 0,
    floodersClosed: 0,
  };
  readonly closes = new Map<number, number>();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#door = new Door({ ...options, closedBecause: () => this.#closedBecause() });
    this.#turn = new SocketTurn(options.clock, options.timers);
    this.#drain = new Draining(this.#sockets, options.clock, options.timers);
    this.#stopSweep = options.timers.setInterval(() => this.#sweep(), sweepEveryMs);
  }

  get sockets(): number {
    return this.#sockets.size;
  }
  /** Newcomers are refused, whether or not anyone is left. */
  get draining(): boolean {
    return this.#draining;
  }
  /** Sockets that draining has closed. */
  get drained(): number {
    return this.#drain.drained;
  }

  attach(app: TemplatedApp): void {
    app.ws<SocketData>('/ws', {
      // A larger frame ends the connection without a close frame; up to here it gets the code that says why.
      maxPayloadLength: 2 * limits.frameBytesMax,
      maxBackpressure: 2 * socketBounds.unsentBytesMax,
      idleTimeout: limits.idleTimeoutMs / 1000,
      sendPingsAutomatically: true,
      upgrade: (response, request, context) => this.#door.upgrade(response, request, context),
      open: (socket) => this.#opened(socket),
      message: (socket, message, isBinary) => this.#received(socket.getUserData().client!, message, isBinary),
      ping: (socket, message) => this.#pinged(socket.getUserData().client!, message),
      pong: (socket, message) => this.#pinged(socket.getUserData().client!, message),
      close: (socket, code) => this.#closed(socket.getUserData().client!, code),
    });
  }

  /**
   * Refuses newcomers at once, and sends everyone elsewhere, evenly over the time. Resolves with true when nobody is
   * left, with false when `undrain` came first. Calling it again sets another pace.
   */
  drain(options: DrainOptions): Promise<boolean> {
    this.#draining = true;
    return this.#drain.start(options);
  }

  /** Takes newcomers again; whoever was not sent elsewhere yet stays. */
  undrain(): void {
    this.#draining = false;
    this.#drain.end();
  }

  /** After sign-ins were ended. */
  closeSignedOut(): void {
    for (const client of this.#sockets)
      if (client.phase.name === 'open') this.#options.greeting.checkEnded(client, client.phase);
  }

  /** For the process's end: quick, and for good. */
  async stop(): Promise<void> {
    await this.drain(lastDrain);
    this.#stopSweep();
    this.#options.admission.stop();
  }

  #closedBecause(): 'socket_while_draining' | 'socket_full' | null {
    if (this.#draining) return 'socket_while_draining';
    return this.#sockets.size >= this.#options.socketsMax ? 'socket_full' : null;
  }

  #opened(socket: WebSocket<SocketData>): void {
    const client = new ClientSocket(socket, this.#turn, this.#options.clock.monotonicMs());
    socket.getUserData().client = client;
    this.#sockets.add(client);
    this.totals.opened++;
  }

  #closed(client: ClientSocket, code: number): void {
    client.onClosed();
    this.#sockets.delete(client);
    this.#options.following.socketClosed(client);
    this.#options.watching.socketClosed(client);
    this.#options.greeting.left(client);
    this.closes.set(code, (this.closes.get(code) ?? 0) + 1);
  }

  /** Pings of the WebSocket itself were answered by then; they cost as much as frames. */
  #pinged(client: ClientSocket, message: ArrayBuffer): void {
    const nowMs = this.#options.clock.monotonicMs();
    client.heardAtMs = nowMs;
    if (client.closingSinceMs !== null) return;
    if (!client.budget.takeFrame(message.byteLength, nowMs)) this.#closeFlooder(client, nowMs);
  }

  #received(client: ClientSocket, message: ArrayBuffer, isBinary: boolean): void {
    this.totals.framesIn++;
    const nowMs = this.#options.clock.monotonicMs();
    client.heardAtMs = nowMs;
    if (client.closingSinceMs !== null) return;
    if (!client.budget.takeFrame(message.byteLength, nowMs)) return this.#closeFlooder(client, nowMs);
    if (message.byteLength > limits.frameBytesMax) return client.close('frame_too_large', nowMs);
    if (!isBinary) return client.close('malformed_frame', nowMs);
    if (this.#options.admission.isRefusing(nowMs) && this.#refusesWork(client, message, nowMs)) return;
    const request = client.phase.name === 'open' ? peekRequest(new Uint8Array(message)) : null;
    if (request && !this.#pays(client, request, nowMs)) return;
    // The bytes are valid during this call only; decoded binaries may be views of them.
    const checked = readClientFrame(new Uint8Array(message).slice());
    if (checked === null) {
      this.totals.framesRefused++;
      return client.close('malformed_frame', nowMs);
    }
    if (checked.ok) return this.#dispatch(client, checked.frame, request !== null, nowMs);
    if (client.phase.name === 'open')
      return this.#refuseFrame(client, checked.requestId, checked.code, nowMs);
    this.totals.framesRefused++;
    client.close('hello_expected', nowMs);
  }

  /** Too many of them end the socket. */
  #refuseFrame(client: ClientSocket, requestId: number, code: ErrorCode, nowMs: number): void {
    this.totals.framesRefused++;
    this.#refuse(client, requestId, code, nowMs);
    if (++client.refusedFrames > limits.refusedFramesMax) client.close('too_many_errors', nowMs);
  }

  /** @param isPaid the limits have been asked before it was decoded */
  #dispatch(client: ClientSocket, frame: ClientFrame, isPaid: boolean, nowMs: number): void {
    const { phase } = client;
    if (phase.name !== 'open') {
      if (phase.name !== 'greeting' || frame.opcode !== opcodes.hello)
        return client.close('hello_expected', nowMs);
      return void this.#options.greeting.hello(client, frame);
    }
    if (frame.opcode === opcodes.hello)
      return this.#refuseFrame(client, frame.requestId, 'already_authenticated', nowMs);
    if (!isPaid && !this.#pays(client, frame, nowMs)) return;
    if (frame.opcode === opcodes.reauthenticate)
      return void this.#options.greeting.renew(client, phase, frame);
    if (client.requestsInFlight >= limits.requestsInFlightMax) {
      return this.#refuse(client, frame.requestId, 'overloaded', nowMs, overloadedRetryAfterMs);
    }
    client.requestsInFlight++;
    void this.#answer(client, phase.identity, frame);
  }

  /** False when it was refused as one too many; who goes on regardless is closed (ACC-6). */
  #pays(client: ClientSocket, { opcode, requestId }: Peeked, nowMs: number): boolean {
    const waitMs = payRequest(this.#options.limiter, opcode, client.userId!);
    if (waitMs === 0) return true;
    this.totals.rateLimited++;
    if (client.budget.takeRefusal(nowMs)) this.#refuse(client, requestId, 'rate_limited', nowMs, waitMs);
    else this.#closeFlooder(client, nowMs);
    return false;
  }

  #closeFlooder(client: ClientSocket, nowMs: number): void {
    this.totals.floodersClosed++;
    if (client.userId !== null) this.#options.limiter.take('floods', client.userId);
    client.close('too_many_frames', nowMs);
  }

  async #answer(
    client: ClientSocket,
    { userId, sessionId, isExternal }: Identity,
    request: UserRequest,
  ): Promise<void> {
    const { requests, clock, log } = this.#options;
    try {
      const answer = await requests.handle({ userId, sessionId, isExternal, socket: client }, request);
      const nowMs = clock.monotonicMs();
      if (client.closed) return;
      if (answer.kind === 'refused') return client.refuse(request.requestId, answer.error, nowMs);
      const bytes = client.send({ ...answer.frame, requestId: request.requestId }, nowMs);
      payAnswer(this.#options.limiter, bytes, userId);
      answer.after?.();
    } catch (error) {
      this.totals.requestsFailed++;
      if (++this.#failuresSinceSweep <= failuresLoggedPerSweepMax)
        log.warn({ opcode: request.opcode, err: error }, 'a request failed');
      this.#refuse(client, request.requestId, 'unavailable', clock.monotonicMs());
    } finally {
      client.requestsInFlight--;
    }
  }

  #refuse(
    client: ClientSocket,
    requestId: number,
    code: ErrorCode,
    nowMs: number,
    waitMs: number | null = null,
  ): void {
    const retryAfterMs = waitMs ?? (isRetryable(code) ? overloadedRetryAfterMs : null);
    client.refuse(requestId, wireError(code, retryAfterMs), nowMs);
  }

  /** Before decoding and before the limits: a refused request costs little, and nothing of the user's budget. */
  #refusesWork(client: ClientSocket, message: ArrayBuffer, nowMs: number): boolean {
    const { admission } = this.#options;
    const request = client.phase.name === 'open' ? peekRequest(new Uint8Array(message)) : null;
    const waitMs = request ? admission.refuseRequest(request.opcode, nowMs) : 0;
    if (!request || waitMs === 0) return false;
    if (client.refusedWork.add(nowMs) > admission.refusalsOfWorkMax(nowMs)) {
      admission.refusals.socket_impatient++;
      client.close('try_again_later', nowMs);
    } else this.#refuse(client, request.requestId, 'overloaded', nowMs, waitMs);
    return true;
  }

  /** Closes who did not say hello in time, whose token has ended, and cuts off who does not take the close. */
  #sweep(): void {
    const unlogged = this.#failuresSinceSweep - failuresLoggedPerSweepMax;
    if (unlogged > 0) this.#options.log.warn({ count: unlogged }, 'more requests failed');
    this.#failuresSinceSweep = 0;
    const nowMs = this.#options.clock.monotonicMs();
    for (const client of this.#sockets) {
      const { phase, closingSinceMs } = client;
      if (closingSinceMs !== null) {
        if (nowMs - closingSinceMs > socketBounds.closeWithinMs) client.cutOff();
      } else if (phase.name === 'greeting') {
        if (nowMs - phase.sinceMs > limits.authenticateWithinMs)
          client.close('authentication_timeout', nowMs);
      } else if (phase.name === 'open') {
        this.#options.greeting.checkExpiry(client, phase);
      }
    }
  }
}
