// Processes as Linux shows them under /proc: their families, processor time and memory. Elsewhere there is nothing
// to read, and the report says so.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface ProcessReading {
  readonly pid: number;
  readonly parent: number;
  /** Tells apart processes that had the same id. */
  readonly startTicks: number;
  readonly cpuSeconds: number;
}

export interface MemoryReading {
  /** Resident bytes of its own. */
  readonly privateBytes: number;
  /** Resident bytes of shared memory, which every PostgreSQL process counts as its own. */
  readonly sharedBytes: number;
}

export interface MachineReading {
  /** Processor seconds since the machine started, over all its cores. */
  readonly busySeconds: number;
  /** Taken by other guests of the same host. */
  readonly stolenSeconds: number;
}

/** USER_HZ: what the kernel tells user space in, on every architecture that Node runs on. */
const ticksPerSecond = 100;

export function hasProcesses(): boolean {
  return existsSync('/proc/self/stat');
}

/** Everything that runs; what ends meanwhile is left out. */
export function readProcesses(): ProcessReading[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => parseStat(Number(name), read(`/proc/${name}/stat`)))
    .filter((reading) => reading !== undefined);
}

/** `pid (name) state parent …`; the name may itself hold spaces and brackets. */
export function parseStat(pid: number, stat: string): ProcessReading | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 20) return undefined;
  const cpuTicks = Number(fields[11]) + Number(fields[12]);
  return {
    pid,
    parent: Number(fields[1]),
    startTicks: Number(fields[19]),
    cpuSeconds: cpuTicks / ticksPerSecond,
  };
}

/** The process and all that descend from it. */
export function familyOf(root: number, processes: readonly ProcessReading[]): ProcessReading[] {
  const members = new Set([root]);
  // Children may stand before their parents in the list: repeat until nobody is added.
  for (let before = 0; before !== members.size;) {
    before = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  return processes.filter(({ pid }) => members.has(pid));
}

export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

export function readMemory(pid: number): MemoryReading {
  const status = read(`/proc/${pid}/status`);
  const bytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { privateBytes: bytes('RssAnon') + bytes('RssFile'), sharedBytes: bytes('RssShmem') };
}

export function readMachine(): MachineReading {
  const [, ...ticks] = (read('/proc/stat').split('\n', 1)[0] ?? '').split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = ticks.map(Number);
  return {
    busySeconds: (user + nice + system + irq + softirq) / ticksPerSecond,
    stolenSeconds: steal / ticksPerSecond,
  };
}

/** Bytes that went over the loopback since the machine started, whoever sent them, with all headers. */
export function readLoopbackBytes(): number {
  return Number(/^\s*lo:\s*(\d+)/m.exec(read('/proc/net/dev'))?.[1] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
