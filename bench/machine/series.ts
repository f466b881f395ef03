// How a run went on the machine second by second: an average over a minute hides the pause that made the tail, and a
// backlog that grows until the end.
import type { ServerVitals } from '../server/vitals.ts';
import type { ProcessGroup } from './process-groups.ts';

/** The server's metrics are in those samples alone before which they were read anew. */
export interface UsageSample extends Partial<ServerVitals> {
  /** When what the sample tells of begins, in seconds from the start of the measured interval. */
  readonly atS: number;
  /** Cores' worth of processor time by group of processes. */
  readonly cpu: Readonly<Partial<Record<ProcessGroup, number>>>;
  /** At its end. */
  readonly memoryBytes: Readonly<Partial<Record<ProcessGroup, number>>>;
  /** Of all cores, by anyone on this machine. */
  readonly machineCores: number;
  readonly loopbackBytesPerSecond: number;
}

export interface UsageSeries {
  readonly everyMs: number;
  readonly samples: readonly UsageSample[];
}

/** Totals since some moment long ago. */
export interface Meters {
  readonly atS: number;
  readonly cpuSeconds: ReadonlyMap<ProcessGroup, number>;
  readonly busySeconds: number;
  readonly loopbackBytes: number;
}

/** Use from one reading of the meters to the next, by the second. */
export function sampleBetween(
  before: Meters,
  after: Meters,
  memory: ReadonlyMap<ProcessGroup, number>,
  vitals: ServerVitals | null,
): UsageSample {
  const seconds = after.atS - before.atS;
  const perSecond = (from: number, to: number) => Math.max(0, rounded((to - from) / seconds));
  const cpu = [...after.cpuSeconds].map(([group, spent]): [ProcessGroup, number] => [
    group,
    perSecond(before.cpuSeconds.get(group) ?? 0, spent),
  ]);
  return {
    atS: rounded(before.atS),
    cpu: Object.fromEntries(cpu),
    memoryBytes: Object.fromEntries(memory),
    machineCores: perSecond(before.busySeconds, after.busySeconds),
    loopbackBytesPerSecond: Math.round(perSecond(before.loopbackBytes, after.loopbackBytes)),
    ...vitals,
  };
}

/** To a thousandth: more digits would be noise in a file that people read. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
