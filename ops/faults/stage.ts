// Where a fault is tried: a cluster of one or more hosts on services of its own, and a load that is judged afterwards.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { rounds } from '../../protocol/testing/rounds.ts';
import { seededRandom, type SeededRandom } from '../../protocol/testing/seeded-random.ts';
import { eventually, patienceMs } from '../../protocol/waiting.ts';
import { loadBound } from '../../cluster/fabric/placement/placement.ts';
import { needBound } from '../../cluster/fabric/placement/plan-moves.ts';
import { startPrivateServices, type PrivateServices } from '../testing/services.ts';
import { TestCluster, type TestHostOptions } from '../testing/test-cluster.ts';
import type { TestHost } from '../testing/test-host.ts';
import { Balancer } from './balancer.ts';
import { violations, type History } from '../../bench/verify/history.ts';
import { JournalAudit } from './journal-audit.ts';
import { Load, type LoadOptions } from '../../bench/verify/load.ts';
import { recordedIn } from './recorded.ts';
import { Relay } from './relay.ts';

/** A host that reaches the services through relays of its own. */
export interface NetworkedHost {
  readonly host: TestHost;
  readonly nats: Relay;
  readonly postgres: Relay;
}

const usualLoad: LoadOptions = { pairs: 8, groups: 1, rate: rounds(300, 120) };

/** How long a fault lasts that lasts by the clock. */
export const lasting = (ms: number): Promise<void> => delay(ms);

/** Chance for one test, which says how to have it again. */
export function printedSeed(say: (line: string) => void): SeededRandom {
  const fixed = process.env['SKEIN_FAULTS_SEED'];
  if (fixed !== undefined) process.env['SKEIN_TEST_SEED'] = fixed;
  const random = seededRandom();
  say(`SKEIN_FAULTS_SEED=${random.seed} repeats what chance decided here`);
  return random;
}

export class Stage {
  readonly services: PrivateServices;
  readonly cluster: TestCluster;
  readonly audit: JournalAudit;
  readonly #balancer: Balancer;
  readonly #relays: Relay[] = [];

  private constructor(services: PrivateServices, cluster: TestCluster, audit: JournalAudit) {
    this.services = services;
    this.cluster = cluster;
    this.audit = audit;
    this.#balancer = new Balancer(() => cluster.hosts);
  }

  /** With one host, `one`, which reaches its services directly. */
  static async open(first: TestHostOptions = {}): Promise<Stage> {
    const services = await startPrivateServices();
    try {
      const audit = await JournalAudit.start(services);
      const cluster = await TestCluster.start({ services, ...first });
      return new Stage(services, cluster, audit);
    } catch (error) {
      await services.stop();
      throw error;
    }
  }

  /** One more host, which reaches NATS and PostgreSQL through relays. */
  async addHost(name: string, options: TestHostOptions = {}): Promise<NetworkedHost> {
    const { natsUrl, databaseUrl } = this.services;
    const [nats, postgres] = await Promise.all([Relay.start(natsUrl), Relay.start(databaseUrl)]);
    this.#relays.push(nats, postgres);
    const through = { natsUrl: nats.url, databaseUrl: postgres.url };
    return { host: await this.cluster.addHost(name, { ...through, ...options }), nats, postgres };
  }

  get runningHosts(): TestHost[] {
    return this.cluster.hosts.filter(({ runs }) => runs);
  }

  /** The workers of a host, by their incarnations. */
  async workersOf({ name }: TestHost): Promise<string[]> {
    return (await this.cluster.workers()).filter(({ host }) => host === name).map(idOf);
  }

  /** A worker that owns shards. */
  async someOwner(): Promise<{ pid: number; incarnation: string }> {
    await this.balanced();
    const { workers } = (await this.cluster.shardMap())!;
    return (await this.cluster.workers()).find(({ incarnation }) => workers.includes(incarnation))!;
  }

