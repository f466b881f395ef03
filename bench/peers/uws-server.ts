// The ceiling: uWebSockets.js does nothing but hand bytes on. Two processes are joined by one TCP connection in each
// direction, on which what one has for the other in a turn of the event loop goes out together.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { App, us_socket_local_port, type WebSocket } from 'uWebSockets.js';
import { answering } from '../idle/answering.ts';
import { addressBytes, roomAddress } from './dialects.ts';

interface Person {
  readonly person: number;
  readonly inRoom: boolean;
}

const lengthBytes = 4;
const unsentBytesMax = 64 * 1024 * 1024;

const app = App();
let link: Socket | null = null;
let waiting: Buffer[] = [];

app.ws<Person>('/*', {
  maxBackpressure: unsentBytesMax,
  idleTimeout: 120,
  upgrade: (response, request, context) => {
    const query = new URLSearchParams(request.getQuery());
    response.upgrade<Person>(
      { person: Number(query.get('person')), inRoom: query.get('room') === '1' },
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context,
    );
  },
  open: (socket: WebSocket<Person>) => {
    const { person, inRoom } = socket.getUserData();
    socket.subscribe(String(person));
    if (inRoom) socket.subscribe('room');
  },
  message: (_socket, message) => {
    const frame = Buffer.from(message);
    const isHere = publish(frame);
    // A room has members on both sides, a person is on one.
    if (!isHere || frame.readUInt32BE() === roomAddress) forward(frame);
  },
});

/** @returns whether anyone here wanted it */
function publish(frame: Buffer): boolean {
  const to = frame.readUInt32BE();
  return app.publish(to === roomAddress ? 'room' : String(to), frame.subarray(addressBytes), true);
}

function forward(frame: Buffer): void {
  if (link === null) return;
  if (waiting.length === 0) setImmediate(flush);
  const head = Buffer.allocUnsafe(lengthBytes);
  head.writeUInt32BE(frame.length);
  // The message is valid during the call only.
  waiting.push(head, Buffer.from(frame));
}

function flush(): void {
  link?.write(Buffer.concat(waiting));
  waiting = [];
}

/** Accepts messages that the other process forwards. */
const listener = createServer((socket) => {
  let begun: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    begun = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    let at = 0;
    while (begun.length >= at + lengthBytes) {
      const end = at + lengthBytes + begun.readUInt32BE(at);
      if (end > begun.length) break;
      publish(begun.subarray(at + lengthBytes, end));
      at = end;
    }
    begun = begun.subarray(at);
  });
});

const handlers = {
  /** @returns the port for clients */
  start: async (_nothing: object): Promise<number> => {
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new Promise((resolve, reject) => {
      app.listen('127.0.0.1', 0, (token) =>
        token ? resolve(us_socket_local_port(token)) : reject(new Error('no port to listen on')),
      );
    });
  },
  linkPort: (_nothing: object): number => (listener.address() as AddressInfo).port,
  /** @param port of the other process */
  meet: (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      link = connect({ host: '127.0.0.1', port, noDelay: true }, resolve).once('error', reject);
    }),
};
export type UwsServer = typeof handlers;

answering(handlers);
