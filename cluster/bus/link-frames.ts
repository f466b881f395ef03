// What travels between two workers in one NATS message: everything that one had for the other in one turn of its
// event loop, under a number that counts up. NATS core is at-most-once, so the number is how a loss is noticed.
import { Packr } from 'msgpackr';

const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

export interface LinkBatch {
  /** The sender's incarnation. */
  readonly from: string;
  /** 1 for the first batch of this link; a heartbeat repeats the number of the last batch. */
  readonly number: number;
  readonly heartbeat: boolean;
  readonly messages: readonly unknown[];
}

export function encodeMessage(message: unknown): Uint8Array {
  return packr.pack(message);
}

export function encodeLinkBatch(from: string, number: number, messages: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([packr.pack([from, number, false]), ...messages]);
}

export function encodeHeartbeat(from: string, number: number): Uint8Array {
  return packr.pack([from, number, true]);
}

export function decodeLinkBatch(bytes: Uint8Array): LinkBatch {
  const [head, ...messages] = packr.unpackMultiple(bytes) as [[string, number, boolean], ...unknown[]];
  const [from, number, heartbeat] = head;
  return { from, number, heartbeat, messages };
}
