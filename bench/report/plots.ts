// Figures as SVG inside HTML: no script, no network, colours from the page's style sheet so that they follow dark and
// light. Each has a title, units, ticks, a legend, a description in words, and its numbers as a table to open.
import { escapeHtml, type Write } from './html-format.ts';
import { linearScale, logScale, spanScale, type Scale } from './plots-scale.ts';

export type Point = readonly [x: number, y: number];

export interface Line {
  readonly name: string;
  /** One of the page's colours, from 0. */
  readonly color: number;
  readonly points: readonly Point[];
}

export interface Bound {
  readonly name: string;
  readonly y: number;
}

export interface PlotOptions {
  readonly title: string;
  /** What it says, in a sentence below the title. */
  readonly about: string;
  /** With its unit. */
  readonly yTitle: string;
  readonly writeY: Write;
  readonly lines: readonly Line[];
  /** Drawn dashed. */
  readonly bounds?: readonly Bound[];
  readonly xTitle?: string;
  readonly writeX?: Write;
  /** Where the ticks of the x axis stand and how they are called, where seconds from 0 would be wrong. */
  readonly xAxis?: { readonly scale: Scale; readonly name: (tick: number) => string };
}

export interface Bar {
  readonly name: string;
  readonly color: number;
  readonly value: number;
}

const width = 450;
const height = 260;
const box = { left: 68, right: 24, top: 12, bottom: 42 } as const;
const plotWidth = width - box.left - box.right;
const plotHeight = height - box.top - box.bottom;
/** Beyond so many points marks would hide the line. */
const marksMax = 130;
const rowsMax = 120;
/** With a larger ratio of the highest to the lowest value a straight axis would show the highest alone. */
const straightRatioMax = 25;

/** Lines over time or over percentiles; on a logarithmic axis where the values need one. */
export function linePlot(options: PlotOptions): string {
  const ys = options.lines.flatMap(({ points }) => points.map(([, y]) => y)).filter((y) => y > 0);
  const highest = Math.max(...ys, 0);
  const lowest = Math.min(...ys, highest);
  const shownBounds = (options.bounds ?? []).filter(({ y }) => y <= highest * 3);
  const top = Math.max(highest, ...shownBounds.map(({ y }) => y));
  const y = highest > lowest * straightRatioMax && lowest > 0 ? logScale(lowest, top) : linearScale(top);
  const x = xScaleOf(options);
  const drawn = options.lines.map(
    ({ name, color, points }) =>
      `<polyline class="l k${color}" points="${points.map((point) => placed(point, x, y)).join(' ')}"/>` +
      (points.length > marksMax
        ? ''
        : points.map((point) => mark(name, color, point, x, y, options)).join('')),
  );
  return figure(options, x, y, [...drawn, ...shownBounds.map((bound) => boundLine(bound, y))]);
}

/** Areas one upon the other, the first at the foot; all lines need the same x. */
export function stackPlot(options: PlotOptions): string {
  const xs = options.lines[0]?.points.map(([x]) => x) ?? [];
  const heights = xs.map(() => 0);
  const x = xScaleOf(options);
  const sums = xs.map((_, at) => options.lines.reduce((sum, { points }) => sum + (points[at]?.[1] ?? 0), 0));
  const shownBounds = (options.bounds ?? []).filter(({ y }) => y <= Math.max(...sums, 0) * 3);
  const y = linearScale(Math.max(...sums, 0, ...shownBounds.map((bound) => bound.y)));
  const areas = options.lines.map(({ name, color, points }) => {
    const low = xs.map((at, index): Point => [at, heights[index]!]);
    points.forEach(([, value], index) => (heights[index] = heights[index]! + value));
    const high = xs.map((at, index): Point => [at, heights[index]!]);
    const outline = [...high, ...low.toReversed()].map((point) => placed(point, x, y)).join(' ');
    const mean = points.reduce((sum, [, value]) => sum + value, 0) / Math.max(1, points.length);
    const title = `${name}: ${options.writeY(mean)} on average`;
    return `<polygon class="a k${color}" points="${outline}"><title>${escapeHtml(title)}</title></polygon>`;
  });
  return figure(options, x, y, [...areas, ...shownBounds.map((bound) => boundLine(bound, y))]);
}

/** Lying bars with their values written out. */
export function barPlot(options: {
  readonly title: string;
  readonly about: string;
  readonly write: Write;
  readonly bars: readonly Bar[];
}): string {
  const { title, about, write, bars } = options;
  const rowHeight = 24;
  const left = 92;
  const room = width - left - 84;
  const scale = linearScale(Math.max(...bars.map(({ value }) => value), 0));
  const drawn = bars.map(({ name, color, value }, at) => {
    const top = 8 + at * rowHeight;
    const length = Math.max(1, room * scale.at(value));
    return (
      `<text class="n e" x="${left - 8}" y="${top + 15}">${escapeHtml(name)}</text>` +
      `<rect class="a k${color}" x="${left}" y="${top + 2}" width="${length.toFixed(1)}" height="${rowHeight - 6}"/>` +
      `<text class="n" x="${(left + length + 6).toFixed(1)}" y="${top + 15}">${escapeHtml(write(value))}</text>`
    );
  });
  const words = bars.map(({ name, value }) => `${name} ${write(value)}`).join(', ');
  const tall = 16 + bars.length * rowHeight;
  return (
    `<figure><figcaption><b>${escapeHtml(title)}</b><span>${escapeHtml(about)}</span></figcaption>` +
    svg(tall, `${title}. ${words}.`, drawn.join('')) +
    '</figure>'
  );
}

