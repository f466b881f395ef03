// The durable floor: the least that a server on this stack does for a message that is numbered, durable before it is
// acknowledged or shown, and delivered in the order of its number. It knows no users, groups, receipts or repeats, and
// has no database beside its journal. Each conversation belongs to one of the two processes, which alone numbers it.
import { answering } from '../idle/answering.ts';
import {
  conversationOf,
  heardIn,
  idIn,
  receiverIn,
  sentPayloadAt,
  writeAcknowledgement,
  writeEntry,
} from './floor-frames.ts';
import { FloorJournal } from './floor-journal.ts';
import { addressBytes, roomAddress } from './uws-address.ts';
import { UwsLink } from './uws-link.ts';
import { UwsPeople } from './uws-people.ts';

interface Entry {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly id: number;
  readonly number: number;
}

export interface FloorOpen {
  readonly natsUrl: string;
  /** Of this process. */
  readonly index: number;
  readonly of: number;
}

/** From process to process, before a number of a person and a frame: from whom it is to be taken, or to whom given. */
const taken = Buffer.of(1);
const given = Buffer.of(2);

let journal: FloorJournal<Entry>;
let place: Pick<FloorOpen, 'index' | 'of'>;
const lastNumbers = new Map<number, number>();

const people = new UwsPeople((frame, from) => {
  const conversation = conversationOf(from, receiverIn(frame));
  if (isOurs(conversation)) accept(frame, from);
  else link.send(taken, addressOf(from), Buffer.from(frame));
});
const link = new UwsLink((frame) => {
  const person = frame.readUInt32BE(taken.length);
  const inner = frame.subarray(taken.length + addressBytes);
  if (frame[0] === taken[0]) accept(inner, person);
  else people.publish(person, inner);
});

/** Pairs begin with even numbers, so half of them make every other conversation. */
function isOurs(conversation: number): boolean {
  return (conversation >>> 1) % place.of === place.index;
}

function accept(sent: Buffer, from: number): void {
  const to = receiverIn(sent);
  const conversation = conversationOf(from, to);
  const number = (lastNumbers.get(conversation) ?? 0) + 1;
  lastNumbers.set(conversation, number);
  const bytes = writeEntry(conversation, from, number, sent.subarray(sentPayloadAt));
  journal.append({ bytes, from, to, id: idIn(sent), number });
}

function finish({ bytes, from, to, id, number }: Entry): void {
  give(from, writeAcknowledgement(id, number));
  give(to, heardIn(bytes));
}

function give(to: number, frame: Buffer): void {
  const isHere = people.publish(to, frame);
  // A room has members on both sides, a person is on one.
  if (!isHere || to === roomAddress) link.send(given, addressOf(to), frame);
}

function addressOf(person: number): Buffer {
  const bytes = Buffer.allocUnsafe(addressBytes);
  bytes.writeUInt32BE(person);
  return bytes;
}

const handlers = {
  open: async ({ natsUrl, ...where }: FloorOpen): Promise<void> => {
    place = where;
    journal = await FloorJournal.open(natsUrl, String(where.index), finish);
  },
  ...link.handlers(people),
};
export type FloorServer = typeof handlers;

answering(handlers);
