// Compares the numbers that two runs share, and judges whether a difference means something.
import { isJson, othersShareMax, othersShareOf, percentileOf, valueAt, type AnyResult } from './found.ts';

export type Direction = 'better' | 'worse' | 'noise' | 'same' | 'different';

/** The same number of several runs. */
export interface Side {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export interface Difference {
  readonly path: string;
  readonly before: Side;
  readonly after: Side;
  /** After by before; null: before was zero. */
  readonly ratio: number | null;
  readonly direction: Direction;
}

export interface SettingDifference {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Single runs must differ by more than this share, medians of several by less. */
const noiseShare = { single: 0.1, several: 0.03 } as const;
/** A percentile that fewer messages than these lie beyond is that of a few accidents. */
const beyondMin = 10;

export const noiseRule =
  `Noise: single runs that differ by less than ${100 * noiseShare.single}%, or of which one had less than ` +
  `${100 - 100 * othersShareMax}% of its machine; several runs whose ranges overlap or ` +
  `whose medians differ by less than ${100 * noiseShare.several}%; percentiles with fewer than ${beyondMin} ` +
  `messages beyond them, and maxima; counts that differ by less than three times the root of their sum.`;

/** They say what was run, when and on what, not what came of it. */
const settingRoots = ['scenario', 'options', 'surroundings', 'notes'];
/** Differ from run to run without a meaning. */
const meaningless =
  /^(startedAt|command|usage\.fromUs|usage\.processes|usage\.series|timeline|host|options\.(json|profile|keep))($|\.)/;

const findings = /^check\.(live|history)\.|^repeatedOnTheWire$/;
const counts = /^counters\.(?!.*(_ms_|bytes|seconds))/;
const lowerIsBetter =
  /Ms(\.|$)|cpu|CpuSeconds|Bytes$|[sS]econds$|Seconds$|^(unanswered|repeatedOnTheWire)|refus|^check\.(live|history)\.|_retr|_repeat|_crash|gc_pause/;
const higherIsBetter = /PerSecond$|liveShare$|^(accepted|delivered)$/;
/** Says what was done, not how well: more of it is neither better nor worse. */
const neutral =
  /^(usage\.seconds|sent|check\.(conversations|accepted|shown|historiesRead)|.*\.count|.*\.runs|wire\.|counters\.skein_(gateway|router|shard|journal_(entries|bytes)))/;

/** Every number that all results have; in the order of the first file. */
export function compareNumbers(before: readonly AnyResult[], after: readonly AnyResult[]): Difference[] {
  const isSingle = before.length === 1 || after.length === 1;
  const isDisturbed = isSingle && disturbed([...before, ...after]).length > 0;
  const all = [...before, ...after].map((result) => new Map(numbersIn(result, '')));
  const [befores, afters] = [all.slice(0, before.length), all.slice(before.length)];
  return [...all[0]!.keys()]
    .filter((path) => !isSetting(path) && !meaningless.test(path) && all.every((each) => each.has(path)))
    .map((path) => {
      const [left, right] = [sideOf(befores, path), sideOf(afters, path)];
      const hasWeight = !isDisturbed && [...before, ...after].every((result) => carriesWeight(result, path));
      return {
        path,
        before: left,
        after: right,
        ratio: left.median === 0 ? null : right.median / left.median,
        direction: directionOf(path, left, right, hasWeight),
      };
    });
}

/** Those runs beside which others had much of the machine: the same run may then take twice as long, or a hundred times. */
export function disturbed(results: readonly AnyResult[]): AnyResult[] {
  // A server that is not ours is itself among the others.
  return results.filter(
    (result) => othersShareOf(result) > othersShareMax && !isJson(valueAt(result, 'options.server')),
  );
}

/** Paths of numbers that some of the results have and others have not. */
export function lonelyNumbers(results: readonly AnyResult[]): string[] {
  const paths = results.map((result) => new Set(numbersIn(result, '').map(([path]) => path)));
  const union = new Set(paths.flatMap((each) => [...each]));
  return [...union].filter(
    (path) => !isSetting(path) && !meaningless.test(path) && !paths.every((each) => each.has(path)),
  );
}

/** Settings that differ: a reader must know them before any number. */
export function compareSettings(
  before: readonly AnyResult[],
  after: readonly AnyResult[],
): SettingDifference[] {
  const results = [...before, ...after];
  const paths = new Set(
    results.flatMap((result) => settingRoots.flatMap((root) => leaves(result[root], root))),
  );
  return [...paths]
    .filter((path) => !meaningless.test(path))
    .map((path) => ({ path, before: valuesOf(before, path), after: valuesOf(after, path) }))
    .filter(({ before: left, after: right }) => left !== right || left.includes(' | '));
}

export function directionOf(path: string, before: Side, after: Side, hasWeight = true): Direction {
  if (findings.test(path)) {
    // One message lost in one of many runs is no noise.
    if (before.max === after.max) return 'same';
    return after.max > before.max ? 'worse' : 'better';
  }
  if (before.median === after.median) return 'same';
  if (!hasWeight || isNoise(before, after) || isChance(path, before, after)) return 'noise';
  if (neutral.test(path)) return 'different';
  const grew = after.median > before.median;
  if (higherIsBetter.test(path)) return grew ? 'better' : 'worse';
  if (lowerIsBetter.test(path)) return grew ? 'worse' : 'better';
  return 'different';
}

function isNoise(before: Side, after: Side): boolean {
  const several = before.runs > 1 && after.runs > 1;
  const overlap = before.min <= after.max && after.min <= before.max;
  if (several && overlap) return true;
  const share =
    Math.abs(after.median - before.median) / Math.max(Math.abs(before.median), Math.abs(after.median));
  return share < (several ? noiseShare.several : noiseShare.single);
}

/** Counts of things that happen by themselves differ by so much without a reason. */
function isChance(path: string, { median: before }: Side, { median: after }: Side): boolean {
  return counts.test(path) && Math.abs(after - before) < 3 * Math.sqrt(before + after);
}

/** Whether enough messages stand behind a percentile. */
function carriesWeight(result: AnyResult, path: string): boolean {
  const at = path.lastIndexOf('.');
  const field = path.slice(at + 1);
  if (field === 'maxMs') return false;
  const percentile = percentileOf(field);
  const count = valueAt(result, `${path.slice(0, at)}.count`);
  if (percentile === null || typeof count !== 'number') return true;
  return count * (1 - percentile / 100) >= beyondMin - 1e-6;
}

function sideOf(results: readonly ReadonlyMap<string, number>[], path: string): Side {
  const values = results.map((each) => each.get(path)!).sort((left, right) => left - right);
  const middle = values.length / 2;
  const median =
    values.length % 2 === 1 ? values[Math.floor(middle)]! : (values[middle - 1]! + values[middle]!) / 2;
  return { median, min: values[0]!, max: values.at(-1)!, runs: values.length };
}

function isSetting(path: string): boolean {
  return settingRoots.some((root) => path === root || path.startsWith(`${root}.`));
}

/** Items of lists go by the name they carry, since their places may change. */
function numbersIn(value: unknown, path: string): [path: string, value: number][] {
  if (typeof value === 'number') return Number.isFinite(value) ? [[path, value]] : [];
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => numbersIn(item, below(nameOfItem(item) ?? String(at))));
  }
  if (!isJson(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => numbersIn(inner, below(name)));
}

function nameOfItem(item: unknown): string | null {
  if (!isJson(item)) return null;
  const name = item['group'] ?? item['name'];
  return typeof name === 'string' ? name : null;
}

function leaves(value: unknown, path: string): string[] {
  return isJson(value)
    ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`))
    : [path];
}

function valuesOf(results: readonly AnyResult[], path: string): string {
  const written = results.map((result) => JSON.stringify(valueAt(result, path)) ?? 'not set');
  return [...new Set(written)].sort().join(' | ');
}
