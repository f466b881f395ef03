// Frames of the durable floor. A client sends for whom a message is, an id of its choice and the payload; it hears of its
// own messages the id and the number that each got in its conversation, and of others' the number and the payload.
import { addressBytes, roomAddress } from './uws-address.ts';

export const marks = { message: 1, acknowledgement: 2 } as const;

const wordBytes = 4;
const idAt = addressBytes;
export const sentPayloadAt = idAt + wordBytes;
export const heardPayloadAt = 1 + wordBytes;

export function writeSent(to: number, id: number, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(sentPayloadAt + payload.length);
  frame.writeUInt32BE(to);
  frame.writeUInt32BE(id, idAt);
  payload.copy(frame, sentPayloadAt);
  return frame;
}

export function receiverIn(sent: Buffer): number {
  return sent.readUInt32BE();
}

export function idIn(sent: Buffer): number {
  return sent.readUInt32BE(idAt);
}

/** A pair's is that of its first person; the room's is its address. */
export function conversationOf(from: number, to: number): number {
  return to === roomAddress ? roomAddress : Math.min(from, to);
}

export function writeAcknowledgement(id: number, number: number): Buffer {
  const frame = Buffer.allocUnsafe(1 + 2 * wordBytes);
  frame.writeUInt8(marks.acknowledgement);
  frame.writeUInt32BE(id, 1);
  frame.writeUInt32BE(number, 1 + wordBytes);
  return frame;
}

/** Of the journal, before the frame that others hear: length of the frame, conversation and sender. */
const entryHeadBytes = 3 * wordBytes;

/** An entry of the journal; its end is what others hear of the message. */
export function writeEntry(conversation: number, from: number, number: number, payload: Buffer): Buffer {
  const entry = Buffer.allocUnsafe(entryHeadBytes + heardPayloadAt + payload.length);
  entry.writeUInt32BE(entry.length - entryHeadBytes);
  entry.writeUInt32BE(conversation, wordBytes);
  entry.writeUInt32BE(from, 2 * wordBytes);
  entry.writeUInt8(marks.message, entryHeadBytes);
  entry.writeUInt32BE(number, entryHeadBytes + 1);
  payload.copy(entry, entryHeadBytes + heardPayloadAt);
  return entry;
}

export function heardIn(entry: Buffer): Buffer {
  return entry.subarray(entryHeadBytes);
}
