// `npm run drill`: a game day. A cluster of several hosts on real services, crowds that chat all the while, and everything
// that operators and fate do to a cluster, one after the other. Ends with a report, and exit code 1 when a promise was
// broken.
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { ClusterKv } from '../../cluster/fabric/membership/cluster-kv.ts';
import { connectNats } from '../../cluster/fabric/nats.ts';
import { shardMapKey, type ShardMap } from '../../cluster/fabric/placement/shard-map.ts';
import { hostTimeOf } from '../../bench/machine/host-time.ts';
import { StolenTime } from '../../bench/machine/stolen-time.ts';
import { seededRandom } from '../../protocol/testing/seeded-random.ts';
import { eventually } from '../../protocol/waiting.ts';
import { startPrivateServices, type PrivateServices } from '../testing/services.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import { Crowds } from './crowds.ts';
import { Probe } from './probe.ts';
import { describe, judge, type DrillResult } from './report.ts';
import { freezeWorker, killWorkers, loseHost, settled, skein, type Drilled, type Failover } from './steps.ts';

interface Options {
  readonly connections: number;
  readonly rate: number;
  readonly kills: number;
  readonly part: 'all' | 'planned' | 'faults';
  readonly json?: string;
  readonly log?: string;
}

const steadyMs = 20_000;
const killEveryMs = 20_000;
const recordedWithinMs = 60_000;

const options = new Command('npm run drill --')
  .description(
    'Moves, drains, rolls and breaks a cluster of three hosts under load, and checks what the clients saw.',
  )
  .option('--connections <n>', 'sockets of people who chat', Number, 2_000)
  .option('--rate <n>', 'messages a second of all of them', Number, 1_000)
  .option('--kills <n>', 'workers killed, one every 20 s', Number, 15)
  .addOption(
    new Option('--part <part>', 'what operators do, what fate does, or both')
      .choices(['all', 'planned', 'faults'])
      .default('all'),
  )
  .option('--json <file>', 'where the result goes, besides the table')
  .option('--log <file>', 'where the log of all processes goes')
  .parse()
  .opts<Options>();

const startedMs = performance.now();
const say = (line: string): void => {
  process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
};

const result = await drill();
process.stdout.write(`${describe(result)}\n`);
if (options.json) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
process.exit(judge(result).length === 0 ? 0 : 1);

async function drill(): Promise<DrillResult> {
  const { seed, next: chance } = seededRandom();
  say(`SKEIN_TEST_SEED=${seed} repeats what chance decides here`);
  const services = await startPrivateServices();
  const cluster = await TestCluster.start({ services, workers: 2 });
  await cluster.addHost('two', { workers: 2 });
  const probe = await Probe.start(cluster);
  const { connections, rate } = options;
  say(`two hosts with two workers each; ${connections} people come`);
  const crowds = await Crowds.start(cluster, { connections, rate, processes: 2 });
  let byPlan = true;
  const stolen = StolenTime.watch();
  const stopWatch = await watchMoves(services, (shards, atMs) => {
    if (byPlan) crowds.moved(shards, atMs);
  });
  const drilled: Drilled = { services, cluster, probe, chance, say };
  try {
    await steady(drilled, crowds);
    if (options.part !== 'faults') await plannedSteps(drilled, crowds);
    byPlan = false;
    const failovers = options.part === 'planned' ? [] : await faults(drilled, crowds);
    say('everyone stops writing; what was seen is judged');
    const seen = await crowds.settle();
    const inPostgres = await recorded(cluster, seen.conversationIds, seen.acknowledged);
    const steps = [...cluster.log.matchAll(/"tookMs":(\d+),"msg":"shards moved"/g)].map((match) =>
      Number(match[1]),
    );
    const { conversationIds, ...counts } = seen;
    return {
      options,
      seed,
      ...counts,
      conversations: conversationIds.length,
      inPostgres,
      failovers,
      host: stolen && hostTimeOf(stolen.intervals(), []),
      stepsTookMs: steps,
    };
  } finally {
    stolen?.stop();
    stopWatch();
    crowds.close();
    probe.close();
    if (options.log) writeFileSync(options.log, cluster.log);
    await cluster.stop();
    await services.stop();
  }
}

function phaseOf(crowds: Crowds): (name: string) => void {
  return (name) => {
    crowds.phase(name);
    say(`${name} (${crowds.online} online, ${crowds.acknowledged} acknowledged)`);
  };
}

/** Nothing but the crowds, to compare with; then one more host. */
async function steady(drilled: Drilled, crowds: Crowds): Promise<void> {
  const phase = phaseOf(crowds);
  await settled(drilled, 4);
  phase('steady');
  await delay(steadyMs);
  phase('add a host');
  await drilled.cluster.addHost('three', { workers: 2 });
  await settled(drilled, 6);
}

/** Operators' planned work: nobody should notice. */
async function plannedSteps(drilled: Drilled, crowds: Crowds): Promise<void> {
  const phase = phaseOf(crowds);
  phase('rebalance');
  say((await skein(drilled, 'rebalance', '--apply', '--yes')).trimEnd());
  phase('drain a host');
  await skein(drilled, 'drain', 'two', '--over', '20s', '--wait', '--yes');
  await skein(drilled, 'undrain', 'two');
  await settled(drilled, 6);
  phase('roll all workers');
  await skein(drilled, 'roll', '--over', '10s', '--yes');
  await settled(drilled, 6);
}

/** Failures, each to be over within its bound. */
async function faults(drilled: Drilled, crowds: Crowds): Promise<Failover[]> {
  const { cluster } = drilled;
  const phase = phaseOf(crowds);
  phase('kill -9 every 20 s');
  const failovers = await killWorkers(drilled, killEveryMs, options.kills * killEveryMs);
  await settled(drilled, 6);
  phase('freeze a worker');
  failovers.push(await freezeWorker(drilled));
  await settled(drilled, 6);
  phase('lose a host');
  failovers.push(await loseHost(drilled, cluster.hosts.at(-1)!));
  await settled(drilled, 4);
  phase('after all');
  await delay(steadyMs);
  return failovers;
}

/** Calls back with the shards that have another owner, as often as the map changes. */
async function watchMoves(
  { natsAccess, namespace }: PrivateServices,
  onMoved: (shards: readonly number[], atMs: number) => void,
): Promise<() => void> {
  const connection = await connectNats(natsAccess, 'drill');
  const kv = await ClusterKv.open(connection, namespace);
  let before: ShardMap | null = null;
  const stop = await kv.watch<ShardMap>(shardMapKey, ({ value }) => {
    const { terms } = value;
    const moved = terms.flatMap((term, shard) => (before && before.terms[shard] !== term ? [shard] : []));
    before = value;
    if (moved.length > 0) onMoved(moved, Date.now());
  });
  return () => {
    stop();
    void connection.close();
  };
}

/** The crowds' messages in PostgreSQL, once there are as many as were acknowledged. */
async function recorded(cluster: TestCluster, ids: readonly string[], wanted: number): Promise<number> {
  let count = 0;
  await eventually(
    async () => {
      const text = 'select count(*)::int as count from messages where conversation_id = any($1::uuid[])';
      count = (await cluster.database.query<{ count: number }>(text, [ids])).rows[0]!.count;
      return count >= wanted;
    },
    { timeoutMs: recordedWithinMs, everyMs: 500 },
  ).catch(() => undefined);
  return count;
}
