// One socket of one client, as the gateway writes to it. Every call on a closed uWebSockets socket throws, and one
// that cannot keep up must neither grow the memory nor lose a durable frame silently: so all writing goes through
// here. Ephemeral frames are dropped first; past the bound the socket is closed, and the client resumes (OFF-5).
// What one turn of the event loop has for a socket leaves in one write: each costs a system call on both ends.
import type { WebSocket } from 'uWebSockets.js';
import { closeCodes, type CloseReason } from '../../../protocol/close-codes.ts';
import { encodeServerFrame } from '../../../protocol/codec/frames.ts';
import type { WireError } from '../../../protocol/errors.ts';
import type { ServerFrame } from '../../../protocol/frames/server-frames.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import type { Identity } from './authenticator.ts';
import { RefusedWork } from './refused-work.ts';
import { SocketBudget } from './socket-budget.ts';
import type { SocketTurn } from './socket-turn.ts';

export const socketBounds = {
  /** Unsent bytes of one socket beyond which ephemeral frames are dropped. */
  ephemeralBytesMax: 64 * 1024,
  /** Unsent bytes of one socket beyond which it is closed as too slow. */
  unsentBytesMax: 1024 * 1024,
  /** How long a closed socket may take to send its rest. */
  closeWithinMs: 2_000,
  /** A socket that was silent for this long, with no request under way, is quiet: it may be sent elsewhere. */
  quietAfterMs: 100,
} as const;

export type SocketPhase =
  | { readonly name: 'greeting'; readonly sinceMs: number }
  | { readonly name: 'authenticating' }
  | { readonly name: 'open'; readonly identity: Identity; readonly deviceId: string; reauthNoticed: boolean };

/** Data that uWebSockets keeps with the socket. */
export interface SocketData {
  client: ClientSocket | null;
  readonly address: string | null;
}

export class ClientSocket {
  readonly #socket: WebSocket<SocketData>;
  /** The subject of limits by address; null when this one has none. */
  readonly address: string | null;
  #closed = false;
  readonly #turn: SocketTurn;
  /** Frames of this turn, and their bytes. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  phase: SocketPhase;
  /** Actors this socket follows, and users whose presence it watches. */
  readonly topics = new Set<string>();
  readonly watched = new Set<string>();
  requestsInFlight = 0;
  /** When the last frame came, in monotonic ms. */
  heardAtMs: number;
  refusedFrames = 0;
  readonly refusedWork = new RefusedWork();
  readonly budget = new SocketBudget();
  slowDrops = 0;
  /** When a close was asked for, in monotonic ms; the socket is cut off soon after. */
  closingSinceMs: number | null = null;

  constructor(socket: WebSocket<SocketData>, turn: SocketTurn, nowMs: number) {
    this.#socket = socket;
    this.#turn = turn;
    this.address = socket.getUserData().address;
    this.phase = { name: 'greeting', sinceMs: nowMs };
    this.heardAtMs = nowMs;
  }

  /** Null before the greeting is over. */
  get userId(): string | null {
    return this.phase.name === 'open' ? this.phase.identity.userId : null;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Nothing is under way, and whoever asks one thing after another has paused: a close loses no request. */
  isQuiet(nowMs: number): boolean {
    const isBusy = this.requestsInFlight > 0 || this.phase.name === 'authenticating';
    return !isBusy && nowMs - this.heardAtMs >= socketBounds.quietAfterMs;
  }

  /** Answers the bytes of the frame. */
  send(frame: ServerFrame, nowMs: number): number {
    const bytes = encodeServerFrame(frame);
    this.sendBytes(bytes, false, nowMs);
    return bytes.length;
  }

  refuse(requestId: number, { code, message, retryAfterMs }: WireError, nowMs: number): void {
    this.send({ opcode: opcodes.error, requestId, code, message, retryAfterMs }, nowMs);
  }

  /** @param ephemeral may be dropped when the socket is slow */
  sendBytes(bytes: Uint8Array, ephemeral: boolean, nowMs: number): void {
    if (this.#closed || this.closingSinceMs !== null) return;
    const unsent = this.#socket.getBufferedAmount() + this.#pendingBytes;
    if (ephemeral && unsent > socketBounds.ephemeralBytesMax) {
      this.slowDrops++;
      return;
    }
    if (unsent + bytes.length > socketBounds.unsentBytesMax) return this.close('slow_consumer', nowMs);
    if (this.#pending.push(bytes) === 1) this.#turn.add(this);
    this.#pendingBytes += bytes.length;
  }

  /** Writes what this turn had for it. */
  flush(nowMs: number): void {
    if (this.#closed || this.#pending.length === 0) return;
    const frames = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    let dropped = false;
    const write = () => {
      for (const frame of frames) {
        if (dropped || this.#closed) return;
        dropped = this.#socket.send(frame, true) === 2;
      }
    };
    if (frames.length === 1) write();
    else this.#socket.cork(write);
    if (dropped) this.close('slow_consumer', nowMs);
  }

  close(reason: CloseReason, nowMs: number): void {
    if (this.#closed || this.closingSinceMs !== null) return;
    this.closingSinceMs = nowMs;
    this.flush(nowMs);
    if (!this.#closed) this.#socket.end(closeCodes[reason], reason);
  }

  /** Cuts the connection without a farewell: its reader is stuck. */
  cutOff(): void {
    if (!this.#closed) this.#socket.close();
  }

  onClosed(): void {
    this.#closed = true;
  }
}
