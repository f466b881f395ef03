// Flame graphs as a page without scripts: each box is as wide as the time that was spent in a function and in what it
// called. The boxes are text, so that the browser's own search finds every function, also where its box is narrow.
import { escapeHtml, percent, plainNumber } from '../report/html-format.ts';
import { colorCount, htmlTable, page, section } from '../report/html-page.ts';
import { byModule, topFunctions, topModules, type Frame, type Work } from './tree.ts';

export interface ProfiledProcess {
  /** Such as `worker 2`. */
  readonly name: string;
  readonly work: Work;
}

/** Narrower boxes than this share of all work are left out: they could be neither seen nor read. */
const shareMin = 0.001;
const rowHeight = 17;

const style = `
.flame{position:relative;font:11px/16px ui-monospace,monospace;margin:6px 0 12px;min-width:720px}
.flame i{position:absolute;height:16px;overflow:hidden;white-space:nowrap;font-style:normal;padding:0 2px;
border-left:1px solid var(--back);background:color-mix(in srgb,var(--k) 34%,var(--back));color:var(--text)}
.flame i:hover{outline:1px solid var(--text);z-index:1}
.scroll{overflow-x:auto}
`;

/** @param counted what the times are of, as a sentence  @param messages in that time; undefined: not known */
export function renderFlame(process: ProfiledProcess, counted: string, messages: number | undefined): string {
  const { root, idleUs } = process.work;
  const heads = ['', '', 'CPU ms', 'share', ...(messages === undefined ? [] : ['CPU ms/message'])];
  const rows = (shares: ReturnType<typeof topFunctions>) =>
    shares
      .slice(0, 30)
      .map(({ name, place, selfUs }) => [
        name,
        place,
        plainNumber(selfUs / 1_000),
        percent(selfUs / Math.max(1, root.totalUs)),
        ...(messages === undefined ? [] : [plainNumber(selfUs / 1_000 / messages)]),
      ]);
  const about =
    `${counted} ${plainNumber(root.totalUs / 1_000)} ms of work; ${plainNumber(idleUs / 1_000)} ms idle are left ` +
    `out. Boxes below ${percent(shareMin)} are left out too. Find functions with the browser’s search.`;
  const body = [
    `<h1>Flame graph: ${escapeHtml(process.name)}</h1><p class="dim">${escapeHtml(about)}</p>`,
    section('By module', flame(byModule(root))),
    section('By function', flame(root)),
    section('Modules by their own time', htmlTable({ heads, rows: rows(topModules([root])) })),
    section('Functions by their own time', htmlTable({ heads, rows: rows(topFunctions([root])) })),
  ];
  return page(`Flame graph: ${process.name}`, body.join('\n'), style);
}

function flame(root: Frame): string {
  const all = Math.max(1, root.totalUs);
  const boxes: string[] = [];
  let deepest = 0;
  const draw = (frame: Frame, startUs: number, depth: number): void => {
    if (frame.totalUs / all < shareMin) return;
    deepest = Math.max(deepest, depth);
    boxes.push(box(frame, startUs / all, depth, all));
    let at = startUs;
    for (const child of [...frame.children.values()].sort(byTotal)) {
      draw(child, at, depth + 1);
      at += child.totalUs;
    }
  };
  draw(root, 0, 0);
  return `<div class="scroll"><div class="flame" style="height:${(deepest + 1) * rowHeight}px">${boxes.join('')}</div></div>`;
}

function box(
  { name, place, module, selfUs, totalUs }: Frame,
  left: number,
  depth: number,
  all: number,
): string {
  const ms = (us: number) => `${plainNumber(us / 1_000)} ms`;
  const where = place === '' ? module : place;
  const title = `${name}${where === '' || where === name ? '' : ` (${where})`}: ${ms(totalUs)}, ${percent(totalUs / all)}; itself ${ms(selfUs)}`;
  const share = (value: number) => (100 * value).toFixed(3);
  return (
    `<i class="k${colorOf(module)}" style="left:${share(left)}%;width:${share(totalUs / all)}%;` +
    `top:${depth * rowHeight}px" title="${escapeHtml(title)}">${escapeHtml(name)}</i>`
  );
}

/** The same in all graphs, so that a part of Skein is known again. */
function colorOf(module: string): number {
  const name = module.replace(/^native, by /, '');
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)!) % 9_973;
  return hash % colorCount;
}

function byTotal(left: Frame, right: Frame): number {
  return right.totalUs - left.totalUs;
}
