// `skein shards pin` and `unpin`.
import type { Command } from 'commander';
import { stepShardsMax } from '../../../cluster/fabric/leader/moves.ts';
import { drainOf, unpinned } from '../../../cluster/fabric/operations/intent.ts';
import { carryOut } from '../carry-out.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { memberAt } from '../cluster/facts.ts';
import { describeShards, placeNamed, shardsNamed } from '../cluster/names.ts';
import { runsShards } from '../cluster/roles.ts';
import { readState } from '../cluster/snapshot.ts';
import { examples, jsonOption, onCluster, yesOption } from '../command-line.ts';
import { wrongUse } from '../errors.ts';
import { consent, type ConsentOptions } from '../terminal/ask.ts';
import { plural } from '../terminal/numbers.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { Progress } from '../terminal/progress.ts';
import { shardsAndPlace } from './shards-move.ts';

interface PinOptions extends OutputOptions, ConsentOptions {
  readonly wait: boolean;
}

export function addShardsPins(shards: Command): void {
  const pin = shards
    .command('pin')
    .usage('[options] <shard…> <place>')
    .argument('<shards-and-place...>', 'shards as 7, 7,9 or 0-63, and at last the place they stay at')
    .description('keep shards at a place whenever a worker is there; moves them there')
    .option('--no-wait', 'only tell the leader')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(onCluster(pinShards));
  examples(pin, ['skein shards pin 7 one/2', 'skein shards pin 100-131 two/1']);
  const unpin = shards
    .command('unpin')
    .argument('<shards...>', 'shards as 7, 7,9 or 0-63; all: every pin there is')
    .description('let shards go wherever balance wants them again')
    .addOption(jsonOption())
    .action(onCluster(unpinShards));
  examples(unpin, ['skein shards unpin 7', 'skein shards unpin all']);
}

async function pinShards(access: ClusterAccess, args: string[], options: PinOptions): Promise<void> {
  const { shards, place: name } = shardsAndPlace(args);
  const state = await readState(access);
  const place = placeNamed(state, name);
  const member = memberAt(state, place);
  if (member && !runsShards(member)) {
    throw wrongUse(`The worker at ${place} has not the role actors: it owns no shards.`);
  }
  if (shards.length > stepShardsMax) {
    await consent(options, `${plural(shards.length, 'shard')} will be pinned to ${place}.`);
  }
  const isOpen = member !== undefined && drainOf(state.intent, place) === null;
  const wanted = new Map(shards.map((shard) => [shard, place]));
  await carryOut(access, wanted, { as: 'pin', wait: options.wait && isOpen, progress: new Progress() });
  print(options, { place, pinned: shards }, () => {
    const done = `Pinned to ${place}: ${describeShards(shards)}.`;
    return isOpen ? done : `${done} No worker takes shards there now; they go there when one does.`;
  });
}

async function unpinShards(access: ClusterAccess, texts: string[], options: OutputOptions): Promise<void> {
  const { intent } = await readState(access);
  const present = Object.keys(intent.pins).map(Number);
  const named = texts.join() === 'all' ? present : shardsNamed(texts);
  const gone = named.filter((shard) => present.includes(shard));
  await access.changeIntent((now) => unpinned(now, gone));
  print(options, { unpinned: gone }, () =>
    gone.length === 0 ? 'None of them is pinned.' : `Not pinned any more: ${describeShards(gone)}.`,
  );
}
