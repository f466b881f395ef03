// Frames on the wire, counted by kind: the cost of a message in frames, and the refusals and
// repeats that the SDK handles without a word.
import { opcodes, type Opcode } from '../../protocol/opcodes.ts';

export type FrameName = keyof typeof opcodes;

export interface WireTotals {
  readonly framesSent: Partial<Record<FrameName, number>>;
  readonly framesReceived: Partial<Record<FrameName, number>>;
  /** Payloads of the frames; WebSocket and TCP headers come on top. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Refusals by code, of requests that were repeated as well. */
  readonly refusals: Record<string, number>;
  /** Ends of sockets by close code. */
  readonly closes: Record<string, number>;
}

const names = new Map<number, FrameName>(
  Object.entries(opcodes).map(([name, opcode]: [string, Opcode]) => [opcode, name as FrameName]),
);

/** The opcode of an encoded frame; every frame is a short array that begins with it. */
export function opcodeOf(frame: Uint8Array): number {
  const first = frame[1] ?? 0;
  return first === 0xcc ? (frame[2] ?? 0) : first;
}

export function addWireTotals(all: readonly WireTotals[]): WireTotals {
  const sum = (field: 'bytesSent' | 'bytesReceived') => all.reduce((total, each) => total + each[field], 0);
  const merge = <Key extends string>(maps: readonly Partial<Record<Key, number>>[]) => {
    const merged: Partial<Record<Key, number>> = {};
    for (const map of maps)
      for (const [key, count] of Object.entries(map) as [Key, number][])
        merged[key] = (merged[key] ?? 0) + count;
    return merged;
  };
  return {
    framesSent: merge(all.map((each) => each.framesSent)),
    framesReceived: merge(all.map((each) => each.framesReceived)),
    bytesSent: sum('bytesSent'),
    bytesReceived: sum('bytesReceived'),
    refusals: merge(all.map((each) => each.refusals)) as Record<string, number>,
    closes: merge(all.map((each) => each.closes)) as Record<string, number>,
  };
}

/** Counts for the sockets of one process. */
export class WireCounter {
  readonly #sent = new Float64Array(256);
  readonly #received = new Float64Array(256);
  #bytesSent = 0;
  #bytesReceived = 0;
  #refusals: Record<string, number> = {};
  #closes: Record<string, number> = {};

  sent(frame: Uint8Array): void {
    const opcode = opcodeOf(frame);
    this.#sent[opcode] = this.#sent[opcode]! + 1;
    this.#bytesSent += frame.length;
  }

  received(frame: Uint8Array, opcode: number): void {
    this.#received[opcode] = this.#received[opcode]! + 1;
    this.#bytesReceived += frame.length;
  }

  refused(code: string): void {
    this.#refusals[code] = (this.#refusals[code] ?? 0) + 1;
  }

  /** @param code of the close, or a word for what we did ourselves */
  closed(code: number | string): void {
    this.#closes[code] = (this.#closes[code] ?? 0) + 1;
  }

  /** Forgets what came before: connecting is not part of what is measured. */
  reset(): void {
    this.#sent.fill(0);
    this.#received.fill(0);
    this.#bytesSent = this.#bytesReceived = 0;
    this.#refusals = {};
    this.#closes = {};
  }

  get totals(): WireTotals {
    return {
      framesSent: byName(this.#sent),
      framesReceived: byName(this.#received),
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      refusals: { ...this.#refusals },
      closes: { ...this.#closes },
    };
  }
}

function byName(counts: Float64Array): Partial<Record<FrameName, number>> {
  const named: Partial<Record<FrameName, number>> = {};
  for (const [opcode, name] of names) if (counts[opcode]! > 0) named[name] = counts[opcode]!;
  return named;
}
