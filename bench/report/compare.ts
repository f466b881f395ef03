// Two runs side by side, as text and as a page: what was run differently first, then what became better and worse.
import { createElement as h } from 'react';
import {
  compareNumbers,
  compareSettings,
  disturbed,
  lonelyNumbers,
  noiseRule,
  type Difference,
  type Direction,
  type SettingDifference,
  type Side,
} from './compare-numbers.ts';
import { percent, plainNumber, writerOf } from './format.ts';
import { page, section, table } from './page.ts';
import { isInvalid, othersShareOf, verdictIn, type AnyResult } from './found.ts';

export interface NamedResult {
  readonly file: string;
  readonly result: AnyResult;
}

export interface Comparison {
  readonly before: readonly NamedResult[];
  readonly after: readonly NamedResult[];
  readonly settings: readonly SettingDifference[];
  readonly differences: readonly Difference[];
  /** Told in some files only. */
  readonly lonely: readonly string[];
}

const kinds: readonly (readonly [direction: Direction, title: string])[] = [
  ['worse', 'Worse'],
  ['better', 'Better'],
  ['different', 'Different, neither better nor worse'],
  ['noise', 'Noise'],
];

export function compare(before: readonly NamedResult[], after: readonly NamedResult[]): Comparison {
  const [left, right] = [before, after].map((side) => side.map(({ result }) => result)) as [
    AnyResult[],
    AnyResult[],
  ];
  return {
    before,
    after,
    settings: compareSettings(left, right),
    differences: compareNumbers(left, right),
    lonely: lonelyNumbers([...left, ...right]),
  };
}

export function renderComparisonText(comparison: Comparison): string {
  const { settings, differences, lonely } = comparison;
  const sides = [...sideLines('before', comparison.before), ...sideLines('after', comparison.after)];
  const heads = ['', 'before', 'after', 'ratio'];
  const groups = kinds.map(([direction, title]) => {
    const rows = rowsOf(differences, direction);
    return rows.length === 0 ? '' : `\n${title}\n${columns([heads, ...rows])}`;
  });
  return [
    `\nRuns\n${columns(sides)}`,
    settings.length === 0
      ? '\nSettings: the same.\n'
      : `\nSETTINGS DIFFER: read the numbers with care\n${columns([heads.slice(0, 3), ...settingRows(settings)])}`,
    ...groups,
    `\n${sameSentence(differences)}\n`,
    ...(lonely.length === 0 ? [] : [`Not in all files: ${lonely.join(', ')}.\n`]),
    `${noiseRule}\n`,
  ].join('');
}

export function renderComparisonHtml(comparison: Comparison): string {
  const { settings, differences, lonely } = comparison;
  const heads = ['', 'before', 'after', 'ratio'];
  const sides = [...sideLines('before', comparison.before), ...sideLines('after', comparison.after)];
  const count = (direction: Direction) => differences.filter((each) => each.direction === direction).length;
  const tile = ([direction, title]: (typeof kinds)[number]) =>
    h('div', { key: direction }, h('b', null, count(direction)), h('span', null, title.toLowerCase()));
  const title = 'Bench: before and after';
  return page(
    title,
    h('h1', null, title),
    table({ heads: [], rows: sides }),
    settings.length === 0
      ? h('p', { className: 'dim' }, 'The settings are the same.')
      : section('Settings differ', table({ heads: heads.slice(0, 3), rows: settingRows(settings) })),
    h('div', { className: 'tiles' }, ...kinds.map(tile)),
    h('p', { className: 'dim' }, `${sameSentence(differences)} ${noiseRule}`),
    ...kinds.map(([direction, name]) =>
      section(name, table({ heads, rows: rowsOf(differences, direction) })),
    ),
    lonely.length === 0 ? null : section('Not in all files', h('code', null, lonely.join(', '))),
  );
}

function sideLines(name: string, side: readonly NamedResult[]): string[][] {
  return side.map(({ file, result }) => {
    const { sound } = verdictIn(result);
    const judged = sound === null ? 'not judged' : sound ? 'sound' : 'NOT SOUND';
    const word = isInvalid(result) ? `${judged}, INVALID` : judged;
    const [others] = disturbed([result]).map(
      (each) => `${percent(othersShareOf(each))} of the machine to others`,
    );
    return [name, word, String(result['startedAt'] ?? ''), file, others ?? ''];
  });
}

/** The largest differences first. */
function rowsOf(differences: readonly Difference[], wanted: Direction): string[][] {
  const size = ({ ratio }: Difference) =>
    ratio === null || ratio <= 0 ? Infinity : Math.abs(Math.log(ratio));
  return differences
    .filter(({ direction }) => direction === wanted)
    .sort((left, right) => (size(left) === size(right) ? 0 : size(right) - size(left)))
    .map(({ path, before, after, ratio }) => [
      path,
      sideText(path, before),
      sideText(path, after),
      ratio === null ? 'from 0' : `×${ratio.toFixed(2)}`,
    ]);
}

function sideText(path: string, { median, min, max, runs }: Side): string {
  const write = writerOf(path);
  return runs === 1 ? write(median) : `${write(median)} (${write(min)} to ${write(max)}, ${runs} runs)`;
}

function settingRows(settings: readonly SettingDifference[]): string[][] {
  return settings.map(({ path, before, after }) => [path, before, after]);
}

function sameSentence(differences: readonly Difference[]): string {
  const same = differences.filter(({ direction }) => direction === 'same').length;
  return `${plainNumber(same)} of ${plainNumber(differences.length)} numbers are the same.`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `  ${row
          .map((cell, at) => cell.padEnd(widths[at]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
