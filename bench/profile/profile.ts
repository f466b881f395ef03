// A processor profile as Node writes it with --cpu-prof, and the part of it that counts.
import { BenchError } from '../bench-error.ts';

export interface CallFrame {
  readonly functionName: string;
  /** Empty: native code. */
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** Times are microseconds of the machine's monotonic clock, which the bench's processes share. */
export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** How long before each sample the one before it was taken. */
  readonly timeDeltas: readonly number[];
}

export interface Interval {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Throws BenchError when the text is none. */
export function parseProfile(text: string, file: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BenchError(`${file} is cut off: was its process killed? Delete it, or make the profile anew.`);
  }
  if (isProfile(value)) return value;
  throw new BenchError(`${file} is no processor profile: name a folder that --profile wrote.`);
}

/** Microseconds of work in each node itself, by its id; only what lies in the interval. Idle time is in its node. */
export function selfTimes(
  { samples, timeDeltas, startTime }: Profile,
  interval: Interval | null,
): Map<number, number> {
  const times = new Map<number, number>();
  let at = startTime + (timeDeltas[0] ?? 0);
  for (let index = 0; index < samples.length; index++) {
    // A sample's finding lasts until the next sample.
    const until = at + (timeDeltas[index + 1] ?? 0);
    const within = interval ? Math.min(until, interval.untilUs) - Math.max(at, interval.fromUs) : until - at;
    const id = samples[index]!;
    if (within > 0) times.set(id, (times.get(id) ?? 0) + within);
    at = until;
  }
  return times;
}

/** The samples of the interval alone, as a profile that any viewer of V8's profiles opens. */
export function cut(profile: Profile, interval: Interval): Profile {
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  let at = profile.startTime;
  let last = interval.fromUs;
  for (const [index, id] of profile.samples.entries()) {
    at += profile.timeDeltas[index] ?? 0;
    if (at < interval.fromUs || at >= interval.untilUs) continue;
    samples.push(id);
    timeDeltas.push(at - last);
    last = at;
  }
  return { ...profile, startTime: interval.fromUs, endTime: interval.untilUs, samples, timeDeltas };
}

/** Null: the profile holds nothing of the interval, so that it must be of another run. */
export function overlapOf({ startTime, endTime }: Profile, { fromUs, untilUs }: Interval): Interval | null {
  const overlap = { fromUs: Math.max(fromUs, startTime), untilUs: Math.min(untilUs, endTime) };
  return overlap.untilUs > overlap.fromUs ? overlap : null;
}

function isProfile(value: unknown): value is Profile {
  if (typeof value !== 'object' || value === null) return false;
  const { nodes, samples, timeDeltas, startTime, endTime } = value as Record<string, unknown>;
  return (
    [nodes, samples, timeDeltas].every(Array.isArray) &&
    [startTime, endTime].every((time) => typeof time === 'number')
  );
}
