// A server in the test's own process, as the specification has it for `hello` and `send`: stores each key once, makes a
// message wait for its predecessor, and is rude when the test says so. For what the SDK does on its own; what a real
// cluster does with it is tested on one.
import { decode } from '../../codec/codec.ts';
import { encodeServerFrame } from '../../codec/frames.ts';
import { fromWire } from '../../codec/named.ts';
import { wireError, type ErrorCode } from '../../errors.ts';
import { ClientFrame } from '../../frames/client-frames.ts';
import type { Send } from '../../frames/send.ts';
import type { ServerFrame } from '../../frames/server-frames.ts';
import { opcodes } from '../../opcodes.ts';
import type { SocketLike } from '../connection.ts';

export interface Refusal {
  readonly code: ErrorCode;
  readonly retryAfterMs?: number;
}

const userId = '00000000-0000-4000-8000-00000000000a';
const predecessorWithinMs = 60;
const named = fromWire(ClientFrame);

export class LoopbackServer {
  /** Stored messages, in order. */
  readonly stored: { conversationId: string; key: string; body: string }[] = [];
  /** Every `send` that came, repeats included. */
  readonly received: Send[] = [];
  /** Decides about a message before anything else does. */
  refuse: (frame: Send) => Refusal | null = () => null;
  /** Whether a stored message's acknowledgement gets through. */
  acknowledges = true;
  #sockets = new Set<LoopbackSocket>();
  #parked: { frame: Send; socket: LoopbackSocket }[] = [];

  readonly openSocket = (): SocketLike => {
    const socket = new LoopbackSocket(this);
    this.#sockets.add(socket);
    return socket;
  };

  bodies(conversationId?: string): string[] {
    return this.stored
      .filter((each) => conversationId === undefined || each.conversationId === conversationId)
      .map(({ body }) => body);
  }

  /** Ends every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.end(1006);
    this.#sockets.clear();
    this.#parked = [];
  }

  handle(socket: LoopbackSocket, frame: ClientFrame): void {
    const { requestId } = frame;
    if (frame.opcode === opcodes.hello) {
      const serverTimeMs = Date.now();
      const profile = { userId, handle: 'ada', displayName: 'Ada' };
      const times = { serverTimeMs, tokenExpiresAtMs: serverTimeMs + 3_600_000 };
      return socket.push({ opcode: opcodes.welcome, requestId, ...profile, ...times, schemaHash: '' });
    }
    if (frame.opcode !== opcodes.send) return socket.push({ opcode: opcodes.done, requestId });
    this.received.push(frame);
    this.#send(socket, frame);
  }

  #send(socket: LoopbackSocket, frame: Send): void {
    const { requestId, conversationId, key, body, prev } = frame;
    const refusal = this.refuse(frame);
    if (refusal) return this.#refused(socket, requestId, refusal);
    if (prev !== null && this.#find(conversationId, prev) < 0) return this.#park(socket, frame);
    if (this.#find(conversationId, key) < 0) this.stored.push({ conversationId, key, body });
    const seq = this.#find(conversationId, key) + 2;
    const place = { conversationId, key, seq, ordinal: seq - 1, atMs: 1 };
    if (this.acknowledges) socket.push({ opcode: opcodes.accepted, requestId, ...place });
    const followers = this.#parked.filter((parked) => parked.frame.prev === key);
    this.#parked = this.#parked.filter((parked) => !followers.includes(parked));
    for (const parked of followers) this.#send(parked.socket, parked.frame);
  }

  #park(socket: LoopbackSocket, frame: Send): void {
    const parked = { frame, socket };
    this.#parked.push(parked);
    setTimeout(() => {
      if (!this.#parked.includes(parked)) return;
      this.#parked.splice(this.#parked.indexOf(parked), 1);
      this.#refused(socket, frame.requestId, { code: 'predecessor_missing' });
    }, predecessorWithinMs);
  }

  #refused(socket: LoopbackSocket, requestId: number, { code, retryAfterMs = 0 }: Refusal): void {
    const { message } = wireError(code);
    socket.push({ opcode: opcodes.error, requestId, code, message, retryAfterMs });
  }

  #find(conversationId: string, key: string): number {
    return this.stored
      .filter((each) => each.conversationId === conversationId)
      .findIndex((each) => each.key === key);
  }
}

/** Both ends of one connection; frames arrive a turn later, as on a network. */
class LoopbackSocket implements SocketLike {
  binaryType = '';
  readonly bufferedAmount = 0;
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  readonly #server: LoopbackServer;
  #ended = false;

  constructor(server: LoopbackServer) {
    this.#server = server;
    setImmediate(() => !this.#ended && (this.onopen as (() => void) | null)?.());
  }

  send(data: Uint8Array): void {
    const frame = named(decode(Uint8Array.from(data)) as never);
    setImmediate(() => !this.#ended && this.#server.handle(this, frame));
  }

  push(frame: ServerFrame): void {
    const data = Uint8Array.from(encodeServerFrame(frame)).buffer;
    setImmediate(() => !this.#ended && this.onmessage?.({ data }));
  }

  close(): void {
    this.end(1000);
  }

  end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onclose?.({ code, reason: '' });
  }
}
