// Cost of an idle connection, for people and for `--json`.
import type { ProcessGroup } from '../machine/process-groups.ts';
import { sections, type Row } from './columns.ts';
import { totalOf, type HeapMemory, type MemoryReading } from './memory.ts';
import type { IdleOptions } from './options.ts';
import { runRows, type RunContext, type Verdict } from './run-rows.ts';
import type { IdleStep, TalkedStep } from './scenario.ts';

export interface IdleResult extends RunContext {
  readonly scenario: 'idle';
  readonly options: IdleOptions;
  readonly steps: readonly IdleStep[];
  /** Null: nobody wrote. */
  readonly talked: TalkedStep | null;
  /** Of the workers' objects, by conversation that is in memory, heaps collected; null: nobody wrote. */
  readonly heapBytesPerConversation: number | null;
  /** Connections that the server closed by the end. */
  readonly closed: number;
  /** Bytes of all server processes by connection, at the last step, heaps collected. */
  readonly bytesPerConnection: number;
  /** The same without collecting. */
  readonly settledBytesPerConnection: number;
  /** From the step before to the last one: without what the first connections bring once. */
  readonly marginalBytesPerConnection: number;
  readonly connectionsPerSecond: number;
  readonly verdict: Verdict;
}

interface Measured {
  readonly steps: readonly IdleStep[];
  readonly talked: TalkedStep | null;
  readonly closed: number;
}

export function idleResult(context: RunContext, options: IdleOptions, measured: Measured): IdleResult {
  const { steps, talked, closed } = measured;
  const [first, before, last] = [steps[0]!, steps.at(-2)!, steps.at(-1)!];
  const seconds = steps.reduce((sum, { openSeconds }) => sum + openSeconds, 0);
  const costs = {
    bytesPerConnection: perConnection(first, last, ({ compacted }) => totalOf(compacted)),
    settledBytesPerConnection: perConnection(first, last, ({ settled }) => totalOf(settled)),
    marginalBytesPerConnection: perConnection(before, last, ({ compacted }) => totalOf(compacted)),
  };
  return {
    scenario: 'idle',
    ...context,
    options,
    ...{ steps, talked, closed },
    heapBytesPerConversation: talked && perConversation(last, talked, ({ workers }) => workers.used),
    ...costs,
    connectionsPerSecond: last.connections / Math.max(seconds, 0.001),
    verdict: verdictOf(costs, options, closed),
  };
}

type Costs = Pick<
  IdleResult,
  'bytesPerConnection' | 'settledBytesPerConnection' | 'marginalBytesPerConnection'
>;

function verdictOf(costs: Costs, { maxKb }: IdleOptions, closed: number): Verdict {
  const isWithin = costs.bytesPerConnection <= maxKb * 1_000;
  return {
    sound: isWithin && closed === 0,
    sentences: [
      `${isWithin ? 'OK' : 'TOO MUCH'}: ${kb(costs.bytesPerConnection)} KB for each idle connection, all server ` +
        `processes together; at most ${maxKb} KB were asked for.`,
      `Without collecting the heaps it is ${kb(costs.settledBytesPerConnection)} KB, which chance moves; from the step ` +
        `before to the last one, with the heaps collected, ${kb(costs.marginalBytesPerConnection)} KB.`,
      ...(closed > 0 ? [`FAILED: the server closed ${closed} of the connections.`] : []),
    ],
  };
}

