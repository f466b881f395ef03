// Frames as bytes: one plain MessagePack array each, without extensions, so that any language's library reads
// them. Decoding checks the shape of the bytes first (see scan.ts).
import { Packr, Unpackr } from 'msgpackr';
import { limits } from '../limits.ts';
import { scan, type ScanFault, type ScanLimits } from './scan.ts';

const options = { useRecords: false, variableMapSize: true, int64AsType: 'number' } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

/** A frame that must not be decoded, with what is wrong with its bytes. */
export class FrameFault extends Error {
  readonly fault: ScanFault | 'not_an_array' | 'undecodable';
  constructor(fault: FrameFault['fault']) {
    super(`frame refused: ${fault}`);
    this.name = 'FrameFault';
    this.fault = fault;
  }
}

export function encode(frame: readonly unknown[]): Uint8Array {
  return packr.pack(frame);
}

const clientLimits: ScanLimits = { depthMax: limits.frameDepthMax, valuesMax: limits.frameValuesMax };

/** Decodes bytes of unknown origin; throws FrameFault. */
export function decodeUntrusted(bytes: Uint8Array, bounds: ScanLimits = clientLimits): unknown[] {
  const fault = scan(bytes, bounds);
  if (fault !== null) throw new FrameFault(fault);
  let value: unknown;
  try {
    value = unpackr.unpack(bytes);
  } catch {
    throw new FrameFault('undecodable');
  }
  if (!Array.isArray(value)) throw new FrameFault('not_an_array');
  return value;
}

/** Decodes bytes that a peer of ours encoded. */
export function decode(bytes: Uint8Array): unknown[] {
  return unpackr.unpack(bytes) as unknown[];
}

/** Decodes several values that stand one after the other. */
export function decodeAll(bytes: Uint8Array): unknown[] {
  return unpackr.unpackMultiple(bytes) as unknown[];
}
