// The settings of a comparison.
import { BenchError } from '../bench-error.ts';
import { requireRoom } from '../options.ts';
import { dialectNames, type DialectName } from './dialects.ts';

export interface PeersSettings {
  /** People in pairs. */
  readonly connections: number;
  /** Direct messages a second, of all together. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  /** Of the room. */
  readonly members: number;
  /** Messages of each generator's writer in the room that may be under way. */
  readonly window: number;
  readonly bytes: number;
  readonly generators: number;
  readonly json: string | undefined;
}

export interface PeersFlags extends PeersSettings {
  readonly only: string;
}

export interface PeersOptions extends PeersSettings {
  readonly dialects: readonly DialectName[];
}

/** Of the room's check, which notes as many messages under way. */
const windowMax = 4_000;

/** Throws BenchError with what to change. */
export function checked({ only, ...settings }: PeersFlags): PeersOptions {
  const { connections, members, generators, window } = settings;
  if (connections % 2 !== 0)
    throw new BenchError(`--connections ${connections} cannot stand in pairs: give an even number.`);
  if (connections < 2 * generators || members < 2 * generators)
    throw new BenchError(`--connections and --members must be at least twice the ${generators} generators.`);
  if (generators % 2 !== 0 && generators !== 1)
    throw new BenchError(
      `--generators ${generators}: give 1 or an even number, so that pairs are spread evenly.`,
    );
  if (window > windowMax) throw new BenchError(`--window ${window} is more than ${windowMax}.`);
  requireRoom('--generators', generators, Math.max(connections, members));
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !dialectNames.includes(name as DialectName));
  if (unknown !== undefined)
    throw new BenchError(`--only names ${unknown}; there are ${dialectNames.join(', ')}.`);
  return { ...settings, dialects: names as DialectName[] };
}
