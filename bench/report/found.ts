// Reads a result without knowing which scenario made it. Fields that an older bench did not write are
// simply not there.

import { wordsOf } from './format.ts';

/** A result as it is read from a file; only its head is certain. */
export type AnyResult = Readonly<Record<string, unknown>>;

export type Json = Readonly<Record<string, unknown>>;

/** Anything with percentiles: `{count, p50Ms, …, maxMs}`. */
export interface FoundLatency {
  readonly path: string;
  /** For people: `reactions, delivery`. */
  readonly name: string;
  readonly count: number;
  /** [percentile, milliseconds], growing; the maximum is not among them. */
  readonly percentiles: readonly (readonly [percentile: number, ms: number])[];
  readonly maxMs: number;
}

export interface FoundVerdict {
  /** Null: the file does not tell. */
  readonly sound: boolean | null;
  readonly sentences: readonly string[];
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under names joined by dots. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((inner: unknown, name) => (isJson(inner) ? inner[name] : undefined), value);
}

export function numberAt(result: unknown, path: string): number | undefined {
  const value = valueAt(result, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function textAt(result: unknown, path: string): string | undefined {
  const value = valueAt(result, path);
  return typeof value === 'string' ? value : undefined;
}

/** The objects of an array; nothing where there is none. */
export function objectsAt(result: unknown, path: string): readonly Json[] {
  const value = valueAt(result, path);
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** Those fields of an object that are numbers. */
export function numbersAt(result: unknown, path: string): Readonly<Record<string, number>> {
  const value = valueAt(result, path);
  const entries = isJson(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** Wherever they stand, in the order of the file. */
export function latenciesIn(value: unknown, path = ''): FoundLatency[] {
  if (!isJson(value)) return [];
  const { count, maxMs } = value;
  const percentiles = Object.entries(value)
    .map(([name, ms]) => [percentileOf(name), ms] as const)
    .filter((each): each is [number, number] => each[0] !== null && typeof each[1] === 'number')
    .sort(([left], [right]) => left - right);
  if (typeof count === 'number' && typeof maxMs === 'number' && percentiles.length > 0) {
    const name = path.split('.').map(wordsOf).join(', ');
    return [
      { path, name, count, maxMs, percentiles: [...percentiles, ...curveOf(value)].sort(byPercentile) },
    ];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    latenciesIn(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** `p999Ms` as 99.9; null: the field is no percentile. */
export function percentileOf(field: string): number | null {
  const digits = /^p(\d{2,})Ms$/.exec(field)?.[1];
  return digits === undefined ? null : Number(`${digits.slice(0, 2)}.${digits.slice(2)}`);
}

/** How many messages the measured interval had, for costs per message. */
export function messagesOf(result: AnyResult): number | undefined {
  const perSecond = numberAt(result, 'acceptedPerSecond');
  const seconds = numberAt(result, 'options.seconds') ?? numberAt(result, 'usage.seconds');
  const messages = perSecond === undefined || seconds === undefined ? 0 : perSecond * seconds;
  return messages > 0 ? messages : undefined;
}

/** Beyond this share of the machine, others are a part of what was measured. */
export const othersShareMax = 0.1;

/** The share of the machine that processes took which are no part of the run, and the kernel; NaN: not known. */
export function othersShareOf(result: AnyResult): number {
  const available =
    (numberAt(result, 'usage.seconds') ?? NaN) * (numberAt(result, 'surroundings.cores') ?? NaN);
  return (numberAt(result, 'usage.othersSeconds') ?? NaN) / available;
}

/** Whether the host took too much of the machine for the numbers to mean anything; files that do not tell are not. */
export function isInvalid(result: AnyResult): boolean {
  return valueAt(result, 'host.valid') === false;
}

/** The verdict that the bench gave; from a file without one, what its check found. */
export function verdictIn(result: AnyResult): FoundVerdict {
  const given = result['verdict'];
  const sentences = isJson(given) && Array.isArray(given['sentences']) ? given['sentences'].map(String) : [];
  const sound = isJson(given) ? given['sound'] : result['sound'];
  if (typeof sound === 'boolean') return { sound, sentences };
  const findings = { ...numbersAt(result, 'check.live'), ...prefixed(numbersAt(result, 'check.history')) };
  if (Object.keys(findings).length === 0) {
    return { sound: null, sentences: ['The file holds neither a verdict nor what a check found.'] };
  }
  const found = Object.entries(findings).filter(([, count]) => count > 0);
  const repeated = numberAt(result, 'repeatedOnTheWire') ?? 0;
  const accepted = numberAt(result, 'accepted') ?? 0;
  const wrong = [
    ...found.map(([name, count]) => `${count} ${name}`),
    ...(repeated > 0 ? [`${repeated} repeated on the wire`] : []),
    ...(accepted === 0 ? ['nothing was acknowledged'] : []),
  ];
  const sentence =
    wrong.length === 0
      ? `The check of ${accepted} acknowledged messages found nothing wrong.`
      : `The check found: ${wrong.join(', ')}.`;
  return {
    sound: wrong.length === 0,
    sentences: [sentence, 'The file holds no verdict; whether rate and latencies were met it does not say.'],
  };
}

function prefixed(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${name} in the history`, count]));
}

function curveOf(value: Json): (readonly [number, number])[] {
  const curve = value['curve'];
  if (!Array.isArray(curve)) return [];
  return curve.filter(
    (each): each is [number, number] => Array.isArray(each) && each.every((part) => typeof part === 'number'),
  );
}

function byPercentile(left: readonly [number, number], right: readonly [number, number]): number {
  return left[0] - right[0];
}
