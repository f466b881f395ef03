// Skein's frames, spoken as the other set-ups' are: what comes is read at a fixed place and not decoded, so that the
// generators cost the same for all. One conversation for each seat: a pair's, or the room's.
import type { WebSocket } from 'ws';
import { decode, encode } from '../../protocol/codec/codec.ts';
import { isRetryable } from '../../protocol/errors.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { protocolVersion } from '../../protocol/version.ts';
import { BenchError } from '../bench-error.ts';
import type { Dialect, Refusal } from './dialect.ts';
import { numberIn, senderIn } from './payload.ts';

/** Access and place of one person. */
export interface Seat {
  readonly token: string;
  readonly conversationId: string;
}

/** A frame's opcode: below 128 the byte itself, else after the mark of an unsigned byte. */
const opcodeAt = 1;
const uint8Mark = 0xcc;
const helloId = 1;
const subscribeId = 2;
/** Of a sender's first message; the next ones follow, so that an answer's id says which message it is about. */
const firstSendId = 3;

export class SkeinDialect implements Dialect {
  readonly #seats: ReadonlyMap<number, Seat>;
  readonly #personOf = new Map<WebSocket, number>();
  #inRoom = false;
  /** From a payload's beginning to the frame's end; the same for all that are equally long. */
  #restBytes: number | null = null;
  acknowledged = 0;
  onRefusal: (refusal: Refusal) => void = () => undefined;

  constructor(seats: ReadonlyMap<number, Seat>) {
    this.#seats = seats;
  }

  urlOf(base: string): string {
    return `${base}/ws`;
  }

  greet(socket: WebSocket, person: number, inRoom: boolean): Promise<void> {
    this.#inRoom = inRoom;
    this.#personOf.set(socket, person);
    const { token, conversationId } = this.#seats.get(person)!;
    return new Promise((resolve, reject) => {
      const take = (data: Buffer) => {
        const [opcode, , ...fields] = decode(data);
        if (opcode === opcodes.welcome) {
          socket.send(encode([opcodes.subscribe, subscribeId, [[conversationId, 0, null]]]));
        } else if (opcode === opcodes.subscribed) {
          socket.off('message', take);
          resolve();
        } else if (opcode === opcodes.error)
          reject(new BenchError(`Skein refused a greeting: ${fields.join(' ')}.`));
      };
      socket.on('message', take);
      socket.once('close', (code) => reject(new BenchError(`Skein closed a connection with ${code}.`)));
      socket.once('open', () => {
        socket.send(encode([opcodes.hello, helloId, protocolVersion, token, crypto.randomUUID(), 'bench']));
      });
    });
  }

  sendToPerson(socket: WebSocket, _person: number, payload: Buffer): void {
    this.sendToRoom(socket, payload); // their conversation is the writer's only one
  }

  sendToRoom(socket: WebSocket, payload: Buffer): void {
    const { conversationId } = this.#seats.get(this.#personOf.get(socket)!)!;
    const id = firstSendId + numberIn(payload, 0);
    const body = payload.toString('latin1');
    socket.send(encode([opcodes.send, id, conversationId, newKey(), body, null, null, [], []]));
  }

  payloadAt(socket: WebSocket, data: Buffer): number {
    if (data[opcodeAt] === uint8Mark && data[opcodeAt + 1] === opcodes.event) {
      this.#restBytes ??= restOf(data);
      const at = data.length - this.#restBytes;
      // Writers are shown their own messages; of pairs only the other one's count.
      return !this.#inRoom && senderIn(data, at) === this.#personOf.get(socket) ? -1 : at;
    }
    if (data[opcodeAt] === opcodes.accepted) this.acknowledged++;
    if (data[opcodeAt] === opcodes.error) this.#takeError(socket, data);
    return -1;
  }

  /** Errors that cannot be repeated are mistakes of the bench, and end it. */
  #takeError(socket: WebSocket, data: Buffer): void {
    const [, id, code, message, retryAfterMs] = decode(data) as [
      number,
      number,
      string,
      string,
      number | null,
    ];
    if (!isRetryable(code)) throw new BenchError(`Skein refused: ${code}, ${message}`);
    this.onRefusal({
      sender: this.#personOf.get(socket)!,
      number: id - firstSendId,
      code,
      retryAfterMs,
    });
  }
}

const processPart = crypto.randomUUID().replaceAll('-', '');
let keys = 0;

/** A UUID of version 7: the time, a random part of this process, a count. A random one for each would cost more. */
export function newKey(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const count = (++keys % 2 ** 32).toString(16).padStart(8, '0');
  const [a, b, c] = [processPart.slice(0, 3), processPart.slice(3, 6), processPart.slice(6, 10)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-8${b}-${c}${count}`;
}

function restOf(data: Buffer): number {
  const [, , , , event] = decode(data) as [number, number, string, number, readonly unknown[]];
  const body = event.find(
    (field) => typeof field === 'string' && /^\d{8} \d{10} \d{16} /.test(field),
  ) as string;
  return data.length - data.indexOf(body, 0, 'latin1');
}
