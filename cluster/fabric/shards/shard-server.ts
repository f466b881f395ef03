// The shards of this worker, as gateways see them: takes commands for those it owns while its membership holds,
// remembers who is interested, and sends events to them.
import { Histogram } from 'prom-client';
import type { Journal } from '../../../actors/runtime/journal-port.ts';
import type { UserFrame } from '../../../actors/runtime/activation.ts';
import type { ActorCommands } from '../../../actors/commands.ts';
import type { ActorHost } from '../../../actors/runtime/actor-host.ts';
import type { Address } from '../../../actors/runtime/address.ts';
import { idOf, keyOf, shardOf } from '../../../actors/runtime/address.ts';
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { Bus } from '../bus/bus.ts';
import type { ClusterKv } from '../membership/cluster-kv.ts';
import { Departures } from '../membership/departures.ts';
import type { Member } from '../membership/member.ts';
import { Members } from '../membership/members.ts';
import { ownerOf } from '../placement/shard-map.ts';
import type { ShardMapWatch } from '../placement/shard-map-watch.ts';
import { accept } from '../../../actors/runtime/reply.ts';
import type { PresenceStatus } from '../routing/commands.ts';
import { post, type CommandEnvelope, type Envelope } from '../routing/envelopes.ts';
import { Drops } from './drops.ts';
import { EarlyCommands } from './early-commands.ts';
import { Interest } from './interest.ts';
import { Presence } from './presence.ts';
import { Releases, type Term } from './releases.ts';
import { Repeats } from './repeats.ts';
import { ShardLoads } from './shard-loads.ts';
import { metricNames } from '../../../protocol/metric-names.ts';

export interface ShardServerOptions {
  readonly incarnation: string;
  readonly bus: Bus;
  readonly watch: ShardMapWatch;
  readonly member: Member;
  readonly writeLastSeen: (seen: ReadonlyMap<string, number>) => Promise<void>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** How often gateways are looked for that have gone without our being told. */
const departuresLookEveryMs = 5_000;

export class ShardServer {
  readonly #options: ShardServerOptions;
  readonly #interest = new Interest();
  readonly #departures = new Departures();
  readonly #releases: Releases;
  readonly #drops: Drops;
  readonly #presence: Presence;
  readonly #loads: ShardLoads;
  readonly #repeats: Repeats;
  readonly #early = new EarlyCommands();
  #host: ActorHost<ActorCommands> | null = null;
  #stopMembers: Cancel = () => undefined;
  readonly totals = { commands: 0, notOwner: 0, published: 0 };
  /** From a command's arrival to its answer, durability included; without read and delivery cursors. */
  readonly latency = new Histogram({
    name: metricNames.commandSeconds,
    help: 'Time that actors take to answer commands, in seconds',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers: [],
  });

  constructor(options: ShardServerOptions) {
    this.#options = options;
    this.#releases = new Releases(options.incarnation, options.watch, options.timers, options.log);
    this.#drops = new Drops(options.timers);
    this.#repeats = new Repeats(options.timers);
    this.#loads = new ShardLoads(options.clock, options.timers);
    this.#presence = new Presence({
      ...options,
      isFollowed: (userId) => this.#interest.has(keyOf({ kind: 'session', id: userId })),
      tell: (gateway, userId, status) => this.#send(gateway, { type: 'presence', userId, ...status }),
    });
    options.watch.onChange((map) => {
      this.#presence.keepOnly((shard) => ownerOf(map, shard) === options.incarnation);
      this.#host?.keepOnly((shard) => this.#owns(shard));
      this.#interest.keepOnly((key) => ownerOf(map, shardOf(idOf(key))) === options.incarnation);
      for (const { from, envelope } of this.#early.take()) this.command(from, envelope);
    });
  }

