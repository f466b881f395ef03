// A batch between two workers, in one NATS message: everything that one had for the other in a few
// milliseconds, under a number that counts up. NATS core is at-most-once, so the number is how a loss is noticed.
import { Packr } from 'msgpackr';

const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

/** Request of an overloaded worker to the others. */
export interface LinkLoad {
  /** Of their commands, the part to keep back: 0 none, 1 all. */
  readonly part: number;
  /** For how long. */
  readonly waitMs: number;
}

export const noLoad: LinkLoad = { part: 0, waitMs: 0 };

export interface LinkBatch {
  /** The sender's incarnation. */
  readonly from: string;
  /** 1 for the first batch of this link; a heartbeat repeats the number of the last batch. */
  readonly number: number;
  readonly heartbeat: boolean;
  readonly load: LinkLoad;
  readonly messages: readonly unknown[];
}

export function encodeMessage(message: unknown): Uint8Array {
  return packr.pack(message);
}

export function encodeLinkBatch(
  from: string,
  number: number,
  { waitMs, part }: LinkLoad,
  messages: readonly Uint8Array[],
): Uint8Array {
  return Buffer.concat([packr.pack([from, number, false, waitMs, part]), ...messages]);
}

export function encodeHeartbeat(from: string, number: number, { waitMs, part }: LinkLoad): Uint8Array {
  return packr.pack([from, number, true, waitMs, part]);
}

/** Null when these bytes are none of ours. */
export function decodeLinkBatch(bytes: Uint8Array): LinkBatch | null {
  try {
    const batch = decode(bytes);
    const { from, number, heartbeat, load } = batch;
    const isOurs =
      typeof from === 'string' &&
      Number.isSafeInteger(number) &&
      typeof heartbeat === 'boolean' &&
      load.part >= 0 &&
      load.part <= 1 &&
      load.waitMs >= 0;
    return isOurs ? batch : null;
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array): LinkBatch {
  const [head, ...messages] = packr.unpackMultiple(bytes) as [
    [string, number, boolean, number, number?],
    ...unknown[],
  ];
  // A worker of the version before this one asks for all or nothing.
  const [from, number, heartbeat, waitMs, part = waitMs > 0 ? 1 : 0] = head;
  return { from, number, heartbeat, load: { part, waitMs }, messages };
}
