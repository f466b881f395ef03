// The settings of a load. A load that the server must refuse by its own limits would measure the refusals, so it is
// refused here.
import { limits } from '../../protocol/limits.ts';
import { BenchError } from '../bench-error.ts';
import {
  checkedCommon,
  processesFor,
  requireRoom,
  type CommonFlags,
  type CommonOptions,
} from '../options.ts';
import { bodyBytesMin } from './body.ts';
import type { Layout } from './layout.ts';
import { Plan } from './plan.ts';
import type { TalkerKind } from './talker.ts';

export const loadNames = ['chat', 'groups', 'hot-room', 'reactions', 'soak', 'reconnect-storm'] as const;
export type LoadName = (typeof loadNames)[number];

export interface LoadSettings {
  readonly layout: Layout;
  /** People, each with a connection. */
  readonly connections: number;
  /** Messages a second, of all connections together. */
  readonly rate: number;
  /** Messages under way at once in place of a rate; null: the rate holds. */
  readonly window: number | null;
  /** Reactions a second, of all connections together. */
  readonly reactionRate: number;
  readonly seconds: number;
  readonly warmup: number;
  /** Everyone loses their socket so many seconds into the measured interval; null: nobody does. */
  readonly cutAfter: number | null;
  /** Measures how memory grows. */
  readonly watchMemory: boolean;
  readonly bytes: number;
  readonly receipts: boolean;
  readonly clients: TalkerKind;
  readonly connectRate: number;
  /** Of everything that chance decides. */
  readonly seed: number;
}

export interface LoadFlags extends LoadSettings, CommonFlags {
  /** Undefined: as many as hold the connections. */
  readonly generators?: number;
}

export interface LoadOptions extends LoadSettings, CommonOptions {
  readonly generators: number;
}

/** One process for each core that the server leaves, and two sides of a conversation in different ones. */
const generatorsMin = 2;

/** Throws BenchError with what to change. */
export function checkedLoad(flags: LoadFlags): LoadOptions {
  const { layout, connections, rate, window, reactionRate, seconds, warmup, cutAfter } = flags;
  const { watchMemory, bytes, receipts, clients, connectRate, seed } = flags;
  checkPeople(flags);
  checkRates(flags);
  if (bytes < bodyBytesMin || bytes > limits.messageBodyBytesMax)
    throw new BenchError(`--bytes must be from ${bodyBytesMin} to ${limits.messageBodyBytesMax}.`);
  if (cutAfter !== null && cutAfter >= seconds)
    throw new BenchError(
      `--cut-after ${cutAfter} must lie within the ${seconds} measured seconds: lower it.`,
    );
  const generators = flags.generators ?? Math.min(connections, processesFor(connections, generatorsMin));
  if (generators > connections)
    throw new BenchError(`--generators must not be more than the ${connections} connections.`);
  requireRoom('--generators', generators, connections);
  return {
    ...{ layout, connections, rate, window, reactionRate, seconds, warmup, cutAfter, watchMemory, bytes },
    ...{ receipts, clients, connectRate, seed, generators },
    ...checkedCommon(flags, connections),
  };
}

function checkPeople({ layout, connections }: LoadFlags): void {
  const { groupMembersMin, groupMembersMax } = limits;
  if (layout.kind === 'pairs') {
    if (connections % 2 !== 0)
      throw new BenchError(`--connections must be even, not ${connections}: people write in pairs.`);
  } else if (connections < groupMembersMin) {
    throw new BenchError(`A group has at least ${groupMembersMin} members, not ${connections}: use more.`);
  } else if (layout.kind === 'room' && connections > groupMembersMax) {
    throw new BenchError(`--members ${connections} is too many: a group has ${groupMembersMax} at most.`);
  }
}

function checkRates({ layout, connections, rate, reactionRate, window, seed }: LoadFlags): void {
  const { sendsPerSecond, reactionsPerSecond } = limits;
  const rateMax = Math.floor(sendsPerSecond / new Plan({ layout, people: connections, seed }).busiestShare);
  if (window === null && rate > rateMax) {
    const more = layout.kind === 'room' ? '--members' : 'connections';
    throw new BenchError(
      `--rate ${rate} is more than ${connections} people may send: the server allows each of them ` +
        `${sendsPerSecond} messages a second. Lower it to ${rateMax}, or use at least ` +
        `${2 * Math.ceil((connections * rate) / rateMax / 2)} ${more}.`,
    );
  }
  const reactionRateMax = connections * reactionsPerSecond;
  if (reactionRate > reactionRateMax) {
    throw new BenchError(
      `--reactions ${reactionRate} is more than ${connections} people may make: the server allows each of them ` +
        `${reactionsPerSecond} a second. Lower it to ${reactionRateMax}, or use more connections.`,
    );
  }
}
