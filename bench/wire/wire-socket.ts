// A WebSocket for load: what the generators take, the server under test does not get. It is as much of one as Skein's
// clients need, over a plain socket whose reads all share one buffer, and it counts what goes over the wire.
import net from 'node:net';
import tls from 'node:tls';
import type { SocketLike } from '../../protocol/client/index.ts';
import { decode } from '../../protocol/codec/codec.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { encodeFrame, frameKinds, FrameReader, type Frame } from './websocket-frames.ts';
import { opcodeOf, type WireCounter } from './wire-totals.ts';

export interface WireSocketOptions {
  readonly counter: WireCounter;
  /** The address to connect from; undefined: the system chooses. */
  readonly localAddress: string | undefined;
}

/** How long a peer may take to answer a close. */
const closeWithinMs = 5_000;
const abnormal = 1006;
const endOfHead = '\r\n\r\n';
/** A read is handed over at once, so that one buffer does for all sockets of the process. */
const shared = Buffer.alloc(64 * 1024);

export class WireSocket implements SocketLike {
  readonly #socket: net.Socket;
  readonly #counter: WireCounter;
  readonly #reader = new FrameReader();
  /** Received part of the answer to the upgrade; null once it is complete. */
  #head: string | null = '';
  #close = { code: abnormal, reason: '' };
  #isCut = false;
  binaryType = 'arraybuffer';
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;

  constructor(url: string, { counter, localAddress }: WireSocketOptions) {
    this.#counter = counter;
    const { protocol, hostname, port, pathname, search, host } = new URL(url);
    const isSecure = protocol === 'wss:';
    const where = {
      host: hostname,
      port: Number(port) || (isSecure ? 443 : 80),
      ...(localAddress !== undefined && { localAddress }),
    };
    const socket = isSecure ? tls.connect({ ...where, servername: hostname }) : this.#connect(where);
    if (isSecure) socket.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#socket = socket;
    socket.setNoDelay();
    socket.write(upgradeRequest(host, pathname + search));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#head !== null) counter.refused(error.code ?? error.message);
    });
    socket.on('close', () => this.#closed());
  }

  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  send(data: Uint8Array): void {
    // A closing socket loses what is written to it, as in a browser.
    if (this.#head !== null || !this.#socket.writable) return;
    this.#counter.sent(data);
    this.#socket.write(encodeFrame(frameKinds.binary, data));
  }

  close(code = 1000, reason = ''): void {
    if (this.#head !== null || !this.#socket.writable) return void this.#socket.destroy();
    this.#endWith(code, reason);
    setTimeout(() => this.#socket.destroy(), closeWithinMs).unref();
  }

  /** Ends it without a word, as the end of a network does; counted as `cut`. */
  cut(): void {
    this.#isCut = true;
    this.#socket.destroy();
  }

  #connect(where: net.TcpNetConnectOpts): net.Socket {
    return net.connect({
      ...where,
      onread: {
        buffer: shared,
        callback: (length, buffer) => {
          this.#take(buffer.subarray(0, length));
          return true;
        },
      },
    });
  }

  #take(bytes: Uint8Array): void {
    const frames = this.#head === null ? bytes : this.#upgraded(bytes);
    if (frames.length > 0) this.#reader.read(frames, this.#receive);
  }

  /** Bytes that follow the answer to the upgrade. */
  #upgraded(bytes: Uint8Array): Uint8Array {
    const before = this.#head!.length;
    const head = this.#head! + Buffer.from(bytes).toString('latin1');
    const end = head.indexOf(endOfHead);
    this.#head = head;
    if (end < 0) return new Uint8Array();
    const status = head.slice(9, 12);
    if (status !== '101') {
      this.#counter.refused(`http_${status}`);
      this.#socket.destroy();
      return new Uint8Array();
    }
    this.#head = null;
    this.onopen?.(undefined as never);
    return bytes.subarray(end + endOfHead.length - before);
  }

  readonly #receive = ({ kind, payload }: Frame): void => {
    switch (kind) {
      case frameKinds.binary:
        return this.#message(payload);
      case frameKinds.ping:
        return void this.#socket.write(encodeFrame(frameKinds.pong, payload));
      case frameKinds.close: {
        const view = Buffer.from(payload);
        this.#close = {
          code: view.length >= 2 ? view.readUInt16BE() : 1005,
          reason: view.toString('utf8', 2),
        };
        this.#endWith(1000, '');
      }
    }
  };

  #message(data: Uint8Array): void {
    const opcode = opcodeOf(data);
    this.#counter.received(data, opcode);
    if (opcode === opcodes.error) this.#counter.refused(String(decode(data)[2]));
    this.onmessage?.({ data });
  }

  #endWith(code: number, reason: string): void {
    if (!this.#socket.writable) return;
    const payload = Buffer.allocUnsafe(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    this.#socket.end(encodeFrame(frameKinds.close, payload));
  }

  #closed(): void {
    const { code, reason } = this.#close;
    this.#counter.closed(this.#isCut ? 'cut' : code);
    this.onclose?.({ code, reason });
  }
}

function upgradeRequest(host: string, path: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    // Any 16 bytes: who knows that a WebSocket answers need not have it proved.
    'Sec-WebSocket-Key: c2tlaW4gYmVuY2htYXJrIQ==',
  ];
  return lines.join('\r\n') + endOfHead;
}
