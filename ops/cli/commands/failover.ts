// `skein failover`: takes a worker for dead at once.
import type { Command } from 'commander';
import { withFailover } from '../../../cluster/fabric/operations/intent.ts';
import { ownersOf } from '../../../cluster/fabric/placement/shard-map.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { rolesLeftEmpty } from '../cluster/emptying.ts';
import { livingLeader, livingProjectors, shardsOf, unservedShards, type Member } from '../cluster/facts.ts';
import { workerNamed } from '../cluster/names.ts';
import { runsShards } from '../cluster/roles.ts';
import { readSnapshot, readState, type ClusterSnapshot } from '../cluster/snapshot.ts';
import { examples, jsonOption, onCluster, yesOption } from '../command-line.ts';
import { badNews } from '../errors.ts';
import { follow, interruptible } from '../follow.ts';
import { consent, type ConsentOptions } from '../terminal/ask.ts';
import { formatDuration } from '../terminal/durations.ts';
import { plural } from '../terminal/numbers.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { Progress } from '../terminal/progress.ts';

interface Options extends OutputOptions, ConsentOptions {
  readonly wait: boolean;
}

const withinMs = 60_000;

export function addFailover(program: Command): void {
  const command = program
    .command('failover')
    .argument('<place|incarnation>', 'a worker')
    .description(
      'take a worker for dead now: others take its shards over; for one that hangs and will not end',
    )
    .option('--no-wait', 'only tell the leader')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(onCluster(failover));
  examples(
    command,
    ['skein failover one/2', 'skein failover w3f2a9c01b7de --yes'],
    'Nothing acknowledged is lost. For a worker that still answers, skein drain is gentler: nobody notices it.',
  );
}

async function failover(access: ClusterAccess, name: string, options: Options): Promise<void> {
  const snapshot = await readSnapshot(access);
  const worker = workerNamed(snapshot, name);
  refuse(snapshot, worker);
  const { incarnation, place } = worker;
  const shards = shardsOf(snapshot, incarnation);
  await consent(
    options,
    `${place} (${incarnation}) will be taken for dead: its journal is sealed, so that it can acknowledge nothing more; its ${plural(shards.length, 'shard')} pause until PostgreSQL has all of the journal, and are then served by others; its process ends and starts anew.`,
  );
  const startedMs = performance.now();
  await access.changeIntent((intent) => withFailover(intent, incarnation));
  if (options.wait) await untilServedElsewhere(access, worker);
  const tookMs = Math.round(performance.now() - startedMs);
  print(options, { incarnation, place, shards: shards.length, tookMs: options.wait ? tookMs : null }, () =>
    options.wait
      ? `${plural(shards.length, 'shard')} of ${place} served by others after ${formatDuration(tookMs)}.`
      : 'The leader is told: skein status follows.',
  );
}

function refuse(snapshot: ClusterSnapshot, { incarnation, place, ...worker }: Member): void {
  if (!runsShards(worker)) {
    throw badNews(
      `Refused: ${place} owns no shards, so there is nothing to take over. skein roll restarts it.`,
    );
  }
  if (rolesLeftEmpty(snapshot, (member) => member.incarnation === incarnation).includes('actors')) {
    throw badNews(`Refused: ${place} is the only worker that may own shards; nobody could take them over.`);
  }
  if (!livingLeader(snapshot)) throw badNews('Refused: there is no leader to take over anything.');
  if (livingProjectors(snapshot).length === 0 || snapshot.postgresDown !== null) {
    throw badNews(
      'Refused: without a projector and PostgreSQL nobody can take over; its shards would stand still until both are back.',
    );
  }
}

async function untilServedElsewhere(access: ClusterAccess, { incarnation, place }: Member): Promise<void> {
  const look = async () => {
    const state = await readState(access);
    const left = ownersOf(state.map).filter((owner) => owner === incarnation).length;
    const unserved = unservedShards(state).length;
    return {
      done: unserved === 0 && left === 0,
      say: `${plural(Math.max(left, unserved), 'shard')} not served yet`,
    };
  };
  const progress = new Progress();
  const outcome = await interruptible((signal) => follow(look, { progress, withinMs, signal }));
  if (outcome === 'interrupted') throw badNews('Not waiting any longer; the leader goes on: skein status.');
  if (outcome === 'late') {
    throw badNews(
      `The shards of ${place} are not served elsewhere after ${formatDuration(withinMs)}: skein status and skein journal status say what is in the way.`,
    );
  }
}
