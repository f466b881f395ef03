// The figures of a result, drawn by Apache ECharts as SVG while the page is written, so that the page needs no script.
// A figure whose numbers are not in the result is left out.
import { init, type EChartsOption, type SeriesOption } from 'echarts';
import { percent, plainNumber } from './format.ts';
import {
  isJson,
  latenciesIn,
  numberAt,
  numbersAt,
  objectsAt,
  type AnyResult,
  type FoundLatency,
  type Json,
} from './found.ts';

export interface Figure {
  readonly title: string;
  /** Meaning of the figure, in a sentence. */
  readonly about: string;
  readonly svg: string;
}

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Chart {
  readonly title: string;
  readonly about: string;
  /** Unit of the y axis. */
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Areas on top of each other instead of lines. */
  readonly stacked?: boolean;
  /** A dashed line across the figure. */
  readonly bound?: { readonly name: string; readonly y: number } | undefined;
  readonly xAxis?: { readonly name: string; readonly write: (x: number) => string };
}

const size = { width: 480, height: 300 } as const;
/** Beyond this ratio of highest to lowest value a straight axis would show the highest alone. */
const straightRatioMax = 25;
/** Groups of processes in the order in which they are stacked. */
const groupOrder = [
  'workers',
  'projector',
  'postgres',
  'nats',
  'generators',
  'redis',
  'supervisor',
  'identity',
];
const mebibyte = 2 ** 20;

export function latencyFigures(result: AnyResult): Figure[] {
  const samples = objectsAt(result, 'timeline.samples');
  const perSecond = (numberAt(result, 'timeline.everyMs') ?? 1_000) / 1_000;
  const rate = numberAt(result, 'options.rate');
  return draw([
    {
      title: 'Latency over time',
      about: 'From when a message was due until its recipient had it, by the second in which it was due.',
      unit: 'ms',
      lines: [line('p50', samples, 'p50Ms'), line('p99', samples, 'p99Ms')],
    },
    percentileChart(latenciesIn(result)),
    {
      title: 'Messages a second',
      about: 'Acknowledged and delivered in each second.',
      unit: 'messages a second',
      lines: ['accepted', 'delivered'].map((field) => line(field, samples, field, perSecond)),
      bound: rate === undefined ? undefined : { name: 'wanted', y: rate },
    },
  ]);
}

export function processorFigures(result: AnyResult): Figure[] {
  const samples = objectsAt(result, 'usage.series.samples');
  const cores = numberAt(result, 'surroundings.cores');
  const machine = line('whole machine', samples, 'machineCores');
  const mean = machine.points.reduce((sum, [, value]) => sum + value, 0) / Math.max(1, machine.points.length);
  const about =
    cores === undefined || machine.points.length === 0
      ? ''
      : ` The whole machine was ${percent(mean / cores)} busy on average.`;
  const drawn = draw([
    {
      title: 'Processor over time',
      about: `Cores by group of processes.${about}`,
      unit: 'cores',
      lines: stacked(samples, 'cpu', 1),
      stacked: true,
      bound: cores === undefined ? undefined : { name: 'all cores', y: cores },
    },
  ]);
  const spent = numbersAt(result, 'cpuMsPerMessage');
  const groups = byGroup(Object.keys(spent)).filter((group) => spent[group]! > 0);
  if (groups.length > 0) drawn.push(barFigure(groups, spent));
  return drawn;
}

export function serverFigures(result: AnyResult): Figure[] {
  const samples = objectsAt(result, 'usage.series.samples');
  const single = (title: string, about: string, field: string, unit: string, divisor: number): Chart => ({
    title,
    about,
    unit,
    lines: [line(field, samples, field, divisor)],
  });
  const byProcess = (title: string, about: string, field: string, unit: string, divisor: number): Chart => ({
    title,
    about,
    unit,
    lines: nested(samples, field, divisor),
  });
  return draw([
    {
      title: 'Memory over time',
      about: 'Resident, by group of processes; shared memory of PostgreSQL once.',
      unit: 'MiB',
      lines: stacked(samples, 'memoryBytes', mebibyte),
      stacked: true,
    },
    single('Projector lag', 'Journaled bytes that are not in PostgreSQL yet.', 'backlogBytes', 'KiB', 1_024),
    byProcess(
      'Event-loop delay, p99',
      'Delay of timers. The monitor’s own 10 ms are part of it: idle is 10 to 11.',
      'eventLoopP99Ms',
      'ms',
      1,
    ),
    single('Garbage collection', 'Milliseconds in each second, all server processes.', 'gcMs', 'ms/s', 1),
    byProcess('Heap in use', 'JavaScript heap by process.', 'heapUsedBytes', 'MiB', mebibyte),
    single(
      'Loopback traffic',
      'Everything between the processes of this machine, with all headers.',
      'loopbackBytesPerSecond',
      'KiB/s',
      1_024,
    ),
  ]);
}

function draw(charts: readonly Chart[]): Figure[] {
  return charts
    .map((chart) => ({ ...chart, lines: chart.lines.filter(({ points }) => points.length > 0) }))
    .filter(({ lines }) => lines.length > 0)
    .map((chart) => ({ title: chart.title, about: chart.about, svg: render(optionOf(chart)) }));
}

