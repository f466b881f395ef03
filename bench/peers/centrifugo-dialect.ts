// Centrifugo's protocol in JSON: commands and what comes are lines, of which one frame may hold several. Publications are
// read at a fixed place, since all names of channels are equally long.
import type { WebSocket } from 'ws';
import { BenchError } from '../bench-error.ts';
import type { Dialect } from './dialect.ts';
import { senderIn } from './payload.ts';
import type { Seat } from './skein-dialect.ts';

const lineEnd = 0x0a;
const connectId = 1;
const subscribeId = 2;
const pushBegin = Buffer.from('{"push":{"channel":"');
const dataMark = '"pub":{"data":"';
const pong = '{}';
const quote = 0x22;
const colon = 0x3a;

export class CentrifugoDialect implements Dialect {
  readonly #seats: ReadonlyMap<number, Seat>;
  readonly #personOf = new Map<WebSocket, number>();
  #inRoom = false;
  #lastId = subscribeId;
  #payloadAt = 0;
  acknowledged = 0;

  /** @param seats by people's numbers; a conversation is a channel, which its members write to and read */
  constructor(seats: ReadonlyMap<number, Seat>) {
    this.#seats = seats;
  }

  urlOf(base: string): string {
    return `${base}/connection/websocket`;
  }

  greet(socket: WebSocket, person: number, inRoom: boolean): Promise<void> {
    this.#inRoom = inRoom;
    this.#personOf.set(socket, person);
    const { token, conversationId: channel } = this.#seats.get(person)!;
    const connect = { id: connectId, connect: { token } };
    const subscribe = { id: subscribeId, subscribe: { channel } };
    return new Promise((resolve, reject) => {
      const take = (data: Buffer) => {
        for (const line of linesOf(data)) {
          const { id, error } = JSON.parse(line.toString()) as { id?: number; error?: unknown };
          if (error !== undefined) return reject(refusal(line));
          if (id === connectId) socket.send(JSON.stringify(subscribe));
          if (id !== subscribeId) continue;
          socket.off('message', take);
          resolve();
        }
      };
      socket.on('message', take);
      socket.once('close', (code) => reject(new BenchError(`Centrifugo closed a connection with ${code}.`)));
      socket.once('open', () => socket.send(JSON.stringify(connect)));
    });
  }

  sendToPerson(socket: WebSocket, _person: number, payload: Buffer): void {
    this.sendToRoom(socket, payload); // their channel is the writer's only one
  }

  sendToRoom(socket: WebSocket, payload: Buffer): void {
    const { conversationId: channel } = this.#seats.get(this.#personOf.get(socket)!)!;
    const data = payload.toString('latin1');
    socket.send(`{"id":${++this.#lastId},"publish":{"channel":"${channel}","data":"${data}"}}`);
  }

  partsOf(frame: Buffer): Iterable<Buffer> {
    return linesOf(frame);
  }

  payloadAt(socket: WebSocket, data: Buffer): number {
    if (data.length === pong.length) {
      socket.send(pong);
      return -1;
    }
    if (data.compare(pushBegin, 0, pushBegin.length, 0, pushBegin.length) !== 0) {
      if (!data.includes('"publish":{')) throw refusal(data);
      this.acknowledged++;
      return -1;
    }
    const at = this.#placeIn(data);
    // Writers are shown their own messages; of pairs only the other one's count.
    return !this.#inRoom && senderIn(data, at) === this.#personOf.get(socket) ? -1 : at;
  }

  #placeIn(data: Buffer): number {
    if (data[this.#payloadAt - 1] === quote && data[this.#payloadAt - 2] === colon) return this.#payloadAt;
    const at = data.indexOf(dataMark);
    if (at < 0) throw refusal(data);
    this.#payloadAt = at + dataMark.length;
    return this.#payloadAt;
  }
}

function linesOf(frame: Buffer): Buffer[] {
  const end = frame.indexOf(lineEnd);
  if (end < 0) return [frame];
  const rest = frame.subarray(end + 1);
  return rest.length === 0 ? [frame.subarray(0, end)] : [frame.subarray(0, end), ...linesOf(rest)];
}

function refusal(data: Buffer): BenchError {
  return new BenchError(`Centrifugo sent what was not expected: ${data.toString()}`);
}
