// Which processes belong to a server. PostgreSQL puts every backend into a session of its own, so a signal to its
// process group reaches the postmaster alone: pausing or killing all of it needs the tree from /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Whether a process with this id runs (a zombie counts as gone). */
export function isAlive(pid: number): boolean {
  return exists(pid) && statOf(pid)?.state !== 'Z';
}

/** Whether the kernel still knows a process with this id: one that runs, or a zombie that nobody has waited for. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Direct children; empty where there is no /proc. */
export function childrenOf(pid: number): number[] {
  return processIds().filter((candidate) => statOf(candidate)?.parent === pid);
}

/** Processes whose working folder is `folder`: a postmaster and its backends work in their data folder. */
export function processesIn(folder: string): number[] {
  return processIds().filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder && isAlive(pid);
    } catch {
      return false;
    }
  });
}

/** The command line, or an empty string when it cannot be read. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** When a process began, in the kernel's ticks since the machine did: tells apart processes that had the same id. */
export function startTicksOf(pid: number): string {
  return statOf(pid)?.startTicks ?? '';
}

/** Sends a signal to a process; true when there was one to take it. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Longest wait for a process to stand still, and the pause between two looks, in ms. */
const stillWithinMs = 5_000;
const lookEveryMs = 1;
const still = ['T', 't', 'Z', ''];

/**
 * Freezes a process, and returns when every thread of it stands still: the kernel stops each one when it next has a
 * processor, which on a busy machine is long enough to answer one more request.
 */
export function freeze(pid: number): void {
  if (!signal(pid, 'SIGSTOP')) return;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; waitedMs < stillWithinMs && !standsStill(pid); waitedMs += lookEveryMs)
    Atomics.wait(pause, 0, 0, lookEveryMs);
}

/** True also where there is no /proc to look into. */
function standsStill(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.every((thread) => still.includes(statOf(`${pid}/task/${thread}`)?.state ?? ''));
  } catch {
    return true;
  }
}

/** Freezes a server and its children: the parent first, so that it starts no new ones meanwhile. */
export function freezeTree(pid: number): void {
  const children = childrenOf(pid);
  freeze(pid);
  for (const child of new Set([...children, ...childrenOf(pid)])) freeze(child);
}

/** Signals a server and its children: the parent first, so that it starts no new ones meanwhile. */
export function signalTree(pid: number, name: NodeJS.Signals): void {
  const children = childrenOf(pid);
  signal(pid, name);
  for (const child of new Set([...children, ...childrenOf(pid)])) signal(child, name);
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

interface ProcessStat {
  state: string;
  parent: number;
  startTicks: string;
}

/** The fields after the name, which may itself hold spaces and brackets. */
function statOf(place: number | string): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${place}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTicks: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