function render(option: EChartsOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, grid: { left: 64, right: 24, top: 42, bottom: 46 }, ...option });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function optionOf({ unit, lines, stacked: isStacked = false, bound, xAxis }: Chart): EChartsOption {
  const ys = lines.flatMap(({ points }) => points.map(([, y]) => y)).filter((y) => y > 0);
  const isLog = !isStacked && Math.max(...ys, 0) > Math.min(...ys, Infinity) * straightRatioMax;
  const series = lines.map(({ name, points }): SeriesOption => ({
    type: 'line',
    name,
    showSymbol: points.length < 60,
    // A logarithmic axis has no place for 0.
    data: points.filter(([, y]) => !isLog || y > 0).map(([x, y]) => [x, y]),
    ...(isStacked ? { stack: 'all', areaStyle: {}, lineStyle: { width: 0 }, showSymbol: false } : {}),
  }));
  if (bound !== undefined && series[0] !== undefined) {
    Object.assign(series[0], {
      markLine: {
        symbol: 'none',
        data: [{ yAxis: bound.y, name: bound.name }],
        label: { formatter: bound.name, position: 'insideEndTop' },
      },
    });
  }
  return {
    legend: { type: 'scroll', top: 0 },
    xAxis: {
      type: 'value',
      name: xAxis?.name ?? 'seconds',
      ...(xAxis === undefined ? {} : { minInterval: 1 }),
      nameLocation: 'middle',
      nameGap: 26,
      ...(xAxis === undefined ? {} : { axisLabel: { formatter: (x: number) => xAxis.write(x) } }),
    },
    yAxis: { type: isLog ? 'log' : 'value', name: unit },
    series,
  };
}

function barFigure(groups: readonly string[], spent: Readonly<Record<string, number>>): Figure {
  const svg = render({
    grid: { left: 96, right: 64, top: 12, bottom: 40 },
    xAxis: { type: 'value', name: 'ms', nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'category', data: [...groups], inverse: true },
    series: [
      {
        type: 'bar',
        data: groups.map((group) => spent[group]!),
        label: { show: true, position: 'right', formatter: ({ value }) => plainNumber(Number(value)) },
      },
    ],
  });
  const about = 'Milliseconds of CPU for each acknowledged message of the measured interval.';
  return { title: 'Processor for one message', about, svg };
}

/** The further right, the rarer: each step of the axis is a tenth of the messages before it. */
function percentileChart(latencies: readonly FoundLatency[]): Chart {
  const nines = (percentile: number) => -Math.log10(1 - percentile / 100);
  const lines = latencies
    .filter(({ count }) => count > 0)
    .map(({ name, count, percentiles, maxMs }) => ({
      name,
      points: [
        ...percentiles
          .filter(([percentile]) => percentile < 100)
          .map(([percentile, ms]) => [nines(percentile), ms] as const),
        [Math.max(nines(99.9), Math.log10(count)), maxMs] as const,
      ],
    }));
  return {
    title: 'Latency by percentile',
    about: 'Latency of the slowest; the rightmost point of each line is its maximum.',
    unit: 'ms',
    lines,
    xAxis: {
      name: 'percentile of messages',
      write: (x) => `p${Number((100 * (1 - 10 ** -x)).toFixed(4))}`,
    },
  };
}

function line(name: string, samples: readonly Json[], field: string, divisor = 1): Line {
  return {
    name,
    points: samples.flatMap((sample) => {
      const [at, value] = [sample['atS'], sample[field]];
      return typeof at === 'number' && typeof value === 'number'
        ? [[round(at), value / divisor] as const]
        : [];
    }),
  };
}

/** One area for each group of processes that ever took something. */
function stacked(samples: readonly Json[], field: string, divisor: number): Line[] {
  const withField = samples.filter((sample) => isJson(sample[field]) && typeof sample['atS'] === 'number');
  return byGroup(namesIn(withField, field))
    .map((name) => ({
      name,
      points: withField.map(
        (sample) =>
          [round(sample['atS'] as number), (numbersAt(sample, field)[name] ?? 0) / divisor] as const,
      ),
    }))
    .filter(({ points }) => points.some(([, value]) => value > 0));
}

function nested(samples: readonly Json[], field: string, divisor: number): Line[] {
  return namesIn(samples, field)
    .sort()
    .map((name) => ({
      name,
      points: samples.flatMap((sample) => {
        const [at, value] = [sample['atS'], numbersAt(sample, field)[name]];
        return value === undefined || typeof at !== 'number' ? [] : [[round(at), value / divisor] as const];
      }),
    }));
}

function namesIn(samples: readonly Json[], field: string): string[] {
  return [...new Set(samples.flatMap((sample) => Object.keys(numbersAt(sample, field))))];
}

function byGroup(groups: readonly string[]): string[] {
  const rank = (group: string) =>
    groupOrder.includes(group) ? groupOrder.indexOf(group) : groupOrder.length;
  return groups.toSorted((left, right) => rank(left) - rank(right));
}

/** To a tenth of a second: a timer's milliseconds say nothing. */
function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
