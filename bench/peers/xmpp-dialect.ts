// XMPP over WebSocket (RFC 7395), a stanza in a frame, read at fixed places as the other set-ups' frames are: all names are
// equally long, so that a stanza's body stands where it stood in the one before. One that is of another shape is looked
// at in full.
import type { WebSocket } from 'ws';
import { BenchError } from '../bench-error.ts';
import type { Dialect } from './dialect.ts';
import { senderIn } from './payload.ts';

export const domain = 'localhost';
export const roomDomain = 'conference.localhost';
const roomAddress = `room@${roomDomain}`;

export function accountOf(person: number): string {
  return `p${String(person).padStart(8, '0')}`;
}

export function passwordOf(person: number): string {
  return `secret-${person}`;
}

const clientNs = 'jabber:client';
const managementNs = 'urn:xmpp:sm:3';
const opening = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${domain}' version='1.0'/>`;
const requestForAck = `<r xmlns='${managementNs}'/>`;
const bodyTag = '<body>';
const tagBegin = 0x3c;
const tagEnd = 0x3e;
const quote = 0x27;
const zero = 0x30;
const handledMark = " h='";
const resource = 'bench';
const idDigits = 6;
const idMax = 36 ** idDigits;
/** Of the second byte of a frame. */
const kinds = { message: 0x6d, ack: 0x61, request: 0x72 } as const;

interface Session {
  readonly person: number;
  /** Messages that came, which the server is told when it asks. */
  received: number;
  /** Messages that the server has said it took. */
  acknowledged: number;
}

export class XmppDialect implements Dialect {
  readonly subprotocols = ['xmpp'];
  readonly #sessions = new Map<WebSocket, Session>();
  #inRoom = false;
  #bodyAt = 0;
  #ids = 0;
  acknowledged = 0;

  urlOf(base: string): string {
    return `${base}/ws`;
  }

  greet(socket: WebSocket, person: number, inRoom: boolean): Promise<void> {
    this.#inRoom = inRoom;
    this.#sessions.set(socket, { person, received: 0, acknowledged: 0 });
    return greeted(socket, person, inRoom);
  }

  /** Each is followed by the question whether the server has it, which is how XMPP acknowledges (XEP-0198). */
  sendToPerson(socket: WebSocket, person: number, payload: Buffer): void {
    socket.send(this.#message(`${accountOf(person)}@${domain}`, 'chat', payload));
    socket.send(requestForAck);
  }

  /** Acknowledged by what the room sends back to its writer, which is in the archive then. */
  sendToRoom(socket: WebSocket, payload: Buffer): void {
    socket.send(this.#message(roomAddress, 'groupchat', payload));
  }

  payloadAt(socket: WebSocket, data: Buffer): number {
    const session = this.#sessions.get(socket)!;
    switch (data[1]) {
      case kinds.message: {
        const at = this.#placeIn(data);
        session.received++;
        if (this.#inRoom && senderIn(data, at) === session.person) this.acknowledged++;
        return at;
      }
      case kinds.ack: {
        const handled = handledIn(data);
        this.acknowledged += handled - session.acknowledged;
        session.acknowledged = handled;
        return -1;
      }
      case kinds.request:
        socket.send(`<a xmlns='${managementNs}' h='${session.received}'/>`);
        return -1;
      default:
        if (!data.includes('<presence')) throw refusal(data);
        return -1;
    }
  }

  #message(to: string, type: string, payload: Buffer): string {
    const id = (++this.#ids % idMax).toString(36).padStart(idDigits, '0');
    const body = payload.toString('latin1');
    return `<message xmlns='${clientNs}' to='${to}' type='${type}' id='${id}'>${bodyTag}${body}</body></message>`;
  }

  #placeIn(data: Buffer): number {
    const isThere = data[this.#bodyAt - 1] === tagEnd && data[this.#bodyAt - bodyTag.length] === tagBegin;
    if (isThere) return this.#bodyAt;
    const at = data.indexOf(bodyTag);
    // A message that could not be delivered comes back with its body.
    if (at < 0 || /^[^>]*type='error'/.test(data.toString('latin1'))) throw refusal(data);
    this.#bodyAt = at + bodyTag.length;
    return this.#bodyAt;
  }
}

/** `<a h='12' xmlns='urn:xmpp:sm:3'/>`: how many stanzas the server has handled. */
function handledIn(data: Buffer): number {
  let value = 0;
  for (let at = data.indexOf(handledMark) + handledMark.length; data[at] !== quote; at++) {
    const digit = data[at]! - zero;
    if (!(digit >= 0 && digit <= 9)) throw refusal(data);
    value = value * 10 + digit;
  }
  return value;
}

function refusal(data: Buffer): BenchError {
  return new BenchError(`ejabberd sent what was not expected: ${data.toString()}`);
}

/** Each step is said when the server's answer to the one before has come. */
function greeted(socket: WebSocket, person: number, inRoom: boolean): Promise<void> {
  const login = Buffer.from(`\0${accountOf(person)}\0${passwordOf(person)}`).toString('base64');
  const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl';
  const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind>`;
  const muc = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>";
  const join = `<presence xmlns='${clientNs}' to='${roomAddress}/${accountOf(person)}'>${muc}</presence>`;
  const present = `<presence xmlns='${clientNs}'/>`;
  const enable = `<enable xmlns='${managementNs}'/>`;
  const steps: readonly (readonly [after: string, frames: readonly string[]])[] = [
    ['<mechanisms', [`<auth xmlns='${sasl}' mechanism='PLAIN'>${login}</auth>`]],
    ['<success', [opening]],
    ['<bind', [`<iq xmlns='${clientNs}' type='set' id='bind'>${bind}</iq>`]],
    ['<jid>', [present, inRoom ? join : enable]],
    // The subject of a room is the last that one who joins is told.
    [inRoom ? '<subject' : '<enabled', []],
  ];
  return new Promise((resolve, reject) => {
    let done = 0;
    const take = (data: Buffer) => {
      const text = data.toString();
      if (/^<(failure|stream:error|failed|close)|type='error'/.test(text)) return reject(refusal(data));
      const [after, frames] = steps[done]!;
      if (!text.includes(after)) return;
      for (const frame of frames) socket.send(frame);
      if (++done < steps.length) return;
      socket.off('message', take);
      resolve();
    };
    socket.on('message', take);
    socket.once('close', (code) => reject(new BenchError(`ejabberd closed a connection with ${code}.`)));
    socket.once('open', () => socket.send(opening));
  });
}
