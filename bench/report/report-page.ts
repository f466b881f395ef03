// A result as a page for people: first whether the run can be believed, then the latencies and where the time went, and
// the whole file at the end.
import { createElement as h, type ReactNode } from 'react';
import { latencyFigures, processorFigures, serverFigures } from './figures.ts';
import { bytes, percent, plainNumber, withUnit, wordsOf, writerOf } from './format.ts';
import {
  isInvalid,
  isJson,
  latenciesIn,
  messagesOf,
  numberAt,
  numbersAt,
  objectsAt,
  othersShareMax,
  othersShareOf,
  textAt,
  valueAt,
  verdictIn,
  type AnyResult,
  type FoundLatency,
} from './found.ts';
import { figures, page, section, table } from './page.ts';

/** A whole HTML page from the result of any scenario. */
export function renderHtml(given: object): string {
  const result = given as AnyResult;
  const scenario = textAt(result, 'scenario') ?? 'bench';
  const latencies = latenciesIn(result);
  return page(
    `${scenario}: ${textAt(result, 'startedAt') ?? ''}`,
    head(result, scenario),
    verdict(result),
    tiles(result, latencies),
    missing(result),
    section('Latency', figures(latencyFigures(result)), latencyTable(latencies)),
    section('Processor', figures(processorFigures(result)), ...processorTables(result)),
    section('Server and memory over time', figures(serverFigures(result))),
    section('What the server counted in the measured interval', counterTable(result)),
    section('The whole result', h('pre', null, JSON.stringify(result, null, 2))),
  );
}

function head(result: AnyResult, scenario: string): ReactNode {
  const cores = numberAt(result, 'surroundings.cores');
  const memory = numberAt(result, 'surroundings.memoryBytes');
  const machine = [
    cores === undefined ? '' : `${cores} cores (${textAt(result, 'surroundings.processor') ?? 'unknown'})`,
    memory === undefined ? '' : bytes(memory),
    textAt(result, 'surroundings.system') ?? '',
  ];
  const versions = versionsOf(result).map(([name, version]) => `${name} ${version}`);
  const notes = valueAt(result, 'notes');
  const lines = [
    textAt(result, 'startedAt') ?? '',
    ...[machine, versions].map((parts) => parts.filter((part) => part !== '').join(' · ')),
    ...(Array.isArray(notes) ? notes.map((note) => `Note: ${String(note)}`) : []),
  ].filter((each) => each !== '');
  return h(
    'header',
    null,
    h('h1', null, `Bench: ${scenario}`),
    h('code', null, textAt(result, 'command') ?? 'The command is not in the file.'),
    ...lines.map((each) => h('div', { className: 'dim' }, each)),
  );
}

