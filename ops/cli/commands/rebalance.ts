// `skein rebalance`: shows how the load could be evened out, and does it when told to.
import type { Command } from 'commander';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { loadPlanDefaults } from '../../../cluster/fabric/placement/load-plan.ts';
import { carryOut } from '../carry-out.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { outstandingMoves, unservedShards } from '../cluster/facts.ts';
import { readLoads } from '../cluster/loads.ts';
import { readState, type ClusterState } from '../cluster/snapshot.ts';
import { examples, jsonOption, numberOption, onCluster, yesOption } from '../command-line.ts';
import { badNews } from '../errors.ts';
import { planRebalance, wantedOf, type RebalancePlan } from '../rebalance-plan.ts';
import { consent, type ConsentOptions } from '../terminal/ask.ts';
import { bar } from '../terminal/bars.ts';
import { formatDuration } from '../terminal/durations.ts';
import { listed, plural } from '../terminal/numbers.ts';
import { dim, doubtful, print, type OutputOptions } from '../terminal/output.ts';
import { Progress } from '../terminal/progress.ts';
import { table } from '../terminal/table.ts';

interface Options extends OutputOptions, ConsentOptions {
  readonly apply?: boolean;
  readonly maxMoves: number;
}

const barWidth = 24;
/** Load that fills a bar, at least: twice the fair share. */
const barHolds = 2;
const movesShown = 12;

export function addRebalance(program: Command): void {
  const command = program
    .command('rebalance')
    .description('show how moving hot shards would even out the load, and what that costs; --apply does it')
    .option('--apply', 'carry the plan out')
    .addOption(
      numberOption('--max-moves <count>', 'move at most so many shards', 1, bounds.shardCount).default(
        loadPlanDefaults.movesMax,
      ),
    )
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(onCluster(rebalance));
  examples(
    command,
    ['skein rebalance', 'skein rebalance --max-moves 8 --apply', 'skein rebalance --json | jq .cost'],
    'Load is commands, bytes, actors and waiting mail of the last seconds. How many shards everyone has is kept even by\nthe leader itself; this is about what they have to do.',
  );
}

async function rebalance(access: ClusterAccess, options: Options): Promise<void> {
  const state = await readState(access);
  refuseInMotion(state);
  const { shards, silent } = await readLoads(access, state);
  if (silent.length > 0)
    throw badNews(`No plan: ${listed(silent)} did not tell what there is to do. Try again.`);
  const plan = planRebalance(state, shards, options.maxMoves);
  const apply = options.apply === true && plan.moves.length > 0;
  if (!apply) return print(options, { ...plan, applied: false }, () => describePlan(plan, true));
  if (!options.json) process.stdout.write(`${describePlan(plan, false)}\n`);
  await consent(options, `${plural(plan.moves.length, 'shard')} will move.`);
  const done = await carryOut(access, wantedOf(plan), { as: 'move', wait: true, progress: new Progress() });
  const answer = { ...plan, applied: true, tookMs: Math.round(done.tookMs) };
  print(options, answer, () => `\n${plural(done.moved, 'shard')} moved in ${formatDuration(done.tookMs)}.`);
}

function refuseInMotion(state: ClusterState): void {
  const moves = outstandingMoves(state).length;
  const unserved = unservedShards(state).length;
  if (moves + unserved === 0) return;
  throw badNews(
    `No plan while the cluster is in motion: ${plural(moves, 'move')} outstanding, ${plural(unserved, 'shard')} not served. Wait until skein status says none.`,
  );
}

export function describePlan(plan: RebalancePlan, hintsAtApply: boolean): string {
  const { moves, workers, cost, stuck, tolerance } = plan;
  const sections = [workerBars(workers)];
  if (moves.length === 0) {
    sections.push(`Nothing to do: ${whyNothing(plan)}.`);
  } else {
    sections.push(
      movesTable(moves),
      `${plural(cost.shards, 'shard')} would move in ${plural(cost.steps, 'step')}, ${cost.seconds} s or a little more; ${plural(cost.actors, 'actor')} would be loaded anew.\n` +
        'Each of the shards pauses while its journal is projected, as a rule less than 250 ms: nobody sees an error, and nothing is lost.',
    );
  }
  if (stuck.length > 0) {
    const named = stuck.map(
      ({ shard, place, load }) => `${shard} on ${place} (${percent(load)} of everything)`,
    );
    sections.push(
      doubtful(
        `No move helps where one shard alone is too hot: ${listed(named)}. skein shards list --hot 5 shows what it does.`,
      ),
    );
  }
  if (moves.length > 0 && hintsAtApply) sections.push('Carry it out with: skein rebalance --apply');
  sections.push(dim(`Up to ${percent(tolerance)} above the fair share nothing moves.`));
  return sections.join('\n\n');
}

function whyNothing({ workers, tolerance, stuck }: RebalancePlan): string {
  if (workers.length < 2) return 'there is nobody to share with';
  if (workers.every(({ before }) => before === 0)) return 'the cluster has nothing to do';
  if (stuck.length > 0) return 'no move would make it better';
  return `nobody is more than ${percent(tolerance)} above the fair share`;
}

function workerBars(workers: RebalancePlan['workers']): string {
  const scale = Math.max(barHolds, ...workers.map(({ before }) => before));
  const rows = workers.map((worker) => [
    worker.place,
    bar(worker.before / scale, barWidth),
    percent(worker.before),
    bar(worker.after / scale, barWidth),
    percent(worker.after),
    worker.shardsBefore === worker.shardsAfter
      ? `${worker.shardsBefore}`
      : `${worker.shardsBefore} → ${worker.shardsAfter}`,
  ]);
  return table(['worker', 'load now', '', 'load after', '', 'shards'], rows);
}

function movesTable(moves: RebalancePlan['moves']): string {
  const rows = moves
    .slice(0, movesShown)
    .map(({ shard, from, to, load, actors, reason }) => [
      String(shard),
      from,
      to,
      percent(load),
      String(actors),
      reason === 'hot' ? 'hot' : 'in exchange',
    ]);
  const more = moves.length > movesShown ? `\n… and ${moves.length - movesShown} more` : '';
  return table(['shard', 'from', 'to', 'load', 'actors', 'why'], rows) + more;
}

const percent = (part: number): string => `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`;
