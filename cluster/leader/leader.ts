// The leader's work, a few times a second: who is alive, whose journal has to be ended, which shards are free, and
// the next shard map. Whatever it decides takes effect by compare-and-set, so two leaders at once do no harm.
import type { NatsConnection } from '@nats-io/transport-node';
import type { Cancel, Clock, Log, Timers } from '../../actors/runtime/ports.ts';
import type { JournalStreams } from '../../storage/journal/streams.ts';
import type { ClusterKv } from '../membership/cluster-kv.ts';
import { FailureDetector } from '../membership/failure-detector.ts';
import { memberKey, type MemberRecord } from '../membership/member.ts';
import { membershipTiming } from '../membership/timing.ts';
import { place, type PlacementWorker } from '../placement/placement.ts';
import { emptyShardMap, ownersOf, reassign, shardMapKey, type ShardMap } from '../placement/shard-map.ts';
import { LeaderLease } from './lease.ts';
import { Moves } from './moves.ts';
import { Takeovers } from './takeover.ts';

export interface LeaderOptions {
  readonly connection: NatsConnection;
  readonly namespace: string;
  readonly kv: ClusterKv;
  readonly streams: JournalStreams;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly id: string;
  /** Workers that the first placement waits for, so that the first of them does not get everything. */
  readonly workersExpected: number;
}

export class Leader {
  readonly #options: LeaderOptions;
  readonly #lease: LeaderLease;
  readonly #takeovers: Takeovers;
  readonly #moves: Moves;
  readonly #detector = new FailureDetector(membershipTiming.deadAfterMs);
  /** Workers whose process is known to have ended. */
  readonly #exited = new Set<string>();
  readonly #startedMs: number;
  #cancel: Cancel = () => undefined;
  #ticking: Promise<void> | null = null;
  #tickAgain = false;

  constructor(options: LeaderOptions) {
    const { kv, clock, log, id, connection, streams } = options;
    this.#options = options;
    this.#lease = new LeaderLease(kv, clock, log, id);
    this.#takeovers = new Takeovers(connection, streams, clock, log, id, () => this.#wake());
    this.#moves = new Moves(connection, options.namespace, kv, clock, log);
    this.#startedMs = clock.monotonicMs();
  }

  start(): void {
    this.#takeovers.start();
    this.#cancel = this.#options.timers.setInterval(() => this.#wake(), membershipTiming.leaderTickMs);
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#cancel();
    this.#takeovers.stop();
    await this.#ticking;
    await this.#lease.resign().catch(() => undefined);
  }

  /** The supervisor saw the process end: no need to wait for the lease. */
  workerExited(incarnation: string): void {
    this.#exited.add(incarnation);
    this.#wake();
  }

  #wake(): void {
    this.#tickAgain = true;
    this.#ticking ??= this.#run().finally(() => (this.#ticking = null));
  }

  async #run(): Promise<void> {
    while (this.#tickAgain) {
      this.#tickAgain = false;
      try {
        if (await this.#lease.tick()) await this.#lead();
      } catch (error) {
        this.#detector.outage();
        this.#options.log.debug({ reason: String(error) }, 'the leader could not look; trying again');
      }
    }
  }

  async #lead(): Promise<void> {
    const { kv, streams, clock } = this.#options;
    // In this order: a worker joins before it makes its journal, so a journal seen here has its member if it lives.
    const journals = new Set(await streams.list());
    const members = await kv.list<MemberRecord>('member');
    const revisions = new Map([...members].map(([incarnation, { revision }]) => [incarnation, revision]));
    const alive = this.#detector.observe(revisions, clock.monotonicMs());
    for (const incarnation of this.#exited) alive.delete(incarnation);
    const stored = await kv.get<ShardMap>(shardMapKey);
    const map = stored?.value ?? emptyShardMap;
    this.#endJournals(alive, journals);
    // One without a journal could not be fenced: it gets shards once it has one.
    const placeable = new Set([...alive].filter((incarnation) => journals.has(incarnation)));
    const isFree = (owner: string) =>
      !alive.has(owner) && (this.#takeovers.isDrained(owner) || !journals.has(owner));
    const next = this.#nextMap(map, placeable, members, isFree);
    if (next !== map) {
      const written = await kv.compareAndSet(shardMapKey, next, stored?.revision ?? 0);
      if (written === null) return;
      this.#options.log.info({ version: next.version, workers: next.workers }, 'shard map changed');
    }
    await this.#cleanUp(alive, journals, members, next);
    const settled = next === map && next.workers.every((incarnation) => alive.has(incarnation));
    if (settled) this.#moves.consider(next, placementWorkers(placeable, members));
  }

  #endJournals(alive: ReadonlySet<string>, journals: ReadonlySet<string>): void {
    for (const incarnation of journals) if (!alive.has(incarnation)) this.#takeovers.begin(incarnation);
  }

  #nextMap(
    map: ShardMap,
    placeable: ReadonlySet<string>,
    members: ReadonlyMap<string, { value: MemberRecord }>,
    isFree: (owner: string) => boolean,
  ): ShardMap {
    const { clock, workersExpected } = this.#options;
    const waitedMs = clock.monotonicMs() - this.#startedMs;
    const isFirst = map.owners.every((owner) => owner === -1 || !placeable.has(map.workers[owner]!));
    if (isFirst && placeable.size < workersExpected && waitedMs < membershipTiming.firstPlacementWaitMs)
      return map;
    const owners = ownersOf(map);
    const placed = place(owners, placementWorkers(placeable, members));
    // A dead owner keeps its shards until its journal is drained.
    const next = owners.map((owner, shard) => (owner === null || isFree(owner) ? placed[shard]! : owner));
    return reassign(map, next);
  }

  async #cleanUp(
    alive: ReadonlySet<string>,
    journals: ReadonlySet<string>,
    members: ReadonlyMap<string, unknown>,
    map: ShardMap,
  ): Promise<void> {
    const { kv, streams } = this.#options;
    for (const incarnation of new Set([...journals, ...members.keys()])) {
      if (alive.has(incarnation) || map.workers.includes(incarnation)) continue;
      if (journals.has(incarnation)) {
        if (!this.#takeovers.isDrained(incarnation)) continue;
        await streams.delete(incarnation);
      }
      await kv.delete(memberKey(incarnation));
      this.#takeovers.forget(incarnation);
      this.#exited.delete(incarnation);
    }
  }
}

function placementWorkers(
  alive: ReadonlySet<string>,
  members: ReadonlyMap<string, { value: MemberRecord }>,
): PlacementWorker[] {
  return [...alive].sort().map((incarnation) => {
    return { incarnation, weight: members.get(incarnation)?.value.weight ?? 1 };
  });
}
