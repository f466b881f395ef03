// A sample as text. Pure.
import { formatBytes, formatCount, plural } from '../terminal/numbers.ts';
import { bad, dim, doubtful } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { ProjectorSample, TopSample, WorkerSample } from './sample.ts';

/** Columns to sort workers by, in the order in which a key press goes through them. */
export const sortOrders = ['place', 'cpu', 'sockets', 'shards', 'in', 'p99', 'lag', 'memory'] as const;
export type SortOrder = (typeof sortOrders)[number];

const numberOf: Readonly<Record<Exclude<SortOrder, 'place'>, (worker: WorkerSample) => number | null>> = {
  cpu: ({ cpu }) => cpu,
  sockets: ({ sockets }) => sockets,
  shards: ({ shards }) => shards,
  in: ({ inPerSecond }) => inPerSecond,
  p99: ({ p99Ms }) => p99Ms,
  lag: ({ journalLag }) => journalLag,
  memory: ({ memoryBytes }) => memoryBytes,
};

/** By place, or the most first. */
export function sortedWorkers(workers: readonly WorkerSample[], by: SortOrder): WorkerSample[] {
  if (by === 'place') return [...workers];
  const of = numberOf[by];
  return workers.toSorted((a, b) => (of(b) ?? -1) - (of(a) ?? -1));
}

export function describeTop(sample: TopSample, by: SortOrder): string {
  const sections = [headline(sample), workerTable(sortedWorkers(sample.workers, by))];
  if (sample.projectors.length > 0) sections.push(projectorTable(sample.projectors));
  if (sample.hottest.length > 0) sections.push(hotTable(sample.hottest));
  return sections.join('\n\n');
}

function headline({ at, workers, leader, shardsWithoutOwner, movesOutstanding }: TopSample): string {
  const sum = (of: (worker: WorkerSample) => number | null): string =>
    formatCount(workers.reduce((total, worker) => total + (of(worker) ?? 0), 0));
  const parts = [
    at.slice(11, 19),
    plural(workers.length, 'worker'),
    `${sum(({ sockets }) => sockets)} sockets`,
    `${sum(({ inPerSecond }) => inPerSecond)} frames/s in`,
    `${sum(({ eventsPerSecond }) => eventsPerSecond)} events/s out`,
    leader === null ? bad('no leader') : `leader ${leader}`,
  ];
  if (shardsWithoutOwner > 0) parts.push(bad(`${plural(shardsWithoutOwner, 'shard')} not served`));
  if (movesOutstanding > 0) parts.push(doubtful(`${plural(movesOutstanding, 'move')} outstanding`));
  return parts.join('  ');
}

function workerTable(workers: readonly WorkerSample[]): string {
  const header = [
    'worker',
    'cpu',
    'mem',
    'late',
    'sockets',
    'shards',
    'in/s',
    'cmds/s',
    'events/s',
    'p50',
    'p95',
    'p99',
    'lag',
    'lag bytes',
    '',
  ];
  const rows = workers.map((worker) => [
    worker.place,
    percent(worker.cpu),
    bytes(worker.memoryBytes),
    ms(worker.loopLagMs),
    count(worker.sockets),
    count(worker.shards),
    count(worker.inPerSecond),
    count(worker.commandsPerSecond),
    count(worker.eventsPerSecond),
    ms(worker.p50Ms),
    ms(worker.p95Ms),
    ms(worker.p99Ms),
    count(worker.journalLag),
    bytes(worker.journalLagBytes),
    stateOf(worker),
  ]);
  return table(header, rows);
}

function stateOf({ drained, sockets }: WorkerSample): string {
  if (sockets === null) return bad('no answer');
  return drained ? doubtful('drained') : '';
}

function projectorTable(projectors: readonly ProjectorSample[]): string {
  const rows = projectors.map((projector) => [
    projector.host,
    percent(projector.cpu),
    bytes(projector.memoryBytes),
    count(projector.journals),
    count(projector.entriesPerSecond),
    ms(projector.commitMs),
    projector.damagedJournals ? bad(`${projector.damagedJournals} damaged`) : '',
  ]);
  return table(['projector', 'cpu', 'mem', 'journals', 'entries/s', 'commit', ''], rows);
}

function hotTable(hot: TopSample['hottest']): string {
  const rows = hot.map(({ shard, place, commandsPerSecond, bytesPerSecond, actors, waiting }) => [
    String(shard),
    place,
    commandsPerSecond.toFixed(1),
    formatBytes(bytesPerSecond),
    formatCount(actors),
    formatCount(waiting),
  ]);
  return table(['hot shard', 'worker', 'cmds/s', 'bytes/s', 'actors', 'waiting'], rows);
}

const unknown = dim('–');
const count = (value: number | null): string => (value === null ? unknown : formatCount(value));
const bytes = (value: number | null): string => (value === null ? unknown : formatBytes(value));
const percent = (value: number | null): string => (value === null ? unknown : `${Math.round(value * 100)} %`);
const ms = (value: number | null): string =>
  value === null ? unknown : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
