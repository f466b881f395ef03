// First rows of the reports of several scenarios: command, time and machine of the run, and its share of the machine.
import type { Surroundings } from '../machine/versions.ts';
import type { Usage } from '../machine/usage.ts';
import type { LatencySummary } from '../latency.ts';
import type { Row } from './columns.ts';

export interface RunContext {
  readonly command: string;
  readonly startedAt: string;
  readonly surroundings: Surroundings;
  /** Facts that a reader needs to judge the numbers. */
  readonly notes: readonly string[];
}

/** Verdict of a run, as every result file holds it. */
export interface Verdict {
  readonly sound: boolean;
  readonly sentences: readonly string[];
}

export function runRows({ command, startedAt, surroundings, notes }: RunContext, load: string): Row[] {
  const { cores, processor, memoryBytes, system, node, nats, postgres } = surroundings;
  const versions = [`node ${node}`, nats && `nats ${nats}`, postgres && `postgres ${postgres}`];
  return [
    ['command', command],
    ['at', startedAt],
    ['machine', `${cores} cores (${processor}), ${Math.round(memoryBytes / 2 ** 30)} GiB, ${system}`],
    ['versions', versions.filter(Boolean).join(', ')],
    ['load', load],
    ...notes.map((note) => ['note', note]),
  ];
}

export const latencyHead: Row = ['', 'p50', 'p95', 'p99', 'p99.9', 'max', 'count'];

export function latencyRow(name: string, of: LatencySummary): Row {
  const milliseconds = [of.p50Ms, of.p95Ms, of.p99Ms, of.p999Ms, of.maxMs].map((ms) => ms.toFixed(2));
  return [name, ...milliseconds, String(of.count)];
}

/** Milliseconds of processor time for each of so many things, by group of processes. */
export function cpuMsPer(usage: Usage | null, count: number): Record<string, number> {
  return Object.fromEntries(
    (usage?.groups ?? []).map(({ group, cpuSeconds }) => [group, (cpuSeconds * 1_000) / Math.max(1, count)]),
  );
}

/** @param what the things that the processor time is told for */
export function cpuRows(usage: Usage | null, count: number, what: string): Row[] {
  if (!usage) return [['not measured', 'the server is not ours, or this system has no /proc']];
  const perThing = cpuMsPer(usage, count);
  const cores = (seconds: number) => (seconds / usage.seconds).toFixed(2);
  const server = usage.groups.filter(({ group }) => group !== 'generators' && group !== 'other');
  const serverSeconds = server.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  return [
    ['', 'processes', 'cores', `CPU ms/${what}`, 'peak MiB'],
    ...usage.groups.map(({ group, processes, cpuSeconds, peakMemoryBytes }) => [
      group,
      String(processes),
      cores(cpuSeconds),
      perThing[group]!.toFixed(3),
      String(Math.round(peakMemoryBytes / 2 ** 20)),
    ]),
    [
      'the server together',
      '',
      cores(serverSeconds),
      ((serverSeconds * 1_000) / Math.max(1, count)).toFixed(3),
      '',
    ],
    ['whole machine', '', cores(usage.busySeconds), '', ''],
  ];
}

export function countsText(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  return entries.length === 0 ? '0' : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}
