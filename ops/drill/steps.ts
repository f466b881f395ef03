// Steps of a drill, one after the other, while the crowds chat on.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { MemberRecord } from '../../cluster/fabric/membership/member.ts';
import { planMoves } from '../../cluster/fabric/placement/plan-moves.ts';
import { ownersOf } from '../../cluster/fabric/placement/shard-map.ts';
import { isAlive, signal } from '../embedded/process-tree.ts';
import { eventually } from '../../protocol/waiting.ts';
import { settingsOf, type PrivateServices } from '../testing/services.ts';
import type { TestCluster } from '../testing/test-cluster.ts';
import type { TestHost } from '../testing/test-host.ts';
import type { Outage, Probe } from './probe.ts';

const skeinMain = path.join(import.meta.dirname, '../cli/skein.ts');
const operationWithinMs = 900_000;
const run = promisify(execFile);

export interface Drilled {
  readonly services: PrivateServices;
  readonly cluster: TestCluster;
  readonly probe: Probe;
  readonly chance: () => number;
  readonly say: (line: string) => void;
}

export interface Failover extends Outage {
  readonly what: string;
}

/** Carries out a command of the ops CLI; throws with what it said when it fails. */
export async function skein({ services }: Drilled, ...args: string[]): Promise<string> {
  const env = { ...process.env, ...settingsOf(services), NO_COLOR: '1' };
  try {
    const { stdout } = await run(process.execPath, [skeinMain, ...args], { env, timeout: operationWithinMs });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`skein ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Resolves when there are as many workers as wanted, every shard is with one of them, and none is to move. */
export async function settled({ cluster }: Drilled, workersWanted: number): Promise<void> {
  const isSettled = async (): Promise<boolean> => {
    const members = await cluster.workers();
    const map = (await cluster.shardMap())!;
    const owners = ownersOf(map);
    const workers = members.map(({ incarnation, place }) => ({ incarnation, place, weight: 1 }));
    const isOurs = (owner: string | null) => workers.some(({ incarnation }) => incarnation === owner);
    return (
      workers.length === workersWanted && owners.every(isOurs) && planMoves(owners, workers).length === 0
    );
  };
  await eventually(isSettled, { timeoutMs: operationWithinMs, everyMs: 200 });
}

/** kill -9 of one worker after the other, at even intervals. */
export async function killWorkers(drilled: Drilled, everyMs: number, forMs: number): Promise<Failover[]> {
  const { cluster, chance, say } = drilled;
  const found: Failover[] = [];
  const startedMs = performance.now();
  for (let round = 0; round * everyMs < forMs; round++) {
    const victim = await ownerByChance(cluster, chance);
    const outage = await measured(drilled, [victim], victim.host, () => void signal(victim.pid, 'SIGKILL'));
    say(`kill -9 of ${victim.place}: served again after ${outage.servedAfterMs} ms`);
    found.push({ what: 'worker killed', ...outage });
    await delay(Math.max(0, startedMs + (round + 1) * everyMs - performance.now()));
  }
  return found;
}

/** A worker stands still until it is replaced, and wakes. */
export async function freezeWorker(drilled: Drilled): Promise<Failover> {
  const { cluster, chance, say } = drilled;
  const victim = await ownerByChance(cluster, chance);
  const outage = await measured(drilled, [victim], victim.host, () => void signal(victim.pid, 'SIGSTOP'));
  signal(victim.pid, 'SIGCONT');
  await eventually(() => !isAlive(victim.pid), { timeoutMs: 10_000 });
  const reason = new RegExp(`^.*${victim.incarnation}.*this worker was replaced.*$`, 'm').exec(
    cluster.log,
  )?.[0];
  if (!reason) throw new Error(`${victim.incarnation} ended without saying why`);
  say(`a frozen worker: served again after ${outage.servedAfterMs} ms; it woke and said: ${reason}`);
  return { what: 'worker frozen', ...outage };
}

/** All processes of a host at once, its supervisor as well. */
export async function loseHost(drilled: Drilled, host: TestHost): Promise<Failover> {
  const victims = (await drilled.cluster.workers()).filter((member) => member.host === host.name);
  const outage = await measured(drilled, victims, host.name, () => host.kill());
  drilled.say(`host ${host.name} vanished: served again after ${outage.servedAfterMs} ms`);
  return { what: 'host vanished', ...outage };
}

function measured(
  { cluster, probe }: Drilled,
  victims: readonly MemberRecord[],
  hostHit: string,
  fault: () => void | Promise<void>,
): Promise<Outage> {
  const stays = cluster.hosts.find(({ name, runs }) => runs && name !== hostHit)!;
  return probe.measure(
    victims.map(({ incarnation }) => incarnation),
    stays,
    fault,
  );
}

async function ownerByChance(cluster: TestCluster, chance: () => number): Promise<MemberRecord> {
  const { workers } = (await cluster.shardMap())!;
  const owners = (await cluster.workers()).filter(({ incarnation }) => workers.includes(incarnation));
  return owners[Math.floor(chance() * owners.length)]!;
}
