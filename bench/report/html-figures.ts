// The figures that a result gives: what is not in it is not drawn.
import { colorCount } from './html-page.ts';
import { percent, plainNumber, withUnit, wordsOf } from './html-format.ts';
import {
  isJson,
  latenciesIn,
  numberAt,
  numbersAt,
  objectsAt,
  type AnyResult,
  type FoundLatency,
  type Json,
} from './html-result.ts';
import { barPlot, linePlot, stackPlot, type Bound, type Line, type Point } from './plots.ts';

/** In the order in which they are stacked; each keeps its colour in all figures and all reports. */
const groupOrder = [
  'workers',
  'projector',
  'postgres',
  'nats',
  'generators',
  'redis',
  'elasticsearch',
  'supervisor',
  'identity',
  'start',
];
const mebibyte = 2 ** 20;

export function latencyFigures(result: AnyResult): string[] {
  const samples = objectsAt(result, 'timeline.samples');
  const lines = [line('p50', 0, samples, 'p50Ms'), line('p99', 1, samples, 'p99Ms')].filter(hasPoints);
  const overTime = linePlot({
    title: 'Latency over time',
    about: 'From when a message was due until its recipient had it, by the second in which it was due.',
    yTitle: 'milliseconds',
    writeY: withUnit('ms'),
    lines,
  });
  return [
    ...(lines.length > 0 ? [overTime] : []),
    ...percentileFigure(latenciesIn(result)),
    ...rates(result),
  ];
}

export function processorFigures(result: AnyResult): string[] {
  const samples = objectsAt(result, 'usage.series.samples');
  const cores = numberAt(result, 'surroundings.cores');
  const busy = line('whole machine', 0, samples, 'machineCores');
  const mean = busy.points.reduce((sum, [, value]) => sum + value, 0) / Math.max(1, busy.points.length);
  const machine =
    cores === undefined || !hasPoints(busy)
      ? ''
      : ` The whole machine was ${percent(mean / cores)} busy on average.`;
  const cpu = withOthers(stacked(samples, 'cpu', 1), busy);
  const perMessage = byGroup(Object.keys(numbersAt(result, 'cpuMsPerMessage')));
  const spent = numbersAt(result, 'cpuMsPerMessage');
  const bars = perMessage
    .filter((group) => spent[group]! > 0)
    .map((group) => ({ name: group, color: colorOf(group), value: spent[group]! }));
  return [
    ...(cpu.length > 0
      ? [
          stackPlot({
            title: 'Processor over time',
            about: `Cores by group of processes.${machine}`,
            yTitle: 'cores',
            writeY: plainNumber,
            lines: cpu,
            bounds: cores === undefined ? [] : [{ name: 'all cores', y: cores }],
          }),
        ]
      : []),
    ...(bars.length > 0
      ? [
          barPlot({
            title: 'Processor for one message',
            about: 'Milliseconds of CPU for each acknowledged message of the measured interval.',
            write: withUnit('ms'),
            bars,
          }),
        ]
      : []),
  ];
}

export function serverFigures(result: AnyResult): string[] {
  const samples = objectsAt(result, 'usage.series.samples');
  const memory = stacked(samples, 'memoryBytes', mebibyte);
  const figures = [
    ...(memory.length === 0
      ? []
      : [
          stackPlot({
            title: 'Memory over time',
            about: 'Resident, by group of processes; shared memory of PostgreSQL once.',
            yTitle: 'MiB',
            writeY: withUnit('MiB'),
            lines: memory,
          }),
        ]),
  ];
  const single = (title: string, about: string, field: string, unit: string, divisor: number): void => {
    const found = line(wordsOf(field), 0, samples, field, divisor);
    if (hasPoints(found))
      figures.push(linePlot({ title, about, yTitle: unit, writeY: withUnit(unit), lines: [found] }));
  };
  const byProcess = (title: string, about: string, field: string, unit: string, divisor: number): void => {
    const lines = nested(samples, field, divisor);
    if (lines.length > 0)
      figures.push(linePlot({ title, about, yTitle: unit, writeY: withUnit(unit), lines }));
  };
  single('Projector lag', 'Journaled bytes that are not in PostgreSQL yet.', 'backlogBytes', 'KiB', 1_024);
  byProcess(
    'Event-loop delay, p99',
    'How late timers ran. The monitor’s own 10 ms are part of it: idle is 10 to 11.',
    'eventLoopP99Ms',
    'ms',
    1,
  );
  single(
    'Garbage collection',
    'Milliseconds in each second, all server processes together.',
    'gcMs',
    'ms/s',
    1,
  );
  byProcess('Heap in use', 'JavaScript heap by process.', 'heapUsedBytes', 'MiB', mebibyte);
  single(
    'Loopback traffic',
    'Everything between the processes of this machine, with all headers.',
    'loopbackBytesPerSecond',
    'KiB/s',
    1_024,
  );
  return figures;
}

