// A client of the durable floor: bytes at fixed places, as with bare uWebSockets.js.
import type { WebSocket } from 'ws';
import type { Dialect } from './dialect.ts';
import { heardPayloadAt, marks, writeSent } from './floor-frames.ts';
import { numberIn } from './payload.ts';
import { roomAddress, urlOfPerson } from './uws-address.ts';

export class FloorDialect implements Dialect {
  readonly urlOf = urlOfPerson;
  acknowledged = 0;

  greet(): Promise<void> {
    return Promise.resolve();
  }

  sendToPerson(socket: WebSocket, person: number, payload: Buffer): void {
    socket.send(writeSent(person, numberIn(payload, 0), payload));
  }

  sendToRoom(socket: WebSocket, payload: Buffer): void {
    this.sendToPerson(socket, roomAddress, payload);
  }

  payloadAt(_socket: WebSocket, data: Buffer): number {
    if (data[0] === marks.message) return heardPayloadAt;
    this.acknowledged++;
    return -1;
  }
}
