// One step of a rolling restart: a worker hands over its shards and sockets, ends, starts anew, and takes its share
// again. Whatever happens, its place is left to serve as it did before.
import { drained, drainOf, undrained } from '../../cluster/fabric/operations/intent.ts';
import { supervisorOf } from '../../cluster/fabric/control/control.ts';
import type { ClusterAccess } from './cluster/access.ts';
import { contentsOf, describeContents, isEmpty, rolesLeftEmpty } from './cluster/emptying.ts';
import { livingHosts, memberAt, outstandingMoves, unservedShards, type Member } from './cluster/facts.ts';
import { readMetrics } from './cluster/metrics.ts';
import { takesSockets } from './cluster/roles.ts';
import { readState, type ClusterState } from './cluster/snapshot.ts';
import { reasonOf } from './errors.ts';
import { follow, type Look } from './follow.ts';
import { formatDuration } from './terminal/durations.ts';
import { listed, plural } from './terminal/numbers.ts';
import type { Progress } from './terminal/progress.ts';
import { metricNames } from '../../protocol/metric-names.ts';

export interface RollOptions {
  /** The time over which each worker's sockets are sent elsewhere. */
  readonly overMs: number;
  /** Longest time for each part of a step. */
  readonly stepWithinMs: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Called before the place is drained. */
  readonly onDrain: (place: string) => Promise<void>;
}

/** A step did not succeed, or was interrupted; the sentence says where. */
export class RollStopped extends Error {
  override readonly name: string = 'RollStopped';
}

/** The same, and NATS did not take it back that the place is drained. */
export class LeftDrained extends RollStopped {
  override readonly name = 'LeftDrained';
}

/** A worker has up to 10 s to end before its supervisor kills it. */
const restartWithinMs = 20_000;
const undrainAttempts = 20;

/** Returns the new incarnation. Throws RollStopped. */
export async function rollWorker(
  access: ClusterAccess,
  worker: Member,
  options: RollOptions,
): Promise<string> {
  const { place, host, incarnation } = worker;
  const state = await readState(access);
  const obstacle = whyNotRoll(state, worker);
  if (obstacle) throw new RollStopped(obstacle);
  // Drained by an operator: it stays so.
  const wasDrained = drainOf(state.intent, place) !== null;
  let renewed: string;
  if (!wasDrained) {
    await options.onDrain(place);
    const drain = { sinceMs: Date.now(), overMs: options.overMs };
    await access.changeIntent((intent) => drained(intent, place, drain));
  }
  try {
    await untilEmpty(access, place, options);
    options.progress.say(`${place}: ending`);
    await restart(access, host, place);
    renewed = await untilBack(access, place, incarnation, options);
  } finally {
    if (!wasDrained) await undrainSurely(access, place);
  }
  if (!wasDrained) await untilServing(access, place, incarnation, options);
  return renewed;
}

/** Why this worker cannot be restarted without anyone noticing; null when it can. */
export function whyNotRoll(state: ClusterState, { place, host }: Member): string | null {
  const left = rolesLeftEmpty(state, (member) => member.place === place);
  if (left.length > 0) {
    return `without ${place}, no worker with the role ${listed(left)} would be left to serve; start another one first`;
  }
  if (livingHosts(state).some((each) => each.host === host)) return null;
  return `the supervisor of ${host} is not there, so nobody could start ${place} again`;
}

async function untilEmpty(access: ClusterAccess, place: string, options: RollOptions): Promise<void> {
  const look = async () => {
    const contents = await contentsOf(access, { name: place, kind: 'place' });
    return { done: isEmpty(contents), say: `${place}: handing over, ${describeContents(contents)}` };
  };
  await within(options.overMs + options.stepWithinMs, `${place} did not hand over everything`, look, options);
}

async function restart(access: ClusterAccess, host: string, place: string): Promise<void> {
  try {
    await access.ask(supervisorOf(host), 'restart', { place }, restartWithinMs);
  } catch (error) {
    throw new RollStopped(`${place} could not be restarted (${reasonOf(error)})`);
  }
}

async function untilBack(
  access: ClusterAccess,
  place: string,
  before: string,
  options: RollOptions,
): Promise<string> {
  let found = '';
  const look = async () => {
    const member = memberAt(await readState(access), place);
    if (!member || member.incarnation === before) return { done: false, say: `${place}: starting` };
    const answers = (await readMetrics(access, member.incarnation)) !== null;
    found = member.incarnation;
    return { done: answers, say: `${place}: started as ${found}, not answering yet` };
  };
  await within(options.stepWithinMs, `${place} did not come back`, look, options);
  return found;
}

async function untilServing(
  access: ClusterAccess,
  place: string,
  before: string,
  options: RollOptions,
): Promise<void> {
  const look = async () => {
    const state = await readState(access);
    const member = memberAt(state, place);
    // One that ended once more has come back all the same, under another name.
    if (!member || member.incarnation === before) return { done: false, say: `${place}: away again` };
    const moves = outstandingMoves(state).length;
    const unserved = unservedShards(state).length;
    const refuses = takesSockets(member) && (await isDraining(access, member.incarnation));
    return {
      done: moves === 0 && unserved === 0 && !refuses,
      say: `${place}: taking its share, ${plural(moves, 'shard')} to come`,
    };
  };
  await within(options.stepWithinMs, `${place} did not get its share of the shards`, look, options);
}

async function isDraining(access: ClusterAccess, incarnation: string): Promise<boolean> {
  return (await readMetrics(access, incarnation))?.value(metricNames.draining) !== 0;
}

async function within(
  withinMs: number,
  failure: string,
  look: () => Promise<Look>,
  { progress, signal }: RollOptions,
): Promise<void> {
  let last = '';
  const remembering = async () => {
    const seen = await look();
    last = seen.say;
    return seen;
  };
  const outcome = await follow(remembering, { progress, withinMs, signal });
  if (outcome === 'interrupted') throw new RollStopped('interrupted');
  if (outcome === 'late') throw new RollStopped(`${failure} within ${formatDuration(withinMs)} (${last})`);
}

/** The cluster must not be left with a drained place because NATS was starting anew just now. */
async function undrainSurely(access: ClusterAccess, place: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await access.changeIntent((intent) => undrained(intent, place));
      return;
    } catch (error) {
      if (attempt < undrainAttempts) continue;
      throw new LeftDrained(`${place} is left drained (${reasonOf(error)}): skein undrain ${place}`);
    }
  }
}
