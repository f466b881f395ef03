// Use of the machine by the processes of a run over an interval: processor time by part of Skein, the most memory
// that each part held at once, and both over time together with how the server was.
import { nowUs } from '../clock.ts';
import { VitalsReader } from '../server/vitals.ts';
import {
  commandOf,
  familyOf,
  hasProcesses,
  readLoopbackBytes,
  readMachine,
  readMemory,
  readProcesses,
  type MachineReading,
  type ProcessReading,
} from './processes.ts';
import { groupOf, processGroups, processNameOf, type ProcessGroup } from './process-groups.ts';
import { sampleBetween, type Meters, type UsageSample, type UsageSeries } from './series.ts';

export interface GroupUsage {
  readonly group: ProcessGroup;
  readonly processes: number;
  readonly cpuSeconds: number;
  /** Of its busiest process: one that nears the length of the interval has no more to give. */
  readonly busiestCpuSeconds: number;
  readonly peakMemoryBytes: number;
}

export interface ProcessUsage {
  readonly pid: number;
  /** Such as `worker 2`. */
  readonly name: string;
  readonly cpuSeconds: number;
}

export interface Usage {
  /** When it began, on the clock that all processes share: profiles are cut by it. */
  readonly fromUs: number;
  readonly seconds: number;
  readonly groups: readonly GroupUsage[];
  /** Of all cores, by anyone. */
  readonly busySeconds: number;
  /** Of those, by processes that have nothing to do with the run, and by the kernel for nobody in particular. */
  readonly othersSeconds: number;
  /** Taken by other guests of the same host: not there for anyone here. */
  readonly stolenSeconds: number;
  /** By the bench's own parent process, which measures; they are among the others'. */
  readonly benchSeconds: number;
  /** Over the loopback, whoever sent them, with all headers. */
  readonly loopbackBytes: number;
  /** Node's alone: PostgreSQL's come and go by the dozen. */
  readonly processes: readonly ProcessUsage[];
  readonly series: UsageSeries;
}

/** A look at 80 processes costs about 5 ms of processor time, which is in `benchSeconds`. */
const sampleEveryMs = 1_000;
const nodeGroups: ReadonlySet<ProcessGroup> = new Set([
  'workers',
  'projector',
  'identity',
  'supervisor',
  'start',
  'generators',
]);

interface Followed {
  readonly pid: number;
  readonly name: string;
  readonly group: ProcessGroup;
  readonly firstCpuSeconds: number;
  lastCpuSeconds: number;
}

/** Follows the families of the given processes until `stop`. */
export class UsageMeter {
  readonly #roots: readonly number[];
  readonly #fromUs = nowUs();
  readonly #startedAt = performance.now();
  readonly #machine: MachineReading = readMachine();
  readonly #ownCpu = process.cpuUsage();
  readonly #followed = new Map<string, Followed>();
  readonly #peaks = new Map<ProcessGroup, number>();
  readonly #vitals: VitalsReader;
  readonly #samples: UsageSample[] = [];
  readonly #first: Meters;
  #last: Meters;
  readonly #timer: NodeJS.Timeout;

  /**
   * @param roots the heads of the families
   * @param metricsUrls where the server's processes tell how they are, the projector first
   * @returns null where there is no /proc
   */
  static start(roots: readonly number[], metricsUrls: readonly string[] = []): UsageMeter | null {
    return hasProcesses() ? new UsageMeter(roots, metricsUrls) : null;
  }

  private constructor(roots: readonly number[], metricsUrls: readonly string[]) {
    this.#roots = roots;
    this.#readFamilies(true);
    this.#first = this.#last = this.#readMeters();
    this.#vitals = new VitalsReader(metricsUrls);
    this.#timer = setInterval(() => this.#sample(), sampleEveryMs);
  }

  stop(): Usage {
    clearInterval(this.#timer);
    this.#vitals.stop();
    this.#sample();
    const machine = readMachine();
    const groups = processGroups
      .map((group) => this.#usageOf(group))
      .filter(({ processes }) => processes > 0);
    const busySeconds = machine.busySeconds - this.#machine.busySeconds;
    const ours = groups.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    const own = process.cpuUsage(this.#ownCpu);
    return {
      fromUs: Math.round(this.#fromUs),
      seconds: this.#elapsedS,
      groups,
      busySeconds,
      othersSeconds: Math.max(0, busySeconds - ours),
      stolenSeconds: machine.stolenSeconds - this.#machine.stolenSeconds,
      benchSeconds: (own.user + own.system) / 1_000_000,
      loopbackBytes: this.#last.loopbackBytes - this.#first.loopbackBytes,
      processes: this.#processes,
      series: { everyMs: sampleEveryMs, samples: this.#samples },
    };
  }

  get #elapsedS(): number {
    return (performance.now() - this.#startedAt) / 1_000;
  }

  #sample(): void {
    const memory = this.#readFamilies(false);
    const meters = this.#readMeters();
    // The kernel counts in hundredths of a second: over a short rest of the interval they would say nothing.
    if (meters.atS - this.#last.atS < sampleEveryMs / 2_000) return;
    this.#samples.push(sampleBetween(this.#last, meters, memory, this.#vitals.take()));
    this.#last = meters;
  }

  #readMeters(): Meters {
    const cpuSeconds = new Map<ProcessGroup, number>();
    for (const { group, firstCpuSeconds, lastCpuSeconds } of this.#followed.values()) {
      cpuSeconds.set(group, (cpuSeconds.get(group) ?? 0) + lastCpuSeconds - firstCpuSeconds);
    }
    return {
      atS: this.#elapsedS,
      cpuSeconds,
      busySeconds: readMachine().busySeconds,
      loopbackBytes: readLoopbackBytes(),
    };
  }

  /** @returns the memory that each group holds, in bytes */
  #readFamilies(first: boolean): Map<ProcessGroup, number> {
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
    const bytes = new Map(
      [...memory].map(([group, { privateBytes, sharedBytes }]) => [group, privateBytes + sharedBytes]),
    );
    for (const [group, held] of bytes) this.#peaks.set(group, Math.max(this.#peaks.get(group) ?? 0, held));
    return bytes;
  }

  #follow({ pid, startTicks, cpuSeconds }: ProcessReading, first: boolean): Followed {
    const key = `${pid} ${startTicks}`;
    let followed = this.#followed.get(key);
    if (!followed) {
      // One that was born meanwhile has spent all of its time within the interval.
      const firstCpuSeconds = first ? cpuSeconds : 0;
      const command = commandOf(pid);
      const group = groupOf(command);
      followed = { pid, name: processNameOf(command), group, firstCpuSeconds, lastCpuSeconds: cpuSeconds };
      this.#followed.set(key, followed);
    }
    followed.lastCpuSeconds = cpuSeconds;
    return followed;
  }

  get #processes(): ProcessUsage[] {
    const ofNode = [...this.#followed.values()].filter(({ group }) => nodeGroups.has(group));
    return ofNode.map(({ pid, name, lastCpuSeconds, firstCpuSeconds }) => ({
      pid,
      name,
      cpuSeconds: lastCpuSeconds - firstCpuSeconds,
    }));
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
