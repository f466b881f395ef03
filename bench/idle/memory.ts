// Memory of a server's processes. Pages that processes share are counted in parts (PSS), so
// that the sum over all of them is what would be free without them, which no sum of resident sizes tells.
import { readFileSync } from 'node:fs';
import { commandOf, familyOf, readProcesses } from '../machine/processes.ts';
import { groupOf, type ProcessGroup } from '../machine/process-groups.ts';
import { parseMetrics, readTexts } from '../server/metrics.ts';

/** In bytes. */
export interface HeapMemory {
  /** Of V8's heap, what objects take, and what V8 keeps beyond it. */
  readonly used: number;
  readonly unused: number;
  /** Buffers and other memory that V8 knows of outside its heap. */
  readonly external: number;
  /** Resident beyond these: sockets, libraries, code, the allocator's reserve. */
  readonly outside: number;
}

/** In bytes; of the whole machine, so of both ends of each connection. */
export interface KernelMemory {
  readonly tcpSockets: number;
  readonly tcpBuffers: number;
  /** The kernel's own objects of every kind, sockets among them. */
  readonly slabs: number;
}

export interface MemoryReading {
  /** PSS in bytes by group of processes. */
  readonly groups: Readonly<Partial<Record<ProcessGroup, number>>>;
  /** Of the processes that tell it: the workers together, which hold the connections. */
  readonly workers: HeapMemory;
  readonly kernel: KernelMemory;
}

const sigusr2Bit = 1n << 11n;
const pageBytes = 4096;

export function totalOf({ groups }: MemoryReading): number {
  return Object.values(groups).reduce((sum, bytes) => sum + bytes, 0);
}

/** @param workerMetricsUrls where the workers tell of their heaps */
export async function readServerMemory(
  head: number,
  workerMetricsUrls: readonly string[],
): Promise<MemoryReading> {
  const groups: Partial<Record<ProcessGroup, number>> = {};
  for (const { pid } of familyOf(head, readProcesses())) {
    const group = groupOf(commandOf(pid));
    groups[group] = (groups[group] ?? 0) + parsePss(read(`/proc/${pid}/smaps_rollup`));
  }
  const texts = await readTexts(workerMetricsUrls);
  return {
    groups,
    workers: addHeaps(texts.map(parseHeap)),
    kernel: parseKernel(read('/proc/net/sockstat'), read('/proc/meminfo')),
  };
}

/** Has the heaps collected of those processes of the family that know how (see compaction.ts). */
export function compactHeaps(head: number): void {
  for (const { pid } of familyOf(head, readProcesses())) {
    // The signal ends a process that does not catch it.
    if (catchesUsr2(read(`/proc/${pid}/status`))) process.kill(pid, 'SIGUSR2');
  }
}

/** Node's alone: nats-server catches the signal as well, and ends in order. */
export function catchesUsr2(status: string): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0';
  const isNode = /^Name:\s*(node|MainThread)\s*$/m.test(status);
  return isNode && (BigInt(`0x${caught}`) & sigusr2Bit) !== 0n;
}

export function parsePss(rollup: string): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
}

export function parseHeap(metrics: string): HeapMemory {
  const values = new Map<string, number>();
  for (const [name, value] of parseMetrics(metrics)) values.set(name, value);
  const of = (name: string) => values.get(name) ?? 0;
  const used = of('nodejs_heap_size_used_bytes');
  const total = of('nodejs_heap_size_total_bytes');
  const external = of('nodejs_external_memory_bytes');
  const outside = of('process_resident_memory_bytes') - total - external;
  return { used, unused: total - used, external, outside };
}

export function parseKernel(sockstat: string, meminfo: string): KernelMemory {
  const [, sockets = 0, pages = 0] = /^TCP: inuse (\d+) .*mem (\d+)/m.exec(sockstat)?.map(Number) ?? [];
  const slabs = Number(/^Slab:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024;
  return { tcpSockets: sockets, tcpBuffers: pages * pageBytes, slabs };
}

function addHeaps(heaps: readonly HeapMemory[]): HeapMemory {
  const sum = (field: keyof HeapMemory) => heaps.reduce((total, heap) => total + heap[field], 0);
  return {
    used: sum('used'),
    unused: sum('unused'),
    external: sum('external'),
    outside: sum('outside'),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended, or may not be read
  }
}
