// The leader's work, a few times a second: who is alive, whose journal has to be ended, which shards are free, and
// the next shard map. Whatever it decides takes effect by compare-and-set, so two leaders at once do no harm.
//
// Candidates watch who is alive as well, so that one who takes over from a leader that vanished with its host knows at
// once who else did.
import type { NatsConnection } from '@nats-io/transport-node';
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { JournalStreams } from '../../../storage/journal/streams.ts';
import { askControl } from '../control/control.ts';
import type { ClusterKv } from '../membership/cluster-kv.ts';
import { FailureDetector } from '../membership/failure-detector.ts';
import { memberKey, type MemberRecord } from '../membership/member.ts';
import type { Members } from '../membership/members.ts';
import { membershipTiming } from '../membership/timing.ts';
import { IntentWatch } from '../operations/intent-store.ts';
import { place } from '../placement/placement.ts';
import type { PlacementWorker } from '../placement/ring.ts';
import { emptyShardMap, ownersOf, reassign, shardMapKey, type ShardMap } from '../placement/shard-map.ts';
import { LeaderLease } from './lease.ts';
import { Moves } from './moves.ts';
import { Takeovers } from './takeover.ts';
import { UnfinishedJournals } from './unfinished.ts';
import { forgetFailovers, forgetMoves, placementWorkers, wishesOf } from './wishes.ts';

export interface LeaderOptions {
  readonly connection: NatsConnection;
  readonly namespace: string;
  readonly kv: ClusterKv;
  readonly members: Members<MemberRecord>;
  readonly streams: JournalStreams;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly id: string;
  /** Workers that the first placement waits for, so that the first of them does not get everything. */
  readonly workersExpected: number;
}

/** A worker that was replaced, and may not know it. */
const confirmWithinMs = 2_000;
const forgetEveryMs = 10 * 60_000;
/** Marks of deleted keys are kept for this long: nobody asks about them after minutes. */
const forgetAfterMs = 60 * 60_000;

export class Leader {
  readonly #options: LeaderOptions;
  readonly #lease: LeaderLease;
  readonly #takeovers: Takeovers;
  readonly #moves: Moves;
  readonly #unfinished: UnfinishedJournals;
  readonly #members: Members<MemberRecord>;
  readonly #intent: IntentWatch;
  readonly #detector = new FailureDetector(membershipTiming.deadAfterMs);
  /** Workers whose process is known to have ended. */
  readonly #exited = new Set<string>();
  readonly #startedMs: number;
  /** The renewals by which the living were last told from the dead. */
  #judged: ReadonlyMap<string, number> = new Map();
  #cancels: Cancel[] = [];
  #ticking: Promise<void> | null = null;
  #tickAgain = false;