export function renderIdle(result: IdleResult): string {
  const { options, steps, connectionsPerSecond, verdict } = result;
  const seconds = steps.reduce((sum, { openSeconds }) => sum + openSeconds, 0);
  const load =
    `${options.connections} people who follow their inbox and are silent, ${options.workers} workers, ` +
    `${options.generators} generators`;
  const opened: Row = [
    'opened in',
    `${seconds.toFixed(1)} s, ${Math.round(connectionsPerSecond)}/s, greeted and following`,
  ];
  return sections([
    ['Run', [...runRows(result, load), opened]],
    ['Memory of the server (MiB, PSS), heaps collected', totals(steps)],
    ['For each connection, in KB (1000 bytes), heaps collected', costs(steps)],
    ['Of the workers, for each connection, in KB', workerCosts(steps)],
    ['The kernel, both ends of each connection, in KB, in none of the above', kernelCosts(steps)],
    ['For each conversation that is in memory, in KB, heaps collected', conversationCosts(result)],
    ['Verdict', verdict.sentences.map((sentence) => [sentence])],
  ]);
}

function conversationCosts({ steps, talked, options }: IdleResult): Row[] {
  if (!talked) return [];
  const last = steps.at(-1)!;
  const cost = (bytesOf: (of: MemoryReading) => number) => kb(perConversation(last, talked, bytesOf));
  return [
    [
      'conversations',
      `${talked.conversations}, with ${options.messages} messages, written in ${talked.seconds.toFixed(1)} s`,
    ],
    ["objects in the workers' heaps", cost(({ workers }) => workers.used)],
    ...groupsOf(steps).map((group) => [group, cost(({ groups }) => groups[group] ?? 0)]),
  ];
}

function perConversation(
  before: IdleStep,
  { conversations, compacted }: TalkedStep,
  bytesOf: (of: MemoryReading) => number,
): number {
  return (bytesOf(compacted) - bytesOf(before.compacted)) / Math.max(1, conversations);
}

function groupsOf(steps: readonly IdleStep[]): ProcessGroup[] {
  return Object.keys(steps.at(-1)!.compacted.groups) as ProcessGroup[];
}

function totals(steps: readonly IdleStep[]): Row[] {
  const groups = groupsOf(steps);
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return [
    ['connections', 'opened in s', 'all', ...groups, ''],
    ...steps.map(({ connections, openSeconds, compacted }) => [
      String(connections),
      openSeconds.toFixed(1),
      mib(totalOf(compacted)),
      ...groups.map((group) => mib(compacted.groups[group] ?? 0)),
      '',
    ]),
  ];
}

function costs(steps: readonly IdleStep[]): Row[] {
  const groups = groupsOf(steps);
  return [
    ['connections', 'all', ...groups, ''],
    ...costRows(steps, [
      totalOf,
      ...groups.map(
        (group) =>
          ({ groups: of }: MemoryReading) =>
            of[group] ?? 0,
      ),
    ]),
  ];
}

function workerCosts(steps: readonly IdleStep[]): Row[] {
  const fields: (keyof HeapMemory)[] = ['used', 'unused', 'external', 'outside'];
  return [
    ['connections', "objects in V8's heap", "rest of V8's heap", 'external', 'outside V8', ''],
    ...costRows(
      steps,
      fields.map(
        (field) =>
          ({ workers }: MemoryReading) =>
            workers[field],
      ),
    ),
  ];
}

function kernelCosts(steps: readonly IdleStep[]): Row[] {
  return [
    ['connections', 'socket buffers', 'all kernel objects', ''],
    ...costRows(steps, [({ kernel }) => kernel.tcpBuffers, ({ kernel }) => kernel.slabs]),
  ];
}

/** A row for each step with connections, a column for each part of the reading. */
function costRows(steps: readonly IdleStep[], parts: readonly ((of: MemoryReading) => number)[]): Row[] {
  const [first, ...others] = steps;
  return others.map((step) => [
    String(step.connections),
    ...parts.map((part) => kb(perConnection(first!, step, ({ compacted }) => part(compacted)))),
    '',
  ]);
}

function perConnection(from: IdleStep, to: IdleStep, bytesOf: (step: IdleStep) => number): number {
  return (bytesOf(to) - bytesOf(from)) / Math.max(1, to.connections - from.connections);
}

function kb(bytes: number): string {
  return (bytes / 1_000).toFixed(2);
}
