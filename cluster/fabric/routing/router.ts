// Brings commands to the actors' shards, wherever those are, and answers back.
//
// Every command may be repeated without harm (messages by their key, everything else by its nature), so the router
// repeats what it has no answer for: when the shard's owner changes and when messages were lost on the way to it or back,
// in the order it was asked. A late answer alone is mostly that of a busy worker, to which a repeat is more work: it is
// repeated once, in case that the loss went unnoticed. Past the deadline the caller gets `timeout`. What would only make a
// full link or an overloaded worker fuller is not begun: the caller gets `overloaded`, with a time to wait.
import { idOf, shardOf } from '../../../actors/runtime/address.ts';
import type { AnswerIn, CommandIn } from '../../../actors/runtime/commands.ts';
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { refuse, type Reply } from '../../../actors/runtime/reply.ts';
import type { Bus } from '../bus/bus.ts';
import type { LinkLoad } from '../bus/link-frames.ts';
import { ownerOf, type ShardMap } from '../placement/shard-map.ts';
import type { ShardMapWatch } from '../placement/shard-map-watch.ts';
import type { Asked, CommandTables, TargetKind, Target } from './commands.ts';
import { post } from './envelopes.ts';

interface Pending {
  readonly correlation: number;
  readonly shard: number;
  readonly asked: Asked;
  readonly resolve: (reply: Reply) => void;
  readonly deadlineMs: number;
  /** Worker that was asked last. */
  askedOf: string | null;
  /** Transmissions to the present owner. Each next one waits twice as long: who is late must not be made later. */
  attempts: number;
  /** When it goes out again, if nothing has happened by then. */
  dueAtMs: number;
}

export const routingBounds = {
  /** Commands of one gateway that wait for an answer. */
  pendingMax: 20_000,
  deadlineMs: 10_000,
  /** Until a command without an answer is repeated, at first. */
  repeatAfterMs: 4_000,
  /** Until a command is tried again whose shard is not served where the map says, at first, and at most. */
  notOwnerRetryMs: 50,
  notOwnerRetryMsMax: 1_000,
  tickMs: 50,
  overloadedRetryAfterMs: 1_000,
} as const;

const notAskedYet = { askedOf: null, attempts: 0, dueAtMs: 0 };

export class Router {
  readonly #bus: Bus;
  readonly #watch: ShardMapWatch;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pending = new Map<number, Pending>();
  readonly #stopTick: Cancel;
  #lastCorrelation = 0;
  readonly totals = { asked: 0, repeated: 0, timedOut: 0, refusedFull: 0, refusedBusy: 0 };