  constructor(options: LeaderOptions) {
    const { kv, clock, timers, log, id, connection, streams, namespace } = options;
    const wake = () => this.wake();
    this.#options = options;
    this.#lease = new LeaderLease(kv, clock, log, id);
    this.#members = options.members;
    this.#intent = new IntentWatch(kv, timers, log, wake);
    this.#takeovers = new Takeovers({
      connection,
      streams,
      clock,
      log,
      by: id,
      onSealed: (incarnation) => this.#tellReplaced(incarnation),
      onDrained: wake,
    });
    this.#moves = new Moves({ connection, namespace, kv, clock, log, onMoved: wake });
    this.#unfinished = new UnfinishedJournals(options.streams, clock, log);
    this.#startedMs = clock.monotonicMs();
  }

  get leads(): boolean {
    return this.#lease.held;
  }

  get totals() {
    return { moves: this.#moves.totals, takeovers: this.#takeovers.totals };
  }

  async start(): Promise<void> {
    await this.#intent.start();
    this.#takeovers.start();
    const { timers } = this.#options;
    this.#cancels = [
      timers.setInterval(() => this.wake(), membershipTiming.leaderTickMs),
      timers.setInterval(() => void this.#forgetDeleted(), forgetEveryMs),
    ];
    this.wake();
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    this.#intent.stop();
    this.#takeovers.stop();
    await this.#ticking;
    await this.#lease.resign().catch(() => undefined);
  }

  /** The supervisor saw the process end: no need to wait for the lease. */
  workerExited(incarnation: string): void {
    this.#exited.add(incarnation);
    this.wake();
  }

  /** Looks now: something has changed. */
  wake(): void {
    this.#tickAgain = true;
    this.#ticking ??= this.#run().finally(() => (this.#ticking = null));
  }

  async #run(): Promise<void> {
    while (this.#tickAgain) {
      this.#tickAgain = false;
      try {
        const leads = await this.#lease.tick();
        const alive = this.#alive();
        if (leads) await this.#lead(alive);
      } catch (error) {
        this.#detector.outage();
        this.#options.log.debug({ reason: String(error) }, 'the leader could not look; trying again');
      }
    }
  }

  #alive(): Set<string> {
    this.#judged = this.#members.revisions;
    const alive = this.#detector.observe(this.#judged, this.#options.clock.monotonicMs());
    for (const incarnation of this.#exited) alive.delete(incarnation);
    for (const incarnation of this.#intent.intent.failovers) alive.delete(incarnation);
    return alive;
  }

  async #lead(alive: ReadonlySet<string>): Promise<void> {
    const { kv, streams, log } = this.#options;
    const { intent } = this.#intent;
    const journals = new Set(await streams.list());
    const stored = await kv.get<ShardMap>(shardMapKey);
    const map = stored?.value ?? emptyShardMap;
    // Without a shard map, all that NATS had may be lost: nobody gets a shard before it is known what was in it.
    const unfinished = stored ? this.#unfinished.recent : await this.#unfinished.ask();
    await this.#endJournals(alive, new Set([...journals, ...map.workers, ...(unfinished ?? [])]));
    this.#takeovers.remind();
    const isOpen = (incarnation: string) =>
      !alive.has(incarnation) && !this.#takeovers.isDrained(incarnation);
    if (!stored && (!unfinished || [...unfinished].some(isOpen))) return;
    const members = this.#members.all;
    // One without a journal could not be fenced: it gets shards once it has one.
    const placeable = new Set([...alive].filter((incarnation) => journals.has(incarnation)));
    const workers = placementWorkers(placeable, members, intent);
    const isFree = (owner: string) => !alive.has(owner) && this.#takeovers.isDrained(owner);
    const next = this.#nextMap(map, workers, isFree);
    if (next !== map) {
      const written = await kv.compareAndSet(shardMapKey, next, stored?.revision ?? 0);
      if (written === null) return;
      log.info({ version: next.version, workers: next.workers }, 'shard map changed');
    }
    await this.#cleanUp(alive, journals, next);
    await forgetMoves(kv, intent, next, workers);
    // A worker without shards has nothing to be taken over.
    const isLeft = (incarnation: string): boolean =>
      journals.has(incarnation) || (members.get(incarnation)?.value.roles.includes('actors') ?? false);
    await forgetFailovers(kv, intent, isLeft);
    const settled = next === map && next.workers.every((incarnation) => alive.has(incarnation));
    if (settled) this.#moves.consider(next, workers, wishesOf(intent));
  }

  async #endJournals(alive: ReadonlySet<string>, journals: ReadonlySet<string>): Promise<void> {
    const failovers = new Set(this.#intent.intent.failovers);
    for (const incarnation of journals) {
      if (alive.has(incarnation) || this.#takeovers.has(incarnation)) continue;
      const certain = this.#exited.has(incarnation) || failovers.has(incarnation);
      if (certain || (await this.#isDead(incarnation))) this.#takeovers.begin(incarnation);
    }
  }

  /**
   * Confirms a death. The watch may be late, and a worker may have joined or renewed since the living were told from the
   * dead: it is dead if its renewal is still the one it was judged by. A worker joins before it makes its journal, so one
   * without a member is dead.
   */
  async #isDead(incarnation: string): Promise<boolean> {
    const present = await this.#members.confirm(incarnation);
    return !present || present.revision === this.#judged.get(incarnation);
  }

  #nextMap(map: ShardMap, workers: readonly PlacementWorker[], isFree: (owner: string) => boolean): ShardMap {
    const { clock, workersExpected } = this.#options;
    const waitedMs = clock.monotonicMs() - this.#startedMs;
    const placeable = new Set(workers.map(({ incarnation }) => incarnation));
    const isFirst = map.owners.every((owner) => owner === -1 || !placeable.has(map.workers[owner]!));
    if (isFirst && workers.length < workersExpected && waitedMs < membershipTiming.firstPlacementWaitMs)
      return map;
    const owners = ownersOf(map);
    const placed = place(owners, workers, wishesOf(this.#intent.intent).pins);
    // A dead owner keeps its shards until its journal is drained.
    const next = owners.map((owner, shard) => (owner === null || isFree(owner) ? placed[shard]! : owner));
    return reassign(map, next);
  }

  async #cleanUp(alive: ReadonlySet<string>, journals: ReadonlySet<string>, map: ShardMap): Promise<void> {
    const { kv, streams } = this.#options;
    const known = [...journals, ...this.#members.all.keys(), ...this.#takeovers.incarnations];
    for (const incarnation of new Set(known)) {
      if (alive.has(incarnation) || map.workers.includes(incarnation)) continue;
      if (journals.has(incarnation) || this.#takeovers.has(incarnation)) {
        if (!this.#takeovers.isDrained(incarnation)) continue;
        if (journals.has(incarnation)) await streams.delete(incarnation);
      } else if (!this.#exited.has(incarnation) && !(await this.#isDead(incarnation))) {
        continue;
      }
      await kv.delete(memberKey(incarnation));
      if (this.#takeovers.isDrained(incarnation)) this.#unfinished.finished(incarnation);
      this.#takeovers.forget(incarnation);
      this.#exited.delete(incarnation);
    }
  }

  async #forgetDeleted(): Promise<void> {
    const { kv, log } = this.#options;
    if (!this.leads) return;
    try {
      await kv.forgetDeleted(forgetAfterMs);
    } catch (error) {
      log.debug({ reason: String(error) }, 'deleted keys could not be forgotten; trying again');
    }
  }

  /** It may be alive and know nothing of it, and notice only at its next append. */
  #tellReplaced(incarnation: string): void {
    const { connection, namespace } = this.#options;
    const target = { connection, namespace, to: incarnation };
    askControl(target, 'confirm_journal', {}, confirmWithinMs).catch(() => undefined);
  }
}
