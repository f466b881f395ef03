// Clients of a set-up, in pairs or in one room, which count what they get and check its order.
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { bounded } from '../bounded.ts';
import { nowUs } from '../clock.ts';
import { openLoop, type Turn } from '../history/open-loop.ts';
import { answering } from '../idle/answering.ts';
import { Latency } from '../latency.ts';
import type { Dialect, Refusal } from './dialect.ts';
import { dialectOf, type DialectName } from './dialects.ts';
import { OrderCheck } from './order.ts';
import type { Seat } from './skein-dialect.ts';
import { dueUsIn, numberIn, senderIn, writePayload } from './payload.ts';

export interface ConnectRequest {
  readonly dialect: DialectName;
  /** Of the servers, such as `ws://127.0.0.1:8080`. */
  readonly urls: readonly string[];
  /** Those of this generator: their numbers, and which server each goes to. */
  readonly people: readonly {
    readonly person: number;
    readonly server: number;
    readonly seat: Seat | undefined;
  }[];
  readonly inRoom: boolean;
}

interface Times {
  /** In microseconds of the clock that all processes share. */
  readonly startUs: number;
  readonly measuredFromUs: number;
  readonly measuredUntilUs: number;
}

export interface PairsRequest extends Times {
  /** Messages a second, of all generators together. */
  readonly rate: number;
  readonly turn: Turn;
  readonly bytes: number;
}

export interface RoomRequest extends Times {
  /** Messages of this generator's members that may be under way. */
  readonly window: number;
  /** Of the room, in all generators. */
  readonly members: number;
  readonly bytes: number;
}

export interface PeerResults {
  /** Encoded histogram, in microseconds: of pairs each delivery, of a room until its last member here had a message. */
  readonly latency: string;
  readonly sent: number;
  /** With the warm-up. */
  readonly delivered: number;
  readonly deliveredWithin: number;
  readonly sentWithin: number;
  readonly acknowledged: number;
  readonly skipped: number;
  readonly outOfOrder: number;
  /** Messages that were not taken: nobody is to get them. */
  readonly refusals: readonly Refusal[];
  /** Codes with which connections ended during the run. */
  readonly closeCodes: readonly number[];
}

const connectsInFlightMax = 50;
const stragglersWithinMs = 5_000;
const quietMs = 500;
/** More than a window has. */
const ringSize = 4_096;
/** More members than there are. */
const neverDone = 2 ** 31 - 1;
const retryAfterMsDefault = 1_000;

interface Member {
  readonly person: number;
  readonly socket: WebSocket;
}

const members: Member[] = [];
let dialect: Dialect;
const closeCodes: number[] = [];
let take: (member: number, data: Buffer, at: number) => void = () => undefined;
/** Deliveries of a message here. */
let deliveriesOf: (refusal: Refusal) => number = () => 0;

const handlers = {
  connect: async (request: ConnectRequest): Promise<void> => {
    const { urls, people, inRoom } = request;
    const seats = people.flatMap(({ person, seat }) => (seat ? [[person, seat] as const] : []));
    dialect = dialectOf(request.dialect, new Map(seats));
    await bounded(people, connectsInFlightMax, async ({ person, server }) => {
      const socket = new WebSocket(
        dialect.urlOf(urls[server]!, person, inRoom),
        [...(dialect.subprotocols ?? [])],
        {
          perMessageDeflate: false,
          skipUTF8Validation: true,
        },
      );
      const opened = new Promise<void>((resolve, reject) => socket.once('open', resolve).on('error', reject));
      const greeted = dialect.greet(socket, person, inRoom);
      await opened;
      await greeted;
      const member = members.push({ person, socket }) - 1;
      socket.once('close', (code: number) => closeCodes.push(code));
      const takePart = (data: Buffer, isBinary: boolean) => {
        const at = dialect.payloadAt(socket, data, isBinary);
        if (at >= 0) take(member, data, at);
      };
      const partsOf = dialect.partsOf?.bind(dialect);
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        if (!partsOf) return takePart(data, isBinary);
        for (const part of partsOf(data)) takePart(part, isBinary);
      });
    });
  },
  pairs,
  room,
  /** @returns how many deliveries there were here of messages that other generators, or this one, saw refused */
  deliveriesOf: (refusals: readonly Refusal[]): number =>
    refusals.reduce((sum, refusal) => sum + deliveriesOf(refusal), 0),
};
export type PeerGenerator = typeof handlers;

answering(handlers);

