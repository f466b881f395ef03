// How a client of each set-up says things over a plain WebSocket. The generators speak them all with the same package
// (`ws`) and read them with the same code, so that what differs in the numbers is the servers; Socket.IO's own client
// would cost the generators more, and they share the machine with what is measured.
import type { WebSocket } from 'ws';
import { CentrifugoDialect } from './centrifugo-dialect.ts';
import type { Dialect } from './dialect.ts';
import { FloorDialect } from './floor-dialect.ts';
import { SkeinDialect, type Seat } from './skein-dialect.ts';
import { addressBytes, roomAddress, urlOfPerson } from './uws-address.ts';
import { XmppDialect } from './xmpp-dialect.ts';

export const dialectNames = [
  'skein',
  'socketIoBinary',
  'socketIoText',
  'uws',
  'floor',
  'ejabberd',
  'centrifugo',
] as const;
export type DialectName = (typeof dialectNames)[number];
/** Without a wish: the others take programs that are fetched for them alone. */
export const defaultDialects: readonly DialectName[] = [
  'skein',
  'socketIoBinary',
  'socketIoText',
  'uws',
  'floor',
];

/** @param seats of people, by their numbers, where the servers gave them out */
export function dialectOf(name: DialectName, seats: ReadonlyMap<number, Seat>): Dialect {
  switch (name) {
    case 'skein':
      return new SkeinDialect(seats);
    case 'socketIoBinary':
      return new SocketIo(true);
    case 'socketIoText':
      return new SocketIo(false);
    case 'uws':
      return new Uws();
    case 'floor':
      return new FloorDialect();
    case 'ejabberd':
      return new XmppDialect();
    case 'centrifugo':
      return new CentrifugoDialect(seats);
  }
}

/**
 * Engine.IO 4 and Socket.IO's protocol 5: the first digit is Engine.IO's packet, the second Socket.IO's. A payload that
 * is binary comes as a text with a placeholder, then as a frame of its own.
 */
class SocketIo implements Dialect {
  readonly #isBinary: boolean;
  #lastId = 0;
  acknowledged = 0;

  constructor(isBinary: boolean) {
    this.#isBinary = isBinary;
  }

  urlOf(base: string): string {
    return `${base}/socket.io/?EIO=4&transport=websocket`;
  }

  greet(socket: WebSocket, person: number, inRoom: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = (data: Buffer) => {
        const text = data.toString();
        if (text.startsWith('0')) socket.send(`40${JSON.stringify({ person, inRoom })}`);
        if (text.startsWith('44')) reject(new Error(`Socket.IO refused a connection: ${text}`));
        if (!text.startsWith('40')) return;
        socket.off('message', take);
        resolve();
      };
      socket.on('message', take);
    });
  }

  sendToPerson(socket: WebSocket, person: number, payload: Buffer): void {
    this.#emit(socket, `"direct",${person}`, payload);
  }

  sendToRoom(socket: WebSocket, payload: Buffer): void {
    this.#emit(socket, '"room"', payload);
  }

  payloadAt(socket: WebSocket, data: Buffer, isBinary: boolean): number {
    if (isBinary) return 0;
    if (data[0] === packets.ping) {
      socket.send('3');
      return -1;
    }
    if (data[1] === packets.ack) this.acknowledged++;
    return data[1] === packets.event ? textPayloadAt : -1;
  }

  #emit(socket: WebSocket, event: string, payload: Buffer): void {
    const id = ++this.#lastId;
    if (!this.#isBinary) return socket.send(`42${id}[${event},"${payload.toString('latin1')}"]`);
    socket.send(`451-${id}[${event},{"_placeholder":true,"num":0}]`);
    socket.send(payload);
  }
}

const packets = { ping: 0x32, event: 0x32, ack: 0x33 } as const;
const textPayloadAt = '42["m","'.length;

/** A number that says for whom, then the payload; what comes is the payload alone. */
class Uws implements Dialect {
  readonly urlOf = urlOfPerson;
  readonly acknowledged = 0;

  greet(): Promise<void> {
    return Promise.resolve();
  }

  sendToPerson(socket: WebSocket, person: number, payload: Buffer): void {
    socket.send(addressed(person, payload));
  }

  sendToRoom(socket: WebSocket, payload: Buffer): void {
    socket.send(addressed(roomAddress, payload));
  }

  payloadAt(): number {
    return 0;
  }
}

function addressed(to: number, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(addressBytes + payload.length);
  frame.writeUInt32BE(to);
  payload.copy(frame, addressBytes);
  return frame;
}
