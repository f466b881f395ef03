// A result as a page for people: first whether the run can be believed, then what the latencies were and where the time
// went, then every other number that is in the file.
import { latencyFigures, processorFigures, serverFigures } from './html-figures.ts';
import { bytes, escapeHtml, percent, plainNumber, withUnit, wordsOf, writerOf } from './html-format.ts';
import { htmlTable, page, section } from './html-page.ts';
import { restTables } from './html-rest.ts';
import {
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
} from './html-result.ts';

/** Shown by a section of its own; all else goes into the tables at the end. */
const known = [
  'scenario',
  'command',
  'startedAt',
  'surroundings',
  'options',
  'notes',
  'verdict',
  'sound',
  'timeline',
  'cpuMsPerMessage',
  'counters',
  'usage.groups',
  'usage.processes',
  'usage.series',
];

/** A whole HTML page from the result of any scenario. */
export function renderHtml(given: object): string {
  const result = given as AnyResult;
  const scenario = textAt(result, 'scenario') ?? 'bench';
  const latencies = latenciesIn(result);
  const shown = new Set([...known, ...latencies.map(({ path }) => path)]);
  const figures = (drawn: readonly string[]) =>
    drawn.length === 0 ? '' : `<div class="figures">${drawn.join('')}</div>`;
  const body = [
    head(result, scenario),
    verdict(result),
    tiles(result, latencies),
    missing(result),
    section('Latency', figures(latencyFigures(result)) + latencyTable(latencies)),
    section('Processor', figures(processorFigures(result)) + processorTable(result)),
    section('Server and memory over time', figures(serverFigures(result))),
    section('What the server counted in the measured interval', counterTable(result)),
    section('Settings', settings(result)),
    section('Everything else in the result', restTables(result, shown)),
  ];
  return page(`${scenario}: ${textAt(result, 'startedAt') ?? ''}`, body.join('\n'));
}

function head(result: AnyResult, scenario: string): string {
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
    ...[machine, versions].map((parts) => parts.filter((part) => part !== '').join(' · ')),
    ...(Array.isArray(notes) ? notes.map((note) => `Note: ${String(note)}`) : []),
  ];
  const started = textAt(result, 'startedAt');
  return (
    `<header><h1>Bench: ${escapeHtml(scenario)}</h1>` +
    `<div><code>${escapeHtml(textAt(result, 'command') ?? 'The command is not in the file.')}</code></div>` +
    `<div class="dim">${[started ?? '', ...lines].filter(Boolean).map(escapeHtml).join('<br>')}</div></header>`
  );
}

/** What is under test, and what it runs on: whatever is neither the machine nor empty. */
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

function verdict(result: AnyResult): string {
  const { sound, sentences } = verdictIn(result);
  const [kind, word] =
    sound === null ? ['unsure', 'Not judged'] : sound ? ['good', 'Sound'] : ['bad', 'NOT sound'];
  const items = sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('');
  return `<div class="verdict ${kind}"><b>${word}</b><ul>${items}</ul></div>`;
}

type Tile = readonly [value: string, about: string, isDoubtful?: boolean];

/** Beyond this share these are the numbers of a full machine. */
const busyShareMax = 0.9;

function tiles(result: AnyResult, latencies: readonly FoundLatency[]): string {
  const tile = ([value, about, isDoubtful = false]: Tile) =>
    `<div${isDoubtful ? ' class="unsure"' : ''}><b>${escapeHtml(value)}</b><span>${escapeHtml(about)}</span></div>`;
  const all = [...rateTiles(result), ...latencyTiles(latencies), ...processorTiles(result)];
  return all.length === 0 ? '' : `<div class="tiles">${all.map(tile).join('')}</div>`;
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

/** What an older bench did not write, or what cannot be read where it ran. */
function missing(result: AnyResult): string {
  const absent = [
    [objectsAt(result, 'timeline.samples').length === 0, 'latency over time (timeline)'],
    [objectsAt(result, 'usage.groups').length === 0, 'processor and memory (usage)'],
    [objectsAt(result, 'usage.series.samples').length === 0, 'processor and memory over time (usage.series)'],
  ] as const;
  const words = absent.filter(([isAbsent]) => isAbsent).map(([, name]) => name);
  return words.length === 0 ? '' : `<p class="dim">Not in this file: ${escapeHtml(words.join('; '))}.</p>`;
}

function latencyTable(latencies: readonly FoundLatency[]): string {
  if (latencies.length === 0) return '';
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
  return htmlTable({ heads, rows });
}

function processorTable(result: AnyResult): string {
  const groups = objectsAt(result, 'usage.groups');
  if (groups.length === 0) return '';
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
  const each = htmlTable({ heads: ['', 'pid', 'CPU s', 'cores'], rows: processes });
  return (
    htmlTable({ heads, rows }) +
    (processes.length === 0 ? '' : `<details><summary>Each Node process</summary>${each}</details>`)
  );
}

function counterTable(result: AnyResult): string {
  const counters = Object.entries(numbersAt(result, 'counters'));
  if (counters.length === 0) return '';
  const messages = messagesOf(result);
  const rows = counters.map(([name, value]) => [
    wordsOf(name),
    writerOf(name)(value),
    messages === undefined ? '' : plainNumber(value / messages),
  ]);
  return htmlTable({ heads: ['', 'total', messages === undefined ? '' : 'per message'], rows });
}

function settings(result: AnyResult): string {
  const options = valueAt(result, 'options');
  return isJson(options) ? restTables({ options }, new Set()) : '';
}
