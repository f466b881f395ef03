// `skein shards list`.
import type { Command } from 'commander';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { sharesOf } from '../../../cluster/fabric/placement/placement.ts';
import { ownerOf } from '../../../cluster/fabric/placement/shard-map.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { livingMembers, placementWorkersOf, placeOfOwner, shardsOf } from '../cluster/facts.ts';
import { hottest, readLoads } from '../cluster/loads.ts';
import { describeShards, workerNamed } from '../cluster/names.ts';
import { runsShards } from '../cluster/roles.ts';
import { readState, type ClusterState } from '../cluster/snapshot.ts';
import { examples, jsonOption, numberOption, onCluster } from '../command-line.ts';
import { formatBytes, formatCount } from '../terminal/numbers.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';

interface Options extends OutputOptions {
  readonly hot?: number;
  readonly worker?: string;
}

interface WorkerShards {
  readonly place: string;
  readonly incarnation: string;
  readonly shards: number;
  readonly fairShare: number;
  readonly pinnedHere: number;
  readonly weight: number;
}

interface ListedShard {
  readonly shard: number;
  readonly place: string;
  readonly commandsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly actors: number;
  readonly waiting: number;
  readonly pin: string | null;
}

export function addShardsList(shards: Command): void {
  const command = shards
    .command('list')
    .description('how many shards each worker owns; or single shards with their load')
    .addOption(numberOption('--hot <count>', 'the hottest shards with their load', 1, bounds.shardCount))
    .option('--worker <place>', 'only the shards of this worker')
    .addOption(jsonOption())
    .action(onCluster(list));
  examples(command, [
    'skein shards list',
    'skein shards list --hot 10',
    'skein shards list --worker one/2 --json | jq length',
  ]);
}

async function list(access: ClusterAccess, options: Options): Promise<void> {
  const state = await readState(access);
  if (options.hot === undefined && options.worker === undefined) {
    const workers = perWorker(state);
    return print(options, workers, () => describeWorkers(state, workers));
  }
  const listed = await shardsListed(access, state, options);
  print(options, listed, () => (listed.length > 0 ? describeListed(listed) : 'No shard has anything to do.'));
}

function perWorker(state: ClusterState): WorkerShards[] {
  const shares = sharesOf(bounds.shardCount, placementWorkersOf(state));
  const pins = Object.values(state.intent.pins);
  return livingMembers(state)
    .filter(runsShards)
    .map(({ place, incarnation, weight }) => ({
      place,
      incarnation,
      shards: shardsOf(state, incarnation).length,
      fairShare: Math.round(shares.get(incarnation) ?? 0),
      pinnedHere: pins.filter((pin) => pin === place).length,
      weight,
    }));
}

function describeWorkers(state: ClusterState, workers: readonly WorkerShards[]): string {
  const rows = workers.map((worker) => [
    worker.place,
    formatCount(worker.shards),
    formatCount(worker.fairShare),
    formatCount(worker.weight),
    formatCount(worker.pinnedHere),
    describeShards(shardsOf(state, worker.incarnation), 6),
  ]);
  return table(['worker', 'shards', 'fair share', 'weight', 'pinned here', 'which'], rows);
}

async function shardsListed(
  access: ClusterAccess,
  state: ClusterState,
  options: Options,
): Promise<ListedShard[]> {
  const owner = options.worker === undefined ? null : workerNamed(state, options.worker).incarnation;
  const loads = (await readLoads(access, state)).shards;
  const all = loads.map((load, shard) => ({ shard, ...load }));
  const chosen = options.hot === undefined ? all : hottest(loads, bounds.shardCount);
  return chosen
    .filter(({ shard }) => owner === null || ownerOf(state.map, shard) === owner)
    .slice(0, options.hot ?? bounds.shardCount)
    .map((each) => ({
      ...each,
      place: placeOfOwner(state, ownerOf(state.map, each.shard) ?? 'nobody'),
      pin: state.intent.pins[each.shard] ?? null,
    }));
}

function describeListed(listed: readonly ListedShard[]): string {
  const rows = listed.map((each) => [
    String(each.shard),
    each.place,
    each.commandsPerSecond.toFixed(1),
    formatBytes(each.bytesPerSecond),
    formatCount(each.actors),
    formatCount(each.waiting),
    each.pin ?? '',
  ]);
  return table(['shard', 'worker', 'commands/s', 'bytes/s', 'actors', 'waiting', 'pinned to'], rows);
}
