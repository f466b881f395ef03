// Seconds of a run of which the host of the virtual machine took a part. Numbers from them tell of the host's other
// guests: a run with many of them is to be made again, whatever else is said of it.
import type { StolenInterval } from './stolen-time.ts';
import type { Usage } from './usage.ts';

/** Measured of a run, on the clock that is read for the host's share. */
export interface MeasuredInterval {
  /** Of several; empty: the only one. */
  readonly name: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface HostPart {
  readonly name: string;
  readonly seconds: number;
  readonly takenSeconds: number;
  readonly valid: boolean;
}

export interface HostTime {
  /** No part has more than a tenth of its seconds taken. */
  readonly valid: boolean;
  readonly parts: readonly HostPart[];
  /** Each second of which the host took much: when it began, from the beginning of its part, and how much, 0 to 1. */
  readonly taken: readonly { readonly part: string; readonly atS: number; readonly share: number }[];
  readonly sentences: readonly string[];
}

const takenShareMin = 0.05;
const takenSecondsShareMax = 0.1;

/** Measured together with the usage; the whole run where there is none. */
export function measuredWith(
  usage: Pick<Usage, 'fromUs' | 'seconds'> | null,
  name = '',
): readonly MeasuredInterval[] {
  if (!usage) return [];
  const fromMs = usage.fromUs / 1_000;
  return [{ name, fromMs, untilMs: fromMs + usage.seconds * 1_000 }];
}

/** @param measured none: all that was read */
export function hostTimeOf(
  readings: readonly StolenInterval[],
  measured: readonly MeasuredInterval[],
): HostTime {
  const all = { name: '', fromMs: readings[0]?.fromMs ?? 0, untilMs: Infinity };
  const parts = (measured.length > 0 ? measured : [all]).map((interval) => {
    const { name, fromMs } = interval;
    const within = readings.filter((reading) => isWithin(reading, interval));
    const taken = within.filter(({ share }) => share > takenShareMin);
    const [seconds, takenSeconds] = [within, taken].map(secondsOf) as [number, number];
    const marks = taken.map((reading) => ({
      part: name,
      atS: rounded((reading.fromMs - fromMs) / 1_000),
      share: rounded(reading.share),
    }));
    return { name, seconds, takenSeconds, valid: takenSeconds <= seconds * takenSecondsShareMax, marks };
  });
  return {
    valid: parts.every(({ valid }) => valid),
    parts: parts.map(({ marks: _, ...part }) => part),
    taken: parts.flatMap(({ marks }) => marks),
    sentences: sentencesOf(parts),
  };
}

/** By its middle: a reading belongs to one of two intervals that follow each other. */
function isWithin(reading: StolenInterval, { fromMs, untilMs }: MeasuredInterval): boolean {
  const middleMs = (reading.fromMs + reading.untilMs) / 2;
  return middleMs >= fromMs && middleMs < untilMs;
}

/** A reading that came late, as while the machine stood still, is for all of its seconds. */
function secondsOf(readings: readonly StolenInterval[]): number {
  return readings.reduce((sum, { fromMs, untilMs }) => sum + Math.round((untilMs - fromMs) / 1_000), 0);
}

function sentencesOf(parts: readonly HostPart[]): string[] {
  const hit = parts.filter(({ takenSeconds }) => takenSeconds > 0);
  const told = hit.length > 0 ? hit : [{ name: '', ...totalOf(parts) }];
  return told.map(({ name, seconds, takenSeconds, valid }) => {
    const counts = `${takenSeconds} of ${seconds} s the host took more than ${takenShareMin * 100}% of the machine`;
    const judged = valid ? '.' : ': INVALID, more than a tenth; measure again.';
    return `${name === '' ? 'In' : `${name}: in`} ${counts}${judged}`;
  });
}

function totalOf(parts: readonly HostPart[]): Omit<HostPart, 'name'> {
  return { seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0), takenSeconds: 0, valid: true };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