function xScaleOf({ xAxis, lines }: PlotOptions): Scale {
  if (xAxis) return xAxis.scale;
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  return spanScale(0, Math.max(...xs, 1));
}

function figure(options: PlotOptions, x: Scale, y: Scale, drawn: readonly string[]): string {
  const { title, about, lines, bounds = [] } = options;
  const drawnBounds = bounds.filter(({ name }) =>
    drawn.some((each) => each.includes(`>${escapeHtml(name)}<`)),
  );
  const keys = lines.map(({ name, color }) => `<li><i class="k${color}"></i>${escapeHtml(name)}</li>`);
  const boundKeys = drawnBounds.map(({ name, y: at }) => {
    return `<li><i class="dash"></i>${escapeHtml(name)} (${escapeHtml(options.writeY(at))})</li>`;
  });
  return (
    `<figure><figcaption><b>${escapeHtml(title)}</b><span>${escapeHtml(about)}</span></figcaption>` +
    svg(height, describe(options), axes(options, x, y) + drawn.join('')) +
    `<ul class="legend">${[...keys, ...boundKeys].join('')}</ul>${numbers(options)}</figure>`
  );
}

function svg(tall: number, description: string, content: string): string {
  return (
    `<svg viewBox="0 0 ${width} ${tall}" role="img" aria-label="${escapeHtml(description)}">` +
    `${content}</svg>`
  );
}

function axes(options: PlotOptions, x: Scale, y: Scale): string {
  const foot = height - box.bottom;
  const rows = y.ticks.map((tick) => {
    const at = yAt(tick, y);
    return (
      `<line class="g" x1="${box.left}" x2="${width - box.right}" y1="${at}" y2="${at}"/>` +
      `<text class="t e" x="${box.left - 6}" y="${(Number(at) + 4).toFixed(1)}">${escapeHtml(options.writeY(tick))}</text>`
    );
  });
  const nameOf = options.xAxis?.name ?? ((tick: number) => String(tick));
  const columns = x.ticks.map((tick) => {
    const at = xAt(tick, x);
    return (
      `<line class="g" x1="${at}" x2="${at}" y1="${foot}" y2="${foot + 4}"/>` +
      `<text class="t m" x="${at}" y="${foot + 17}">${escapeHtml(nameOf(tick))}</text>`
    );
  });
  const middle = box.top + plotHeight / 2;
  const yTitle = `${options.yTitle}${y.isLog ? ', logarithmic' : ''}`;
  return (
    rows.join('') +
    columns.join('') +
    `<text class="t m" x="${box.left + plotWidth / 2}" y="${height - 6}">${escapeHtml(options.xTitle ?? 'seconds since the measured interval began')}</text>` +
    `<text class="t m" transform="translate(11 ${middle}) rotate(-90)">${escapeHtml(yTitle)}</text>`
  );
}

function boundLine({ name, y: value }: Bound, y: Scale): string {
  const at = yAt(value, y);
  return (
    `<line class="bound" x1="${box.left}" x2="${width - box.right}" y1="${at}" y2="${at}">` +
    `<title>${escapeHtml(name)}</title></line>`
  );
}

function mark(name: string, color: number, point: Point, x: Scale, y: Scale, options: PlotOptions): string {
  const [atX, atY] = placed(point, x, y).split(',');
  const title = `${name}, ${(options.writeX ?? ((value) => `${value} s`))(point[0])}: ${options.writeY(point[1])}`;
  return `<circle class="p k${color}" cx="${atX}" cy="${atY}" r="2.4"><title>${escapeHtml(title)}</title></circle>`;
}

function placed([atX, atY]: Point, x: Scale, y: Scale): string {
  return `${xAt(atX, x)},${yAt(atY, y)}`;
}

function xAt(value: number, x: Scale): string {
  return (box.left + plotWidth * x.at(value)).toFixed(1);
}

function yAt(value: number, y: Scale): string {
  return (box.top + plotHeight * (1 - y.at(value))).toFixed(1);
}

/** For those who do not see the picture. */
function describe({ title, lines, writeY }: PlotOptions): string {
  const words = lines
    .filter(({ points }) => points.length > 0)
    .map(({ name, points }) => {
      const values = points.map(([, y]) => y);
      const last = writeY(values.at(-1)!);
      return `${name} from ${writeY(Math.min(...values))} to ${writeY(Math.max(...values))}, at the end ${last}`;
    });
  return `${title}: ${words.join('; ')}.`;
}

function numbers(options: PlotOptions): string {
  const { lines, writeY, xTitle = 'second' } = options;
  const writeX = options.writeX ?? String;
  const byX = new Map<number, (number | undefined)[]>();
  lines.forEach(({ points }, at) => {
    for (const [x, y] of points) {
      const row = byX.get(x) ?? byX.set(x, new Array<undefined>(lines.length).fill(undefined)).get(x)!;
      row[at] = y;
    }
  });
  const all = [...byX].sort(([left], [right]) => left - right);
  const step = Math.ceil(all.length / rowsMax);
  const rows = all
    .filter((_, at) => at % step === 0)
    .map(
      ([x, values]) =>
        `<tr><td>${escapeHtml(writeX(x))}</td>${values
          .map((value) => `<td>${value === undefined ? '' : escapeHtml(writeY(value))}</td>`)
          .join('')}</tr>`,
    );
  const heads = [xTitle, ...lines.map(({ name }) => name)].map((name) => `<th>${escapeHtml(name)}</th>`);
  const which = step === 1 ? '' : ` (every ${step}th)`;
  return (
    `<details><summary>The numbers${which}</summary><div class="wide"><table class="numbers">` +
    `<thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`
  );
}
