// Tells the leader what to move, and follows it there.
import { pinned, withMoves } from '../../cluster/fabric/operations/intent.ts';
import type { ClusterAccess } from './cluster/access.ts';
import { describeShards } from './cluster/names.ts';
import { readState } from './cluster/snapshot.ts';
import { progressOf, type WantedMoves } from './cluster/wanted-moves.ts';
import { badNews } from './errors.ts';
import { follow, interruptible } from './follow.ts';
import { formatDuration } from './terminal/durations.ts';
import { plural } from './terminal/numbers.ts';
import type { Progress } from './terminal/progress.ts';

export interface CarriedOut {
  readonly moved: number;
  readonly tookMs: number;
}

/** Beyond what the moves themselves need: a lagging projection is tried again every few seconds. */
const patienceMs = 60_000;

/** Throws CliError when it does not come about. */
export async function carryOut(
  access: ClusterAccess,
  wanted: WantedMoves,
  { as, wait, progress }: { as: 'move' | 'pin'; wait: boolean; progress: Progress },
): Promise<CarriedOut> {
  const startedMs = performance.now();
  await access.changeIntent((intent) => {
    if (as === 'move') return withMoves(intent, wanted);
    return [...wanted].reduce((pins, [shard, place]) => pinned(pins, [shard], place), intent);
  });
  if (!wait) return { moved: 0, tookMs: 0 };
  let givenUp: readonly number[] = [];
  const look = async () => {
    const { done, left, givenUp: off } = progressOf(await readState(access), wanted);
    givenUp = off;
    return { done: left.length === 0, say: `${plural(done.length, 'shard')} there, ${left.length} to go` };
  };
  const outcome = await interruptible((signal) =>
    follow(look, { progress, withinMs: patienceMs + wanted.size * 50, signal }),
  );
  const tookMs = performance.now() - startedMs;
  if (outcome === 'interrupted') throw badNews('Not waiting any longer; the leader goes on: skein status.');
  if (outcome === 'late') {
    throw badNews(
      `Not done after ${formatDuration(tookMs)}; the leader goes on trying. skein status says what stands in the way (a lagging projection, as a rule).`,
    );
  }
  if (givenUp.length > 0) {
    throw badNews(`The leader gave up on ${describeShards(givenUp)}: nobody was there to take them.`);
  }
  return { moved: wanted.size, tookMs };
}
