// `skein shards show`.
import type { Command } from 'commander';
import type { MoveReason } from '../../../cluster/fabric/placement/plan-moves.ts';
import { ownerOf } from '../../../cluster/fabric/placement/shard-map.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { livingMembers, outstandingMoves, placeOfOwner } from '../cluster/facts.ts';
import { readLoads } from '../cluster/loads.ts';
import { shardsNamed } from '../cluster/names.ts';
import { readState } from '../cluster/snapshot.ts';
import { examples, jsonOption, onCluster } from '../command-line.ts';
import { exitCodes, wrongUse } from '../errors.ts';
import { formatBytes, plural } from '../terminal/numbers.ts';
import { bad, print, type OutputOptions } from '../terminal/output.ts';
import { facts } from '../terminal/table.ts';

const why: Readonly<Record<MoveReason, string>> = {
  asked: 'an operator asked for it',
  pin: 'it is pinned there',
  drain: 'its worker is drained',
  balance: 'its worker has more than its share',
};

export function addShardsShow(shards: Command): void {
  const command = shards
    .command('show')
    .argument('<shard>', 'a number')
    .description('one shard: its owner, term, pin and load, and what is going to move it')
    .addOption(jsonOption())
    .action(onCluster(show));
  examples(command, ['skein shards show 7']);
}

async function show(access: ClusterAccess, text: string, options: OutputOptions): Promise<void> {
  const [shard, ...more] = shardsNamed([text]);
  if (shard === undefined || more.length > 0) throw wrongUse('One shard at a time.');
  const state = await readState(access);
  const owner = ownerOf(state.map, shard);
  const isServed = livingMembers(state).some(({ incarnation }) => incarnation === owner);
  const move = outstandingMoves(state).find((each) => each.shard === shard);
  const load = (await readLoads(access, state)).shards[shard]!;
  const found = {
    shard,
    owner,
    place: owner && placeOfOwner(state, owner),
    served: isServed,
    term: state.map.terms[shard]!,
    pin: state.intent.pins[shard] ?? null,
    asked: state.intent.moves[shard] ?? null,
    movesTo: move ? { place: placeOfOwner(state, move.to), reason: move.reason } : null,
    load,
  };
  print(options, found, () =>
    facts([
      ['shard', String(shard)],
      ['owner', isServed ? `${found.place} (${owner})` : bad(owner ? `${owner}, which is gone` : 'nobody')],
      ['term', `${found.term} (how often it has changed hands)`],
      ['pin', found.pin ?? 'none'],
      ['moves', found.movesTo ? `to ${found.movesTo.place}: ${why[found.movesTo.reason]}` : 'stays'],
      [
        'load',
        `${load.commandsPerSecond} commands/s, ${formatBytes(load.bytesPerSecond)}/s to gateways, ${plural(load.actors, 'actor')} in memory, ${load.waiting} waiting`,
      ],
    ]),
  );
  process.exitCode = isServed ? exitCodes.well : exitCodes.badNews;
}
