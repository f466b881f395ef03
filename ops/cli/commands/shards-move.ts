// `skein shards move`.
import type { Command } from 'commander';
import { drainOf } from '../../../cluster/fabric/operations/intent.ts';
import { stepShardsMax } from '../../../cluster/fabric/leader/moves.ts';
import { carryOut } from '../carry-out.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { memberAt } from '../cluster/facts.ts';
import { placeNamed, shardsNamed } from '../cluster/names.ts';
import { runsShards } from '../cluster/roles.ts';
import { readState, type ClusterState } from '../cluster/snapshot.ts';
import { movedOnAfter, progressOf } from '../cluster/wanted-moves.ts';
import { examples, jsonOption, onCluster, yesOption } from '../command-line.ts';
import { wrongUse } from '../errors.ts';
import { consent, type ConsentOptions } from '../terminal/ask.ts';
import { formatDuration } from '../terminal/durations.ts';
import { plural } from '../terminal/numbers.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { Progress } from '../terminal/progress.ts';

interface Options extends OutputOptions, ConsentOptions {
  readonly wait: boolean;
}

export function addShardsMove(shards: Command): void {
  const command = shards
    .command('move')
    .usage('[options] <shard…> <place>')
    .argument('<shards-and-place...>', 'shards as 7, 7,9 or 0-63, and at last the place they go to')
    .description('move shards to a worker, and wait until they are there')
    .option('--no-wait', 'only tell the leader')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(onCluster(move));
  examples(
    command,
    ['skein shards move 7 one/2', 'skein shards move 0-31 40 two/1'],
    `More than ${stepShardsMax} shards ask first. A move does not last: where balance demands it, or the worker ends, the\nshard goes elsewhere. skein shards pin keeps it.`,
  );
}

async function move(access: ClusterAccess, args: string[], options: Options): Promise<void> {
  const { shards, place: name } = shardsAndPlace(args);
  const state = await readState(access);
  const place = takerAt(state, name);
  const wanted = new Map(shards.map((shard) => [shard, place]));
  const progress = new Progress();
  warnOfReturn(state, wanted, progress);
  if (shards.length > stepShardsMax) {
    await consent(
      options,
      `${plural(shards.length, 'shard')} will move to ${place}, ${stepShardsMax} at a time.`,
    );
  }
  const before = progressOf(state, wanted).done.length;
  const { moved, tookMs } = await carryOut(access, wanted, { as: 'move', wait: options.wait, progress });
  const answer = {
    place,
    asked: shards.length,
    wereThere: before,
    moved: Math.max(0, moved - before),
    tookMs: Math.round(tookMs),
  };
  print(options, answer, () => {
    if (!options.wait) return `The leader is told; skein shards show ${shards[0]} follows.`;
    if (answer.moved === 0) return `Nothing to do: ${place} has them already.`;
    return `${plural(answer.moved, 'shard')} moved to ${place} in ${formatDuration(tookMs)}.`;
  });
}

export function shardsAndPlace(args: readonly string[]): { shards: number[]; place: string } {
  const place = args.at(-1)!;
  if (args.length < 2) throw wrongUse('Say which shards, and then the place: skein shards move 7 one/2');
  return { shards: shardsNamed(args.slice(0, -1)), place };
}

/** A place whose worker can be given shards now. */
function takerAt(state: ClusterState, name: string): string {
  const place = placeNamed(state, name);
  const member = memberAt(state, place);
  if (!member) throw wrongUse(`No worker is at ${place} now. skein status says which there are.`);
  if (!runsShards(member))
    throw wrongUse(`The worker at ${place} has not the role actors: it owns no shards.`);
  if (drainOf(state.intent, place)) throw wrongUse(`${place} is drained: skein undrain it first.`);
  return place;
}

function warnOfReturn(state: ClusterState, wanted: ReadonlyMap<number, string>, progress: Progress): void {
  const { shards, boundOf } = movedOnAfter(state, wanted);
  const place = [...wanted.values()][0]!;
  if (shards === 0) return;
  progress.note(
    `Note: afterwards the leader will move ${plural(shards, 'shard')} again to keep numbers even (${place} may have ${boundOf.get(place) ?? 0}). Pinned shards stay: skein shards pin.`,
  );
}