  /** Log lines about who is alive, to find out why a process was taken for dead. */
  get story(): string {
    return this.cluster.log
      .split('\n')
      .filter((line) =>
        /"msg":"[^"]*(lapsed|serving again|leading|leadership|sealed|gone|ended|map changed)/.test(line),
      )
      .join('\n');
  }

  /** Resolves when the journal of this worker's life has been ended. */
  async sealed(incarnation: string): Promise<void> {
    await eventually(() => this.audit.sealedBy(incarnation) !== undefined);
  }

  /** Resolves when all workers of all running hosts own shards, as many each as placement is content with, and nobody else does. */
  async balanced(): Promise<void> {
    // Planned moves are paced, each by how long the last one took.
    await eventually(() => this.#isBalanced(), { timeoutMs: 3 * patienceMs, everyMs: 100 });
  }

  /** Resolves when none of these workers owns a shard. */
  async servedWithout(incarnations: readonly string[]): Promise<void> {
    assert.ok(incarnations.length > 0);
    const isFree = async () => {
      const { workers } = (await this.cluster.shardMap())!;
      return incarnations.every((each) => !workers.includes(each));
    };
    await eventually(isFree);
  }

  /**
   * Runs the fault while people chat, then lets everything come to rest and judges what was seen. People of pairs are
   * never refused anything.
   */
  async underLoad(
    inject: (load: Load) => Promise<void>,
    options: Partial<LoadOptions> = {},
  ): Promise<History> {
    const client = { openSocket: this.#balancer.openSocket };
    const load = await Load.start(this.cluster, {
      ...usualLoad,
      ...options,
      client: { ...client, ...options.client },
    });
    try {
      await load.goesOn(100);
      await inject(load);
      return await this.judge(load);
    } finally {
      load.close();
    }
  }

  /** Settles the load, and fails with every violation there is. */
  async judge(load: Load): Promise<History> {
    await load.settle();
    const history = await this.#historyOf(load);
    const found = violations(history);
    if (found.length > 0) found.push(`refusals: ${JSON.stringify(countsOf(load.refused))}`);
    assert.deepEqual(found, []);
    assert.deepEqual(this.audit.damaged, []);
    const audited = history.journals.reduce((sum, { seqs }) => sum + seqs.length, 0);
    assert.ok(audited * 2 > load.acknowledgedCount, `only ${audited} events were found in journals`);
    const refusedInPairs = load.refused.filter(({ seat }) => load.pairs.includes(seat));
    assert.deepEqual(
      refusedInPairs.map(({ code }) => code),
      [],
    );
    return history;
  }

  async close(): Promise<void> {
    this.#balancer.close();
    for (const relay of this.#relays) relay.heal();
    await this.audit.stop();
    await this.cluster.stop();
    for (const relay of this.#relays) relay.close();
    await this.services.stop();
  }

  async #historyOf(load: Load): Promise<History> {
    const history = await load.history();
    const recorded = await recordedIn(this.cluster.database, history.final);
    return { ...history, recorded, journals: this.audit.partsOf(load.conversationIds) };
  }

  async #isBalanced(): Promise<boolean> {
    const members = await this.cluster.workers();
    const hosts = this.runningHosts;
    const isThere = ({ name, workers }: TestHost) =>
      members.filter(({ host }) => host === name).length === workers;
    if (!hosts.every(isThere)) return false;
    const wanted = members
      .filter(({ host, roles }) => hosts.some(({ name }) => name === host) && roles.includes('actors'))
      .map(idOf);
    const { workers, owners } = (await this.cluster.shardMap())!;
    const shares = wanted.map((each) => owners.filter((owner) => workers[owner] === each).length);
    const fair = owners.length / wanted.length;
    const sum = shares.reduce((total, share) => total + share, 0);
    const isFair = (share: number) =>
      share >= Math.floor(fair * needBound) && share <= Math.ceil(fair * loadBound);
    return sum === owners.length && shares.every(isFair);
  }
}

function countsOf(refused: Load['refused']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of refused) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

const idOf = ({ incarnation }: { incarnation: string }) => incarnation;
