// How a client says things to a server of its set-up, and finds the messages in what it hears.
import type { WebSocket } from 'ws';

/** A message that the server answered it would not take. */
export interface Refusal {
  readonly sender: number;
  /** The sender's own, as in the payload. */
  readonly number: number;
  /** Such as `overloaded`. */
  readonly code: string;
  readonly retryAfterMs: number | null;
}

export interface Dialect {
  /** That the WebSocket asks for; none: it asks for none. */
  readonly subprotocols?: readonly string[];
  /** @param base such as `ws://127.0.0.1:8080` */
  urlOf(base: string, person: number, inRoom: boolean): string;
  /** Resolves when the server knows who is there. */
  greet(socket: WebSocket, person: number, inRoom: boolean): Promise<void>;
  sendToPerson(socket: WebSocket, person: number, payload: Buffer): void;
  sendToRoom(socket: WebSocket, payload: Buffer): void;
  /** For servers that put several things into one frame: each by itself. */
  partsOf?(frame: Buffer): Iterable<Buffer>;
  /** Where a message's payload begins in what was received; -1: it holds none. Answers what wants an answer. */
  payloadAt(socket: WebSocket, data: Buffer, isBinary: boolean): number;
  /** For servers that refuse messages one by one: set by who wants to hear of it. */
  onRefusal?: (refusal: Refusal) => void;
  /** Messages that the server has said it took. */
  readonly acknowledged: number;
}