  async start(host: ActorHost<ActorCommands>, kv: ClusterKv): Promise<void> {
    this.#host = host;
    const { bus, timers, log } = this.#options;
    // At once: a removal waits for every gateway that is a member (GRP-4).
    const onChange = (incarnation: string, isHere: boolean) => {
      if (!isHere) this.#gatewaysGone(new Set([incarnation]));
    };
    const members = new Members({
      kv,
      kind: 'member',
      timers,
      log,
      onChange,
      readEveryMs: departuresLookEveryMs,
    });
    const look = () => this.#gatewaysGone(this.#departures.look(bus.peers, new Set(members.all.keys())));
    const stopLooking = timers.setInterval(look, departuresLookEveryMs);
    this.#stopMembers = () => {
      stopLooking();
      members.stop();
    };
    await members.start();
  }

  /** Gives shards away; resolves when PostgreSQL holds all of them, rejects when they cannot be given now. */
  release(terms: readonly Term[], journal: Journal, kv: ClusterKv): Promise<void> {
    return this.#releases.release(terms, journal, kv, () =>
      this.#host?.keepOnly((shard) => this.#owns(shard)),
    );
  }

  stop(): void {
    this.#stopMembers();
    this.#presence.stop();
    this.#releases.stop();
    this.#loads.stop();
    this.#repeats.stop();
    this.#host = null;
  }

  get ownedShards(): number {
    return this.#owned.length;
  }
  get onlineUsers(): number {
    return this.#presence.online;
  }
  get interestedActors(): number {
    return this.#interest.size;
  }

  /** Load of each of the shards. */
  get loads(): ReturnType<ShardLoads['read']> {
    return this.#host ? this.#loads.read(this.#owned, this.#host) : [];
  }

  command(from: string, envelope: CommandEnvelope): void {
    const { correlation, shard, term } = envelope;
    if (!this.#host || !this.#owns(shard) || !this.#options.member.valid) {
      const { watch } = this.#options;
      const early = this.#host !== null && term > watch.map.terms[shard]!;
      if (early && this.#early.hold(from, envelope)) return void watch.refresh();
      this.totals.notOwner++;
      return this.#send(from, { type: 'not_owner', correlation });
    }
    const seen = this.#repeats.begin(from, correlation);
    if (seen.kind === 'under_way') return;
    if (seen.kind === 'refused') return this.#send(from, { type: 'reply', correlation, reply: seen.reply });
    this.totals.commands++;
    this.#loads.command(shard);
    if (isForPresence(envelope)) {
      const reply = accept<PresenceStatus>(this.#presence.watch(envelope.address.id, from));
      this.#repeats.done(from, correlation, reply);
      return this.#send(from, { type: 'reply', correlation, reply });
    }
    this.#dispatch(this.#host, from, envelope);
  }

  #dispatch(host: ActorHost<ActorCommands>, from: string, envelope: ActorEnvelope): void {
    const { correlation, shard, address, command } = envelope;
    // Before the actor is asked: from here on no event can pass the gateway by.
    if (command.type === 'subscribe' || command.type === 'follow') this.#interest.add(keyOf(address), from);
    if (command.type === 'follow') this.#presence.came(address.id);
    const sinceMs = this.#options.clock.monotonicMs();
    host.dispatch(envelope, (reply) => {
      // Cursors leave together, on purpose: their time says nothing.
      if (command.type !== 'cursor')
        this.latency.observe((this.#options.clock.monotonicMs() - sinceMs) / 1000);
      // Commands still in the mailbox when the shard went are for its next owner.
      const left = !reply.ok && reply.error.code === 'unavailable' && !this.#owns(shard);
      this.#repeats.done(from, correlation, left ? null : reply);
      this.#send(from, left ? { type: 'not_owner', correlation } : { type: 'reply', correlation, reply });
    });
  }

  #send(to: string, envelope: Envelope): void {
    this.#options.bus.send(to, post(envelope));
  }

  forget(from: string, key: string): void {
    this.#interest.remove(key, from);
    this.#presence.mayHaveLeft(idOf(key));
  }

  unwatch(from: string, userId: string): void {
    this.#presence.unwatch(userId, from);
  }

  dropped(from: string, correlation: number): void {
    this.#drops.onDropped(from, correlation);
  }

  /** Ends these users' subscriptions on every gateway; false when it is not certain that all have ended. */
  drop(address: Address, userIds: readonly string[]): Promise<boolean> {
    return this.#drops.start(this.#interest.of(keyOf(address)), (gateway, correlation) =>
      this.#send(gateway, { type: 'drop', correlation, key: keyOf(address), userIds }),
    );
  }

  publishEach(address: Address, frames: readonly UserFrame[]): void {
    for (const gateway of this.#interest.of(keyOf(address))) {
      this.totals.published++;
      this.#send(gateway, { type: 'publish_each', key: keyOf(address), frames });
    }
  }

  publish(address: Address, seq: number, frame: Uint8Array): void {
    const shard = shardOf(address.id);
    for (const gateway of this.#interest.of(keyOf(address))) {
      this.totals.published++;
      this.#loads.published(shard, frame.length);
      this.#send(gateway, { type: 'publish', key: keyOf(address), seq, frame });
    }
  }

  /** Gateways that are gone need no events. */
  #gatewaysGone(gone: ReadonlySet<string>): void {
    if (gone.size === 0) return;
    this.#interest.dropGateways(gone);
    this.#drops.gatewaysGone(gone);
    this.#presence.gatewaysGone(gone);
    for (const incarnation of gone) this.#options.bus.forget(incarnation);
  }

  get #owned(): number[] {
    return this.#options.watch.map.owners.flatMap((_, shard) => (this.#owns(shard) ? [shard] : []));
  }

  #owns(shard: number): boolean {
    const { watch, incarnation } = this.#options;
    return ownerOf(watch.map, shard) === incarnation && !this.#releases.has(shard);
  }
}

type ActorEnvelope = Exclude<CommandEnvelope, { readonly address: { readonly kind: 'presence' } }>;
type PresenceEnvelope = Exclude<CommandEnvelope, ActorEnvelope>;

function isForPresence(envelope: CommandEnvelope): envelope is PresenceEnvelope {
  return envelope.address.kind === 'presence';
}
