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
  /** What the sender asks others to wait with their commands; 0: nothing. */
  readonly waitMs: number;
  readonly messages: readonly unknown[];
}

export function encodeMessage(message: unknown): Uint8Array {
  return packr.pack(message);
}

export function encodeLinkBatch(
  from: string,
  number: number,
  waitMs: number,
  messages: readonly Uint8Array[],
): Uint8Array {
  return Buffer.concat([packr.pack([from, number, false, waitMs]), ...messages]);
}

export function encodeHeartbeat(from: string, number: number, waitMs: number): Uint8Array {
  return packr.pack([from, number, true, waitMs]);
}

export function decodeLinkBatch(bytes: Uint8Array): LinkBatch {
  const [head, ...messages] = packr.unpackMultiple(bytes) as [
    [string, number, boolean, number?],
    ...unknown[],
  ];
  // A worker of the version before this one says nothing of its load.
  const [from, number, heartbeat, waitMs = 0] = head;
  return { from, number, heartbeat, waitMs, messages };
}