async function pairs({ rate, turn, bytes, ...times }: PairsRequest): Promise<PeerResults> {
  const { startUs, measuredFromUs, measuredUntilUs } = times;
  const latency = new Latency();
  // The one sender whom each receiver hears.
  const check = new OrderCheck(members.length, 1);
  take = (member, data, at) => {
    check.take(member, 0, numberIn(data, at));
    const dueUs = dueUsIn(data, at);
    if (dueUs >= measuredFromUs) latency.record(nowUs() - dueUs);
  };
  const places = new Map(members.map(({ person }, place) => [person, place]));
  deliveriesOf = ({ sender, number }) => {
    const receiver = places.get(sender ^ 1);
    return receiver !== undefined && check.has(receiver, 0, number) ? 1 : 0;
  };
  const refusals = collectRefusals();
  const numbers = new Int32Array(members.length);
  const offset = Math.floor((members.length * turn.index) / turn.of);
  let sent = 0;
  const within = countWithin(times, () => ({ sent, received: check.received }));
  const act = (number: number, dueUs: number) => {
    const member = (number + offset) % members.length;
    const { person, socket } = members[member]!;
    const payload = writePayload({ sender: person, number: numbers[member]!++, dueUs }, bytes);
    dialect.sendToPerson(socket, person ^ 1, payload);
    sent++;
  };
  await openLoop({ rate, turn, startUs, untilUs: measuredUntilUs, act });
  return resultsOf({ latency, check, refusals, within: await within }, () => sent);
}

/** The members here write in turn. */
async function room({ window, members: all, bytes, ...times }: RoomRequest): Promise<PeerResults> {
  const { startUs, measuredFromUs, measuredUntilUs } = times;
  const latency = new Latency();
  const check = new OrderCheck(members.length, all);
  /** By person: the place among the members here; -1: elsewhere. */
  const places = new Int32Array(all).fill(-1);
  members.forEach(({ person }, place) => (places[person] = place));
  deliveriesOf = ({ sender, number }) =>
    members.reduce((sum, _, member) => sum + Number(check.has(member, sender, number)), 0);
  const missing = new Int32Array(ringSize);
  let sent = 0;
  const write = () => {
    const nowMicros = Math.round(nowUs());
    if (nowMicros >= measuredUntilUs) return;
    missing[sent % ringSize] = members.length;
    const { person, socket } = members[sent % members.length]!;
    const number = Math.floor(sent++ / members.length);
    dialect.sendToRoom(socket, writePayload({ sender: person, number, dueUs: nowMicros }, bytes));
  };
  take = (member, data, at) => {
    const sender = senderIn(data, at);
    const number = numberIn(data, at);
    check.take(member, sender, number);
    const place = places[sender]!;
    if (place < 0 || --missing[(number * members.length + place) % ringSize]! > 0) return;
    const dueUs = dueUsIn(data, at);
    if (dueUs >= measuredFromUs) latency.record(nowUs() - dueUs);
    write();
  };
  const refusals = collectRefusals(({ sender, number, retryAfterMs }) => {
    // Nobody is to get it; its place in the window is free when the server says so.
    missing[(number * members.length + places[sender]!) % ringSize] = neverDone;
    setTimeout(write, retryAfterMs ?? retryAfterMsDefault);
  });
  const within = countWithin(times, () => ({ sent, received: check.received }));
  await delay((startUs - nowUs()) / 1_000);
  for (let count = 0; count < window; count++) write();
  return resultsOf({ latency, check, refusals, within: await within }, () => sent);
}

interface Count {
  readonly sent: number;
  readonly received: number;
}

/** Count within the measured interval; a reading of the clock for each delivery would cost more than it. */
async function countWithin({ measuredFromUs, measuredUntilUs }: Times, count: () => Count): Promise<Count> {
  await delay((measuredFromUs - nowUs()) / 1_000);
  const before = count();
  await delay((measuredUntilUs - nowUs()) / 1_000);
  const after = count();
  return { sent: after.sent - before.sent, received: after.received - before.received };
}

function collectRefusals(also: (refusal: Refusal) => void = () => undefined): Refusal[] {
  const refusals: Refusal[] = [];
  dialect.onRefusal = (refusal) => {
    refusals.push(refusal);
    also(refusal);
  };
  return refusals;
}

interface Gathered {
  readonly latency: Latency;
  readonly check: OrderCheck;
  readonly refusals: readonly Refusal[];
  readonly within: Count;
}

/** When nothing has come for a while. */
async function resultsOf(
  { latency, check, refusals, within }: Gathered,
  sent: () => number,
): Promise<PeerResults> {
  const deadline = performance.now() + stragglersWithinMs;
  const heard = () => check.received + dialect.acknowledged + refusals.length;
  for (let before = -1; before !== heard() && performance.now() < deadline;) {
    before = heard();
    await delay(quietMs);
  }
  return {
    latency: latency.encode(),
    sent: sent(),
    delivered: check.received,
    deliveredWithin: within.received,
    sentWithin: within.sent,
    acknowledged: dialect.acknowledged,
    skipped: check.skipped,
    outOfOrder: check.outOfOrder,
    refusals,
    closeCodes: [...closeCodes],
  };
}
