// Payload of the messages of all set-ups: sender, number and due time, as digits in fixed
// places, so that it is the same in a binary frame and in the middle of a text, and is read without decoding anything.

export const payloadBytesMin = 40;

const senderDigits = 8;
const numberDigits = 10;
const dueDigits = 16;
const numberAt = senderDigits + 1;
const dueAt = numberAt + numberDigits + 1;
const zero = 0x30;

export interface Mark {
  readonly sender: number;
  /** Counts the sender's messages, from 0. */
  readonly number: number;
  /** When it was to be sent, in whole microseconds. */
  readonly dueUs: number;
}

/** ASCII without quotes or backslashes: it may stand in JSON as it is. */
export function writePayload({ sender, number, dueUs }: Mark, bytes: number): Buffer {
  const digits = (value: number, width: number) => String(value).padStart(width, '0');
  const head = `${digits(sender, senderDigits)} ${digits(number, numberDigits)} ${digits(dueUs, dueDigits)} `;
  return Buffer.from(head.padEnd(bytes, 'skein '), 'latin1');
}

/** @param at where the payload begins in what was received */
export function senderIn(data: Uint8Array, at: number): number {
  return digitsIn(data, at, senderDigits);
}

export function numberIn(data: Uint8Array, at: number): number {
  return digitsIn(data, at + numberAt, numberDigits);
}

export function dueUsIn(data: Uint8Array, at: number): number {
  return digitsIn(data, at + dueAt, dueDigits);
}

function digitsIn(data: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) value = value * 10 + (data[at]! - zero);
  return value;
}
