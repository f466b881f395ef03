// Costs of one process in the measured interval, by function and by module, with idle time left out. Who called whom is
// for speedscope to show.
import { moduleOf, placeOf } from './names.ts';
import { selfTimes, type Interval, type Profile, type ProfileNode } from './profile.ts';

export interface Cost {
  readonly name: string;
  /** `cluster/fabric/bus/bus.ts:31`; the module for native code. */
  readonly place: string;
  readonly module: string;
  /** Own time, without that of the functions it called. */
  readonly selfUs: number;
}

export interface Work {
  /** One for each function. */
  readonly costs: readonly Cost[];
  readonly totalUs: number;
  /** Time in which the profiler did not see the process wait for something to do; it may have waited for a core. */
  readonly seenUs: number;
  /** Time in which the process waited for something to do. */
  readonly idleUs: number;
}

/**
 * @param repository address of the folder that the run's sources were in
 * @param cpuUs CPU time that the kernel counted for the process in the interval, null if not known. The profiler takes
 * waiting for a core for work: where it saw more, its times are shortened to this
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
  const costs = new Map<string, Cost>();
  let idleUs = 0;
  const visit = (node: ProfileNode, caller: string): void => {
    const { functionName } = node.callFrame;
    const module =
      functionName === '(root)' ? '' : callerModule(moduleOf(node.callFrame, repository), caller);
    const selfUs = times.get(node.id) ?? 0;
    if (functionName === '(idle)') idleUs += selfUs;
    else if (module !== '' && selfUs > 0) add(costs, node, module, repository, selfUs);
    for (const id of node.children ?? []) visit(byId.get(id)!, module);
  };
  for (const node of profile.nodes) if (!isChild.has(node.id)) visit(node, '');
  const all = [...costs.values()];
  const seenUs = all.reduce((sum, { selfUs }) => sum + selfUs, 0);
  const totalUs = Math.min(seenUs, cpuUs ?? Infinity);
  const scale = seenUs === 0 ? 1 : totalUs / seenUs;
  return { costs: all.map((cost) => ({ ...cost, selfUs: cost.selfUs * scale })), totalUs, seenUs, idleUs };
}

/** Costs of several processes by function, the dearest first. */
export function byFunction(works: readonly Work[]): Cost[] {
  return summed(works, ({ name, place, module }) => `${name} ${place} ${module}`);
}

/** Costs of several processes by module, the dearest first. */
export function byModule(works: readonly Work[]): Cost[] {
  return summed(works, ({ module }) => module);
}

function summed(works: readonly Work[], keyOf: (cost: Cost) => string): Cost[] {
  const groups = Map.groupBy(
    works.flatMap(({ costs }) => costs),
    keyOf,
  );
  return [...groups.values()]
    .map((group) => ({ ...group[0]!, selfUs: group.reduce((sum, { selfUs }) => sum + selfUs, 0) }))
    .sort((left, right) => right.selfUs - left.selfUs);
}

function add(
  costs: Map<string, Cost>,
  { callFrame }: ProfileNode,
  module: string,
  repository: string,
  selfUs: number,
): void {
  const name = callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName;
  const place = placeOf(callFrame, repository) || module;
  const key = `${name} ${place} ${module}`;
  costs.set(key, { name, place, module, selfUs: selfUs + (costs.get(key)?.selfUs ?? 0) });
}

/** Native code has no address: it goes by its caller, such as a system call by node:net. */
function callerModule(module: string, caller: string): string {
  if (module !== 'native' || caller === '') return module;
  return caller.startsWith('native') ? caller : `native, by ${caller}`;
}
