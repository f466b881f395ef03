// Where the processor time went, as text: what each process did, then the functions and modules of all of the server.
import { percent, plainNumber } from '../report/format.ts';
import { byFunction, byModule, type Cost } from './costs.ts';
import type { ProfiledProcess, ProfiledRun } from './folder.ts';

const functionsShown = 25;
const modulesShown = 25;
/** Part of the load, not of what is measured. */
const isOfLoad = /^(generator|issuer)/;

export function renderProfiles({ processes, counted, messages }: ProfiledRun): string {
  const server = processes.filter(({ name }) => !isOfLoad.test(name));
  const load = processes.filter(({ name }) => isOfLoad.test(name));
  const perMessage = messages === undefined ? [] : ['CPU ms/message'];
  const overview = processes.map(({ name, work }) => [
    name,
    plainNumber(work.totalUs / 1_000),
    plainNumber(work.seenUs / 1_000),
    plainNumber(work.idleUs / 1_000),
    ...cost(work.totalUs, messages),
  ]);
  return [
    `\n${counted}${messages === undefined ? '' : ` It had ${plainNumber(messages)} messages.`}\n`,
    `\nProcesses\n${columns([['', 'CPU ms', 'seen busy ms', 'idle ms', ...perMessage], ...overview])}`,
    ...tables('the server', server, messages),
    ...tables('the generators', load, messages),
  ].join('');
}

function tables(
  whose: string,
  processes: readonly ProfiledProcess[],
  messages: number | undefined,
): string[] {
  if (processes.length === 0) return [];
  const works = processes.map(({ work }) => work);
  const all = works.reduce((sum, { totalUs }) => sum + totalUs, 0);
  const heads = ['', '', 'CPU ms', 'share', ...(messages === undefined ? [] : ['CPU ms/message'])];
  const rows = (shares: readonly Cost[]) =>
    shares.map(({ name, place, selfUs }) => [
      name,
      place,
      plainNumber(selfUs / 1_000),
      percent(selfUs / Math.max(1, all)),
      ...cost(selfUs, messages),
    ]);
  const modules = rows(
    byModule(works)
      .slice(0, modulesShown)
      .map((cost) => ({ ...cost, name: cost.module })),
  ).map((row) => row.toSpliced(1, 1));
  return [
    `\nModules of ${whose}, by their own time\n${columns([[heads[0]!, ...heads.slice(2)], ...modules])}`,
    `\nFunctions of ${whose}, by their own time\n${columns([heads, ...rows(byFunction(works).slice(0, functionsShown))])}`,
  ];
}

function cost(us: number, messages: number | undefined): string[] {
  return messages === undefined ? [] : [(us / 1_000 / messages).toFixed(3)];
}

/** Names to the left, numbers to the right. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const isNumber = (cell: string) => /^[\d.,]+%?$/.test(cell);
  return rows
    .map((row) => {
      const cells = row.map((cell, at) =>
        isNumber(cell) && at > 0 ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!),
      );
      return `  ${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}
