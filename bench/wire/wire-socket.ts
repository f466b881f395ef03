// The SDK's socket over the `ws` package, counted. A frame costs the same over Node's own WebSocket, but a connection
// takes four times the memory (40 KB against 10 KB) and more than twice the time to open, and what the generators
// take, the server under test does not get.
import { WebSocket } from 'ws';
import type { SocketLike } from '../../protocol/client/index.ts';
import { decode } from '../../protocol/codec/codec.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { opcodeOf, type WireCounter } from './wire-totals.ts';

export interface WireSocketOptions {
  readonly counter: WireCounter;
  /** The address to connect from; undefined: the system chooses. */
  readonly localAddress: string | undefined;
}

export class WireSocket implements SocketLike {
  readonly #socket: WebSocket;
  readonly #counter: WireCounter;
  binaryType = 'arraybuffer';
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;

  constructor(url: string, { counter, localAddress }: WireSocketOptions) {
    this.#counter = counter;
    this.#socket = new WebSocket(url, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
      ...(localAddress !== undefined && { localAddress }),
    });
    this.#socket.on('open', () => this.onopen?.(undefined as never));
    this.#socket.on('message', (data: Buffer) => this.#receive(data));
    this.#socket.on('close', (code, reason) => {
      counter.closed(code);
      this.onclose?.({ code, reason: reason.toString() });
    });
    this.#socket.on('error', () => this.onerror?.(undefined as never));
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(data: Uint8Array): void {
    // What a closing socket can no longer take is lost with it, as in a browser.
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#counter.sent(data);
    this.#socket.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  #receive(data: Buffer): void {
    const opcode = opcodeOf(data);
    this.#counter.received(data, opcode);
    if (opcode === opcodes.error) this.#counter.refused(String(decode(data)[2]));
    this.onmessage?.({ data });
  }
}
