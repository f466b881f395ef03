// The calls of a profile as one tree, with the same functions merged, and idle time left out.
import { moduleOf, placeOf } from './names.ts';
import { selfTimes, type Interval, type Profile, type ProfileNode } from './profile.ts';

export interface Frame {
  readonly name: string;
  /** `cluster/fabric/bus/bus.ts:31`; empty for native code. */
  readonly place: string;
  readonly module: string;
  selfUs: number;
  /** With all that it called. */
  totalUs: number;
  readonly children: Map<string, Frame>;
}

export interface Work {
  readonly root: Frame;
  /** In which the profiler did not see it wait for something to do; it may have waited for a core. */
  readonly seenUs: number;
  /** In which the process waited for something to do. */
  readonly idleUs: number;
}

const notWork = new Set(['(root)', '(idle)']);

/**
 * @param repository where the run's repository was, as a file address
 * @param cpuUs what the kernel counted for the process in the interval. The profiler takes waiting for a core for work:
 * where it saw more, its times are shortened to this. Null: not known
 */
export function workIn(
  profile: Profile,
  interval: Interval | null,
  repository: string,
  cpuUs: number | null,
): Work {
  const times = selfTimes(profile, interval);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const isChild = new Set(profile.nodes.flatMap(({ children = [] }) => children));
  const root = newFrame('all', '', '');
  let idleUs = 0;
  const add = (node: ProfileNode, parent: Frame): number => {
    const { functionName } = node.callFrame;
    const selfUs = times.get(node.id) ?? 0;
    if (functionName === '(idle)') {
      idleUs += selfUs;
      return 0;
    }
    const frame = notWork.has(functionName) ? parent : frameOf(node, parent, repository);
    let totalUs = frame === root ? 0 : selfUs;
    if (frame !== root) frame.selfUs += selfUs;
    for (const id of node.children ?? []) totalUs += add(byId.get(id)!, frame);
    if (frame !== root) frame.totalUs += totalUs;
    return totalUs;
  };
  for (const node of profile.nodes) if (!isChild.has(node.id)) root.totalUs += add(node, root);
  const seenUs = root.totalUs;
  pruned(root);
  if (cpuUs !== null && cpuUs < seenUs) scale(root, cpuUs / seenUs);
  return { root, seenUs, idleUs };
}

/** Neighbours of one module become one: which part of Skein had which part do its work. */
export function byModule(root: Frame): Frame {
  const merged = newFrame(root.name, '', '');
  merged.totalUs = root.totalUs;
  const add = (frame: Frame, parent: Frame): void => {
    const key = frame.module;
    let target = parent;
    if (parent.module !== key) {
      target = parent.children.get(key) ?? newFrame(key, '', key);
      parent.children.set(key, target);
      target.totalUs += frame.totalUs;
    }
    target.selfUs += frame.selfUs;
    for (const child of frame.children.values()) add(child, target);
  };
  for (const child of root.children.values()) add(child, merged);
  return merged;
}

export interface Share {
  readonly name: string;
  readonly place: string;
  selfUs: number;
}

/** Own time of each function, wherever it was called from; the most first. */
export function topFunctions(roots: readonly Frame[]): Share[] {
  return top(roots, ({ name, place, module }) => ({
    key: `${name} ${place} ${module}`,
    name,
    place: place || module,
  }));
}

export function topModules(roots: readonly Frame[]): Share[] {
  return top(roots, ({ module }) => ({ key: module, name: module, place: '' }));
}

function top(
  roots: readonly Frame[],
  identify: (frame: Frame) => { key: string; name: string; place: string },
): Share[] {
  const shares = new Map<string, Share>();
  const visit = (frame: Frame): void => {
    if (frame.selfUs > 0) {
      const { key, name, place } = identify(frame);
      const share = shares.get(key) ?? { name, place, selfUs: 0 };
      share.selfUs += frame.selfUs;
      shares.set(key, share);
    }
    for (const child of frame.children.values()) visit(child);
  };
  for (const root of roots) visit(root);
  return [...shares.values()].sort((left, right) => right.selfUs - left.selfUs);
}

function frameOf({ callFrame }: ProfileNode, parent: Frame, repository: string): Frame {
  const name = callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName;
  const place = placeOf(callFrame, repository);
  const key = `${name} ${place}`;
  const known = parent.children.get(key);
  if (known) return known;
  const frame = newFrame(name, place, callerModule(moduleOf(callFrame, repository), parent.module));
  parent.children.set(key, frame);
  return frame;
}

/** Native code has no address: it is told by who called it, such as a system call by node:net. */
function callerModule(module: string, caller: string): string {
  if (module !== 'native' || caller === '') return module;
  return caller.startsWith('native') ? caller : `native, by ${caller}`;
}

function pruned(frame: Frame): void {
  for (const [key, child] of frame.children) {
    if (child.totalUs <= 0) frame.children.delete(key);
    else pruned(child);
  }
}

function scale(frame: Frame, times: number): void {
  frame.selfUs *= times;
  frame.totalUs *= times;
  for (const child of frame.children.values()) scale(child, times);
}

function newFrame(name: string, place: string, module: string): Frame {
  return { name, place, module, selfUs: 0, totalUs: 0, children: new Map() };
}