  constructor(bus: Bus, watch: ShardMapWatch, clock: Clock, timers: Timers, log: Log) {
    this.#bus = bus;
    this.#watch = watch;
    this.#clock = clock;
    this.#log = log;
    this.#stopTick = timers.setInterval(() => this.#tick(), routingBounds.tickMs);
    watch.onChange((map, before) => this.#ownersChanged(map, before));
  }

  get waiting(): number {
    return this.#pending.size;
  }

  stop(): void {
    this.#stopTick();
    for (const { resolve } of this.#pending.values()) resolve(refuse('unavailable', 0));
    this.#pending.clear();
  }

  /** @param load what this worker asks the others to keep back of their commands */
  tellLoad(load: () => LinkLoad): void {
    this.#bus.tellLoad(load);
  }

  /** Never rejects: what cannot be had is a refusal. */
  ask<Kind extends TargetKind, Type extends keyof CommandTables[Kind]>(
    address: Target<Kind>,
    command: CommandIn<CommandTables[Kind], Type>,
  ): Promise<Reply<AnswerIn<CommandTables[Kind], Type>>> {
    // The kinds agree by this signature; who answers is held to the same tables.
    const reply = this.#ask({ address, command } as unknown as Asked);
    return reply as Promise<Reply<AnswerIn<CommandTables[Kind], Type>>>;
  }

  #ask(asked: Asked): Promise<Reply> {
    if (this.#pending.size >= routingBounds.pendingMax) {
      this.totals.refusedFull++;
      return Promise.resolve(refuse('overloaded', routingBounds.overloadedRetryAfterMs));
    }
    const shard = shardOf(asked.address.id);
    const owner = ownerOf(this.#watch.map, shard);
    const waitMs = owner === null ? 0 : this.#bus.refuseCommand(owner);
    if (waitMs > 0) {
      this.totals.refusedBusy++;
      return Promise.resolve(refuse('overloaded', waitMs));
    }
    this.totals.asked++;
    const correlation = ++this.#lastCorrelation;
    return new Promise((resolve) => {
      const deadlineMs = this.#clock.monotonicMs() + routingBounds.deadlineMs;
      const pending = { correlation, shard, asked, resolve, deadlineMs, ...notAskedYet };
      this.#pending.set(correlation, pending);
      this.#transmit(pending);
    });
  }

  /** The last one here has gone: the shard need not send the actor's events any more. */
  forget(key: string): void {
    const owner = ownerOf(this.#watch.map, shardOf(idOf(key)));
    if (owner !== null) this.#bus.send(owner, post({ type: 'forget', key }));
  }

  /** Nobody here watches this user any more. */
  unwatch(userId: string): void {
    const owner = ownerOf(this.#watch.map, shardOf(userId));
    if (owner !== null) this.#bus.send(owner, post({ type: 'unwatch', userId }));
  }

  onReply(from: string, correlation: number, reply: Reply): void {
    const pending = this.#pending.get(correlation);
    if (!pending) return; // answered before: one of two transmissions
    // A former owner's refusal is not the last word: the present owner has been asked, and may accept.
    if (!reply.ok && from !== pending.askedOf) return;
    this.#pending.delete(correlation);
    pending.resolve(reply);
  }

  /** Messages to this worker, or from it, were lost: commands or answers may be among them. */
  linkLost(incarnation: string): void {
    for (const pending of this.#pending.values())
      if (pending.askedOf === incarnation) this.#transmit(pending);
  }

  /** Held until the map changes or the next repeat: the worker may be behind the map, or this gateway. */
  onNotOwner(correlation: number): void {
    const pending = this.#pending.get(correlation);
    if (pending) {
      const { notOwnerRetryMs, notOwnerRetryMsMax } = routingBounds;
      const waitMs = Math.min(notOwnerRetryMs * 2 ** pending.attempts, notOwnerRetryMsMax);
      pending.dueAtMs = this.#clock.monotonicMs() + waitMs;
    }
    void this.#watch.refresh();
  }

  #transmit(pending: Pending): void {
    const owner = ownerOf(this.#watch.map, pending.shard);
    const waitMs =
      owner === null ? routingBounds.notOwnerRetryMs : routingBounds.repeatAfterMs * 2 ** pending.attempts;
    pending.dueAtMs = this.#clock.monotonicMs() + waitMs;
    if (owner === null) return;
    pending.askedOf = owner;
    if (pending.attempts++ > 0) this.totals.repeated++;
    const { correlation, shard, asked } = pending;
    const term = this.#watch.map.terms[shard]!;
    this.#bus.send(owner, post({ type: 'command', correlation, shard, term, ...asked }));
  }

  #ownersChanged(map: ShardMap, before: ShardMap): void {
    for (const pending of this.#pending.values()) {
      if (map.terms[pending.shard] === before.terms[pending.shard]) continue;
      pending.attempts = 0;
      this.#transmit(pending);
    }
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const pending of this.#pending.values()) {
      if (nowMs >= pending.deadlineMs) {
        this.totals.timedOut++;
        this.#pending.delete(pending.correlation);
        this.#log.debug({ shard: pending.shard, actor: pending.asked.address }, 'a command timed out');
        pending.resolve(refuse('timeout', 0));
      } else if (nowMs >= pending.dueAtMs) {
        this.#transmit(pending);
      }
    }
  }
}
