// Two server processes are joined by one TCP connection in each direction, on which what one has for the other in a turn
// of the event loop goes out together.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { UwsPeople } from './uws-people.ts';

const lengthBytes = 4;

export class UwsLink {
  readonly #listener: Server;
  #out: Socket | null = null;
  #waiting: Buffer[] = [];

  /** @param take is given what the other process sent, which stays as it is */
  constructor(take: (frame: Buffer) => void) {
    this.#listener = createServer((socket) => readFrames(socket, take));
  }

  /** @param parts of one frame, which must stay as they are until the end of this turn */
  send(...parts: readonly Buffer[]): void {
    if (this.#out === null) return;
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    const head = Buffer.allocUnsafe(lengthBytes);
    head.writeUInt32BE(parts.reduce((sum, { length }) => sum + length, 0));
    this.#waiting.push(head, ...parts);
  }

  /** Answers of a server until it is one of two. */
  handlers(people: UwsPeople) {
    return {
      /** @returns the port for clients */
      start: async (_nothing: object): Promise<number> => {
        await new Promise<void>((resolve) => this.#listener.listen(0, '127.0.0.1', resolve));
        return people.listen();
      },
      linkPort: (_nothing: object): number => (this.#listener.address() as AddressInfo).port,
      /** @param port of the other process */
      meet: (port: number): Promise<void> =>
        new Promise((resolve, reject) => {
          this.#out = connect({ host: '127.0.0.1', port, noDelay: true }, resolve).once('error', reject);
        }),
    };
  }

  #flush(): void {
    this.#out?.write(Buffer.concat(this.#waiting));
    this.#waiting = [];
  }
}

export type LinkHandlers = ReturnType<UwsLink['handlers']>;

function readFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let begun: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    begun = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    let at = 0;
    while (begun.length >= at + lengthBytes) {
      const end = at + lengthBytes + begun.readUInt32BE(at);
      if (end > begun.length) break;
      take(begun.subarray(at + lengthBytes, end));
      at = end;
    }
    begun = begun.subarray(at);
  });
}
