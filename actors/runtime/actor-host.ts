// The actors of one worker: activates them on their first command, hands them their mail, drops them when idle,
// and serves only the shards that this worker owns.
import type { ActivationContext, Activator, Respond } from './activation.ts';
import { ActorCell } from './actor-cell.ts';
import { keyOf, shardOf, type ActorKind, type Address } from './address.ts';
import { bounds } from './bounds.ts';
import type { Effects } from './effect.ts';
import type { Journal } from './journal-port.ts';
import type { Cancel, Clock, Log, Timers } from './ports.ts';
import { refuse, refusalOf, StoreBusy, type Reply } from './reply.ts';

export interface ActorHostOptions {
  readonly journal: Journal;
  readonly effects: Effects;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly activators: Readonly<Record<ActorKind, Activator<unknown>>>;
  /** Sends a frame to every gateway interested in the actor. */
  readonly publish: (address: Address, seq: number, frame: Uint8Array) => void;
  /** Sends each of these users' sockets that follow the actor a frame of their own. */
  readonly publishEach: (
    address: Address,
    frames: readonly (readonly [userId: string, frame: Uint8Array])[],
  ) => void;
  /** Ends these users' subscriptions everywhere; false when that is not certain. */
  readonly drop: (address: Address, userIds: readonly string[]) => Promise<boolean>;
}

type AnyCell = ActorCell<unknown>;

export class ActorHost {
  readonly #options: ActorHostOptions;
  readonly #cells = new Map<string, AnyCell>();
  /** Actors whose activation broke: resolves when all that they had decided is projected and they may be loaded anew. */
  readonly #projectFirst = new Map<string, Promise<void>>();
  readonly #stopSweep: Cancel;
  #stopped = false;
  crashes = 0;

  constructor(options: ActorHostOptions) {
    this.#options = options;
    this.#stopSweep = options.timers.setInterval(() => this.#passivateIdle(), bounds.passivationSweepEveryMs);
  }

  get activations(): number {
    return this.#cells.size;
  }

  /** Delivers a command to an actor of a shard that this worker owns. */
  dispatch(address: Address, command: unknown, respond: Respond): void {
    // PostgreSQL may not have what the dropped activations decided.
    if (this.#stopped) return respond(refuse('unavailable', 0));
    const key = keyOf(address);
    let cell = this.#cells.get(key);
    if (!cell) {
      const cold = this.#projectFirst.has(key) ? null : this.#answerCold(address, command);
      if (cold) return this.#respondWith(cold, address, respond);
      if (this.#cells.size >= bounds.activationsMax) {
        return respond(refuse('overloaded', bounds.overloadedRetryAfterMs));
      }
      cell = this.#activate(key, address);
    }
    cell.lastUsedMs = this.#options.clock.monotonicMs();
    cell.deliver(command, respond);
  }

  /** Actors in memory, and their commands without an answer, of each shard that has any. */
  census(): Map<number, { actors: number; waiting: number }> {
    const found = new Map<number, { actors: number; waiting: number }>();
    for (const { address, waiting } of this.#cells.values()) {
      const shard = shardOf(address.id);
      const { actors, waiting: before } = found.get(shard) ?? { actors: 0, waiting: 0 };
      found.set(shard, { actors: actors + 1, waiting: before + waiting });
    }
    return found;
  }

  /** An actor in memory, for operators; null when it is not. */
  describe(address: Address): Record<string, unknown> | null {
    const cell = this.#cells.get(keyOf(address));
    if (!cell) return null;
    const idleForMs = Math.round(this.#options.clock.monotonicMs() - cell.lastUsedMs);
    return { ...cell.describe(), idleForMs };
  }

  /** Drops every activation of shards that this worker no longer owns. */
  keepOnly(owned: (shard: number) => boolean): void {
    for (const [key, cell] of this.#cells) {
      if (owned(shardOf(cell.address.id))) continue;
      this.#cells.delete(key);
      cell.stop(refuse('unavailable', 0));
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#stopSweep();
    for (const cell of this.#cells.values()) cell.stop(refuse('unavailable', 0));
    this.#cells.clear();
  }

  #answerCold(address: Address, command: unknown): Promise<Reply> | null {
    return this.#options.activators[address.kind].answerCold(address.id, command);
  }

  #respondWith(reply: Promise<Reply>, address: Address, respond: Respond): void {
    reply.then(respond, (error: unknown) => {
      this.#failed(address, error, 'a read from the store failed');
      respond(refusalOf(error));
    });
  }

  /** A busy store says so to thousands: who was refused is told, and counted there. */
  #failed(address: Address, error: unknown, what: string): void {
    if (!(error instanceof StoreBusy)) this.#options.log.warn({ actor: address, err: error }, what);
  }

  #activate(key: string, address: Address): AnyCell {
    const { journal, effects, log, clock } = this.#options;
    const cell: AnyCell = new ActorCell<unknown>(
      address,
      {
        journal,
        effects,
        log,
        publish: (seq, frame) => this.#options.publish(address, seq, frame),
        drop: (userIds) => this.#options.drop(address, userIds),
        onCrash: (broken, error) => this.#crashed(key, broken, error),
      },
      clock.monotonicMs(),
    );
    this.#cells.set(key, cell);
    this.#load(key, cell).catch((error: unknown) => {
      this.#failed(address, error, 'an activation could not be loaded');
      if (this.#cells.get(key) === cell) this.#cells.delete(key);
      cell.stop(refusalOf(error));
    });
    return cell;
  }

  async #load(key: string, cell: AnyCell): Promise<void> {
    const { journal, activators } = this.#options;
    const projected = this.#projectFirst.get(key);
    await projected;
    const { address } = cell;
    const context: ActivationContext<unknown> = {
      shard: shardOf(address.id),
      tellSelf: (command, respond) => cell.deliver(command, respond),
      appendValues: (entries, onDurable) => cell.appendValues(entries, onDurable),
      publish: (seq, frame) => this.#options.publish(address, seq, frame),
      publishEach: (frames) => this.#options.publishEach(address, frames),
      projectedBatch: () => journal.projectedBatch,
    };
    const activation = await activators[address.kind].activate(address.id, context);
    if (this.#projectFirst.get(key) === projected) this.#projectFirst.delete(key);
    if (this.#cells.get(key) === cell) cell.start(activation);
    else activation.dispose();
  }

  /** What the actor had decided stays in the journal; its next activation starts from there. */
  #crashed(key: string, cell: AnyCell, error: unknown): void {
    this.crashes++;
    this.#options.log.error({ actor: cell.address, err: error }, 'an activation broke and was dropped');
    if (this.#cells.get(key) === cell) this.#cells.delete(key);
    // Entries may still wait for their batch's number: whatever the journal holds by now must be projected.
    const { journal } = this.#options;
    const lastBatch = new Promise<number>((resolve) => journal.append([], resolve));
    this.#projectFirst.set(
      key,
      lastBatch.then((batch) => journal.projected(batch)),
    );
    cell.stop(refuse('internal', bounds.overloadedRetryAfterMs));
  }

  #passivateIdle(): void {
    const idleSince = this.#options.clock.monotonicMs() - bounds.passivateAfterIdleMs;
    for (const [key, cell] of this.#cells) {
      if (cell.lastUsedMs > idleSince || !cell.droppable) continue;
      this.#cells.delete(key);
      cell.stop(refuse('unavailable', 0));
    }
  }
}