/** Versions of everything under test. */
function versionsOf(result: AnyResult): [name: string, version: string][] {
  const about = ['cores', 'processor', 'memoryBytes', 'system'];
  const surroundings = valueAt(result, 'surroundings');
  const entries = isJson(surroundings) ? Object.entries(surroundings) : [];
  return entries
    .filter(([name, value]) => !about.includes(name) && value !== null)
    .map(([name, value]) => [
      wordsOf(name),
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
}

function verdict(result: AnyResult): ReactNode {
  const { sound, sentences: judged } = verdictIn(result);
  const ofHost = valueAt(result, 'host.sentences');
  const sentences = [...judged, ...(Array.isArray(ofHost) ? ofHost.map(String) : [])];
  const [kind, word] =
    sound === null ? ['unsure', 'Not judged'] : sound ? ['good', 'Sound'] : ['bad', 'NOT sound'];
  const items = sentences.map((sentence) => h('li', { key: sentence }, sentence));
  return h(
    'div',
    { className: `verdict ${kind}` },
    h('b', null, isInvalid(result) ? `${word}, INVALID` : word),
    h('ul', null, ...items),
  );
}

type Tile = readonly [value: string, about: string, isDoubtful?: boolean];

/** Beyond this share these are the numbers of a full machine. */
const busyShareMax = 0.9;

function tiles(result: AnyResult, latencies: readonly FoundLatency[]): ReactNode {
  const all = [...rateTiles(result), ...latencyTiles(latencies), ...processorTiles(result)];
  const tile = ([value, about, isDoubtful = false]: Tile) =>
    h(
      'div',
      { key: about, className: isDoubtful ? 'unsure' : undefined },
      h('b', null, value),
      h('span', null, about),
    );
  return h('div', { className: 'tiles' }, ...all.map(tile));
}

function rateTiles(result: AnyResult): Tile[] {
  const rate = numberAt(result, 'options.rate');
  const wanted = rate === undefined ? '' : ` of ${plainNumber(rate)} wanted`;
  return (['acceptedPerSecond', 'deliveredPerSecond'] as const).flatMap((field): Tile[] => {
    const value = numberAt(result, field);
    return value === undefined ? [] : [[`${plainNumber(value)}/s`, `${wordsOf(field)}${wanted}`]];
  });
}

/** Of what the scenario puts first. */
function latencyTiles(latencies: readonly FoundLatency[]): Tile[] {
  const first = latencies.find(({ count }) => count > 0);
  if (first === undefined) return [];
  const wanted = first.percentiles.filter(([percentile]) => [50, 99, 99.9].includes(percentile));
  const ms = withUnit('ms');
  return [
    ...wanted.map(([percentile, value]): Tile => [ms(value), `${first.name} p${percentile}`]),
    [ms(first.maxMs), `${first.name} max of ${plainNumber(first.count)}`],
  ];
}

/** Whether the machine had room for the run is a part of what its numbers are worth. */
function processorTiles(result: AnyResult): Tile[] {
  const spent = Object.entries(numbersAt(result, 'cpuMsPerMessage')).filter(
    ([group]) => group !== 'generators' && group !== 'other',
  );
  const generator = numberAt(result, 'generatorUtilization');
  const cores = numberAt(result, 'surroundings.cores');
  const available = (numberAt(result, 'usage.seconds') ?? NaN) * (cores ?? NaN);
  const busy = (numberAt(result, 'usage.busySeconds') ?? NaN) / available;
  const others = othersShareOf(result);
  return [
    ...(spent.length > 0
      ? [[`${plainNumber(spent.reduce((sum, [, ms]) => sum + ms, 0))} ms`, 'server CPU per message'] as const]
      : []),
    ...(Number.isNaN(busy) ? [] : [[percent(busy), `of ${cores} cores busy`, busy > busyShareMax] as const]),
    ...(Number.isNaN(others)
      ? []
      : [
          [
            percent(others),
            'of the machine went to others, and the kernel',
            others > othersShareMax,
          ] as const,
        ]),
    ...(generator === undefined ? [] : [[percent(generator), 'busiest generator'] as const]),
  ];
}

/** Names the figures that are missing: an older bench did not write them, or the machine did not offer them. */
function missing(result: AnyResult): ReactNode {
  const absent = [
    [objectsAt(result, 'timeline.samples').length === 0, 'latency over time (timeline)'],
    [objectsAt(result, 'usage.groups').length === 0, 'processor and memory (usage)'],
    [objectsAt(result, 'usage.series.samples').length === 0, 'processor and memory over time (usage.series)'],
  ] as const;
  const words = absent.filter(([isAbsent]) => isAbsent).map(([, name]) => name);
  return words.length === 0 ? null : h('p', { className: 'dim' }, `Not in this file: ${words.join('; ')}.`);
}

function latencyTable(latencies: readonly FoundLatency[]): ReactNode {
  const percentiles = [
    ...new Set(latencies.flatMap((each) => each.percentiles.map(([percentile]) => percentile))),
  ]
    .sort((left, right) => left - right)
    .filter((percentile) => latencies.length < 2 || percentile >= 50);
  const rows = latencies.map(({ name, count, percentiles: found, maxMs }) => [
    name,
    ...percentiles.map((wanted) => {
      const ms = found.find(([percentile]) => percentile === wanted)?.[1];
      return ms === undefined || count === 0 ? '' : plainNumber(ms);
    }),
    count === 0 ? '' : plainNumber(maxMs),
    plainNumber(count),
  ]);
  const heads = ['milliseconds', ...percentiles.map((percentile) => `p${percentile}`), 'max', 'messages'];
  return table({ heads, rows });
}

function processorTables(result: AnyResult): ReactNode[] {
  const groups = objectsAt(result, 'usage.groups');
  const seconds = numberAt(result, 'usage.seconds') ?? 1;
  const perMessage = numbersAt(result, 'cpuMsPerMessage');
  const rows = groups.map((group) => {
    const name = textAt(group, 'group') ?? '?';
    const cpu = numberAt(group, 'cpuSeconds') ?? 0;
    const cost = perMessage[name];
    return [
      name,
      plainNumber(numberAt(group, 'processes') ?? 0),
      cpu.toFixed(2),
      (cpu / seconds).toFixed(2),
      ((numberAt(group, 'busiestCpuSeconds') ?? 0) / seconds).toFixed(2),
      cost === undefined ? '' : plainNumber(cost),
      bytes(numberAt(group, 'peakMemoryBytes') ?? 0),
    ];
  });
  const heads = ['', 'processes', 'CPU s', 'cores', 'busiest', 'CPU ms/message', 'peak memory'];
  const processes = objectsAt(result, 'usage.processes').map((each) => {
    const cpu = numberAt(each, 'cpuSeconds') ?? 0;
    return [
      textAt(each, 'name') ?? '?',
      String(numberAt(each, 'pid') ?? ''),
      cpu.toFixed(2),
      (cpu / seconds).toFixed(2),
    ];
  });
  return [table({ heads, rows }), table({ heads: ['', 'pid', 'CPU s', 'cores'], rows: processes })];
}

function counterTable(result: AnyResult): ReactNode {
  const counters = Object.entries(numbersAt(result, 'counters'));
  const messages = messagesOf(result);
  const rows = counters.map(([name, value]) => [
    wordsOf(name),
    writerOf(name)(value),
    messages === undefined ? '' : plainNumber(value / messages),
  ]);
  return table({ heads: ['', 'total', messages === undefined ? '' : 'per message'], rows });
}