function rates(result: AnyResult): string[] {
  const samples = objectsAt(result, 'timeline.samples');
  const perSecond = (numberAt(result, 'timeline.everyMs') ?? 1_000) / 1_000;
  const lines = ['accepted', 'delivered']
    .map((field, at) => line(field, at, samples, field, perSecond))
    .filter(hasPoints);
  const rate = numberAt(result, 'options.rate');
  const bounds: Bound[] = rate === undefined ? [] : [{ name: 'wanted', y: rate }];
  if (lines.length === 0) return [];
  return [
    linePlot({
      title: 'Messages a second',
      about: 'Acknowledged and delivered in each second.',
      yTitle: 'messages a second',
      writeY: plainNumber,
      lines,
      bounds,
    }),
  ];
}

/** The further right, the rarer: each step of the axis is a tenth of the messages before it. */
function percentileFigure(latencies: readonly FoundLatency[]): string[] {
  const drawn = latencies.filter(({ count }) => count > 0).slice(0, colorCount);
  if (drawn.length === 0) return [];
  const nines = (percentile: number) => -Math.log10(1 - percentile / 100);
  const lines = drawn.map(({ name, count, percentiles, maxMs }, color): Line => {
    const points = percentiles
      .filter(([percentile]) => percentile < 100)
      .map(([percentile, ms]): Point => [nines(percentile), ms]);
    return {
      name,
      color,
      points: [...points, [Math.max(nines(99.9), Math.log10(count)), maxMs]],
    };
  });
  const end = Math.max(...lines.flatMap(({ points }) => points.map(([x]) => x)), 1);
  const ticks = [nines(50), ...Array.from({ length: Math.floor(end + 1e-9) }, (_, at) => at + 1)];
  const nameOf = (x: number) => plainPercent(100 * (1 - 10 ** -x));
  return [
    linePlot({
      title: 'Latency by percentile',
      about: 'How long the slowest took; the rightmost point of each line is its maximum.',
      yTitle: 'milliseconds',
      writeY: withUnit('ms'),
      lines,
      xTitle: 'percentile of messages',
      writeX: nameOf,
      xAxis: { scale: { at: (x) => x / end, ticks, isLog: true }, name: nameOf },
    }),
  ];
}

function plainPercent(value: number): string {
  return `p${Number(value.toFixed(5)).toString()}`;
}

function line(name: string, color: number, samples: readonly Json[], field: string, divisor = 1): Line {
  const points = samples.flatMap((sample): Point[] => {
    const [at, value] = [sample['atS'], sample[field]];
    return typeof at === 'number' && typeof value === 'number' ? [[round(at), value / divisor]] : [];
  });
  return { name, color, points };
}

/** One line for each group of processes that ever took something. */
function stacked(samples: readonly Json[], field: string, divisor: number): Line[] {
  const withField = samples.filter((sample) => isJson(sample[field]) && typeof sample['atS'] === 'number');
  return byGroup(namesIn(withField, field))
    .map((group): Line => {
      const points = withField.map((sample): Point => [
        round(sample['atS'] as number),
        (numbersAt(sample, field)[group] ?? 0) / divisor,
      ]);
      return { name: group, color: colorOf(group), points };
    })
    .filter(({ points }) => points.some(([, value]) => value > 0));
}

function nested(samples: readonly Json[], field: string, divisor: number): Line[] {
  return namesIn(samples, field)
    .sort()
    .map((name, color) => ({
      name,
      color: color % colorCount,
      points: samples.flatMap((sample): Point[] => {
        const value = numbersAt(sample, field)[name];
        const at = sample['atS'];
        return value === undefined || typeof at !== 'number' ? [] : [[round(at), value / divisor]];
      }),
    }));
}

/** What the machine spent on nobody of the run: a run beside a busy neighbour is seen at once. */
function withOthers(groups: readonly Line[], machine: Line): readonly Line[] {
  const [first] = groups;
  if (first === undefined || machine.points.length !== first.points.length) return groups;
  const points = machine.points.map(([x, busy], at): Point => {
    const ours = groups.reduce((sum, group) => sum + (group.points[at]?.[1] ?? 0), 0);
    return [x, Math.max(0, busy - ours)];
  });
  return [...groups, { name: 'others and the kernel', color: colorCount - 1, points }];
}

function namesIn(samples: readonly Json[], field: string): string[] {
  return [...new Set(samples.flatMap((sample) => Object.keys(numbersAt(sample, field))))];
}

function byGroup(groups: readonly string[]): string[] {
  const rank = (group: string) =>
    groupOrder.includes(group) ? groupOrder.indexOf(group) : groupOrder.length;
  return groups.toSorted((left, right) => rank(left) - rank(right));
}

function colorOf(group: string): number {
  return groupOrder.includes(group) ? groupOrder.indexOf(group) : colorCount - 1;
}

function hasPoints({ points }: Line): boolean {
  return points.length > 0;
}

/** To a tenth of a second: a timer's milliseconds say nothing. */
function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
