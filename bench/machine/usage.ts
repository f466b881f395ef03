// What the processes of a run take of the machine over an interval: processor time by part of Skein, and the most
// memory that each part held at once.
import {
  commandOf,
  familyOf,
  hasProcesses,
  readMachine,
  readMemory,
  readProcesses,
  type MachineReading,
  type ProcessReading,
} from './processes.ts';
import { groupOf, processGroups, type ProcessGroup } from './process-groups.ts';

export interface GroupUsage {
  readonly group: ProcessGroup;
  readonly processes: number;
  readonly cpuSeconds: number;
  /** Of its busiest process: one that nears the length of the interval has no more to give. */
  readonly busiestCpuSeconds: number;
  readonly peakMemoryBytes: number;
}

export interface Usage {
  readonly seconds: number;
  readonly groups: readonly GroupUsage[];
  /** Of all cores, by anyone. */
  readonly busySeconds: number;
  /** Of those, by processes that have nothing to do with the run, and by the kernel for nobody in particular. */
  readonly othersSeconds: number;
  /** Taken by other guests of the same host: not there for anyone here. */
  readonly stolenSeconds: number;
}

const sampleEveryMs = 500;

interface Followed {
  readonly group: ProcessGroup;
  readonly firstCpuSeconds: number;
  lastCpuSeconds: number;
}

/** Follows the families of the given processes until `stop`. */
export class UsageMeter {
  readonly #roots: readonly number[];
  readonly #startedAt = performance.now();
  readonly #machine: MachineReading = readMachine();
  readonly #followed = new Map<string, Followed>();
  readonly #peaks = new Map<ProcessGroup, number>();
  readonly #timer: NodeJS.Timeout;

  /** @returns null where there is no /proc */
  static start(roots: readonly number[]): UsageMeter | null {
    return hasProcesses() ? new UsageMeter(roots) : null;
  }

  private constructor(roots: readonly number[]) {
    this.#roots = roots;
    this.#sample(true);
    this.#timer = setInterval(() => this.#sample(false), sampleEveryMs);
  }

  stop(): Usage {
    clearInterval(this.#timer);
    this.#sample(false);
    const machine = readMachine();
    const groups = processGroups
      .map((group) => this.#usageOf(group))
      .filter(({ processes }) => processes > 0);
    const busySeconds = machine.busySeconds - this.#machine.busySeconds;
    const ours = groups.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    return {
      seconds: (performance.now() - this.#startedAt) / 1000,
      groups,
      busySeconds,
      othersSeconds: Math.max(0, busySeconds - ours),
      stolenSeconds: machine.stolenSeconds - this.#machine.stolenSeconds,
    };
  }

  #sample(first: boolean): void {
    const all = readProcesses();
    const members = new Map(
      this.#roots.flatMap((root) => familyOf(root, all)).map((each) => [each.pid, each]),
    );
    const memory = new Map<ProcessGroup, { privateBytes: number; sharedBytes: number }>();
    for (const reading of members.values()) {
      const { group } = this.#follow(reading, first);
      const sum = memory.get(group) ?? { privateBytes: 0, sharedBytes: 0 };
      const { privateBytes, sharedBytes } = readMemory(reading.pid);
      sum.privateBytes += privateBytes;
      sum.sharedBytes = Math.max(sum.sharedBytes, sharedBytes);
      memory.set(group, sum);
    }
    for (const [group, { privateBytes, sharedBytes }] of memory) {
      this.#peaks.set(group, Math.max(this.#peaks.get(group) ?? 0, privateBytes + sharedBytes));
    }
  }

  #follow({ pid, startTicks, cpuSeconds }: ProcessReading, first: boolean): Followed {
    const key = `${pid} ${startTicks}`;
    let followed = this.#followed.get(key);
    if (!followed) {
      // One that was born meanwhile has spent all of its time within the interval.
      const firstCpuSeconds = first ? cpuSeconds : 0;
      followed = { group: groupOf(commandOf(pid)), firstCpuSeconds, lastCpuSeconds: cpuSeconds };
      this.#followed.set(key, followed);
    }
    followed.lastCpuSeconds = cpuSeconds;
    return followed;
  }

  #usageOf(group: ProcessGroup): GroupUsage {
    const spent = [...this.#followed.values()]
      .filter((each) => each.group === group)
      .map(({ lastCpuSeconds, firstCpuSeconds }) => lastCpuSeconds - firstCpuSeconds);
    return {
      group,
      processes: spent.length,
      cpuSeconds: spent.reduce((sum, each) => sum + each, 0),
      busiestCpuSeconds: Math.max(0, ...spent),
      peakMemoryBytes: this.#peaks.get(group) ?? 0,
    };
  }
}
