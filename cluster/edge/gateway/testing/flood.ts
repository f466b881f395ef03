// A program that asks a server for far more than it can do: many sockets, each with many requests under way, the next
// one the moment one is answered. Patient, it waits as long as a refusal says; impatient, it does not. Told by its
// parent over IPC where to go, and when to end; answers with what it was answered.
import { WebSocket } from 'ws';
import { decode, encode } from '../../../../protocol/codec/codec.ts';
import { opcodes } from '../../../../protocol/opcodes.ts';
import { protocolVersion } from '../../../../protocol/version.ts';

export interface FloodOrder {
  readonly url: string;
  /** One socket for each. */
  readonly tokens: readonly string[];
  /** Requests under way on each socket. */
  readonly atOnce: number;
  readonly isPatient: boolean;
  /** Of each request, the fields after its id. */
  readonly request: readonly [opcode: number, ...fields: unknown[]];
}

export interface FloodReport {
  readonly welcomed: number;
  readonly done: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Sockets closed by the server, by code. */
  readonly closed: Readonly<Record<string, number>>;
  /** How long `overloaded` asked to wait: the shortest, the longest, and how many different times. */
  readonly waitsMs: { readonly min: number; readonly max: number; readonly different: number };
  /** Refusals as `overloaded` that named no time. */
  readonly withoutWait: number;
}

const refused: Record<string, number> = {};
const closed: Record<string, number> = {};
const waits = new Set<number>();
let welcomed = 0;
let done = 0;
let withoutWait = 0;
const sockets: WebSocket[] = [];
/** They begin together, once all are greeted or sent away. */
const beginners: (() => void)[] = [];
let undecided = 0;

function decided(): void {
  if (--undecided === 0) for (const begin of beginners) begin();
}

function count(counts: Record<string, number>, key: string | number): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function flood({ url, tokens, atOnce, isPatient, request }: FloodOrder): void {
  const [opcode, ...fields] = request;
  undecided = tokens.length;
  for (const token of tokens) {
    let lastId = 1;
    let isWelcomed = false;
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const ask = () => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encode([opcode, ++lastId, ...fields]));
    };
    socket.on('open', () =>
      socket.send(encode([opcodes.hello, 1, protocolVersion, token, crypto.randomUUID(), 'flood'])),
    );
    socket.on('message', (data: Buffer) => {
      const [kind, id, code, , waitMs] = decode(data);
      if (kind === opcodes.welcome) {
        welcomed++;
        isWelcomed = true;
        beginners.push(() => {
          for (let at = 0; at < atOnce; at++) ask();
        });
        return decided();
      }
      if (id === 0) return;
      if (kind === opcodes.error) noteRefusal(String(code), waitMs as number | null);
      else done++;
      if (kind === opcodes.error && isPatient) setTimeout(ask, Number(waitMs));
      else ask();
    });
    socket.on('close', (code) => {
      count(closed, code);
      if (!isWelcomed) decided();
    });
    socket.on('error', () => undefined);
    sockets.push(socket);
  }
}

function noteRefusal(code: string, waitMs: number | null): void {
  count(refused, code);
  if (code !== 'overloaded') return;
  if (waitMs !== null && waitMs > 0) waits.add(waitMs);
  else withoutWait++;
}

function report(): FloodReport {
  const all = [...waits];
  const waitsMs = { min: Math.min(...all), max: Math.max(...all), different: all.length };
  return { welcomed, done, refused, closed, waitsMs, withoutWait };
}

if (import.meta.main) {
  process.on('message', (message: FloodOrder | 'report' | 'end') => {
    if (message === 'report') process.send!(report());
    else if (message === 'end') {
      for (const socket of sockets) socket.terminate();
      process.send!(report(), () => process.exit(0));
    } else flood(message);
  });
  process.on('disconnect', () => process.exit(0));
}
