// The actors of one worker: activates them on their first command, hands them their mail, drops them when idle,
// and serves only the shards that this worker owns.
import type { ActivationContext, Activator, Respond, UserFrame } from './activation.ts';
import { ActorCell } from './actor-cell.ts';
import { keyOf, shardOf, type ActorKind, type Address } from './address.ts';
import { bounds } from './bounds.ts';
import type { Effects } from './effect.ts';
import type { Journal } from './journal-port.ts';
import type { Cancel, Clock, Log, Timers } from './ports.ts';
import { refuse, refusalOf, StoreBusy, type Reply } from './reply.ts';

/** The commands of each kind of actor. */
export type CommandsByKind = { readonly [Kind in ActorKind]: unknown };

/** A command with the actor that it is for; the kinds of both agree. */
export type Addressed<Commands extends CommandsByKind, Kind extends ActorKind = ActorKind> = {
  readonly [Each in Kind]: { readonly address: Address<Each>; readonly command: Commands[Each] };
}[Kind];

export interface ActorHostOptions<Commands extends CommandsByKind> {
  readonly journal: Journal;
  readonly effects: Effects;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly activators: { readonly [Kind in ActorKind]: Activator<Commands[Kind]> };
  /** Sends a frame to every gateway interested in the actor. */
  readonly publish: (address: Address, seq: number, frame: Uint8Array) => void;
  /** Sends each of these users' sockets that follow the actor a frame of their own. */
  readonly publishEach: (address: Address, frames: readonly UserFrame[]) => void;
  /** Ends these users' subscriptions everywhere; false when that is not certain. */
  readonly drop: (address: Address, userIds: readonly string[]) => Promise<boolean>;
  /** Actors in memory at most. */
  readonly activationsMax?: number;
}

type Cells<Commands extends CommandsByKind> = {
  readonly [Kind in ActorKind]: Map<string, ActorCell<Commands[Kind]>>;
};

export class ActorHost<Commands extends CommandsByKind> {
  readonly #options: ActorHostOptions<Commands>;
  /** By the actor's id. */
  readonly #cells: Cells<Commands> = { conversation: new Map(), session: new Map() };
  /** Actors whose activation broke: resolves when all that they had decided is projected and they may be loaded anew. */
  readonly #projectFirst = new Map<string, Promise<void>>();
  readonly #stopSweep: Cancel;
  #stopped = false;
  crashes = 0;

  constructor(options: ActorHostOptions<Commands>) {
    this.#options = options;
    this.#stopSweep = options.timers.setInterval(() => this.#passivateIdle(), bounds.passivationSweepEveryMs);
  }

  get activations(): number {
    return this.#cells.conversation.size + this.#cells.session.size;
  }

  /** Delivers a command to an actor of a shard that this worker owns. */
  dispatch<Kind extends ActorKind>({ address, command }: Addressed<Commands, Kind>, respond: Respond): void {
    // PostgreSQL may not have what the dropped activations decided.
    if (this.#stopped) return respond(refuse('unavailable', 0));
    const cells = this.#cells[address.kind];
    let cell = cells.get(address.id);
    if (!cell) {
      const isBehind = this.#projectFirst.has(keyOf(address));
      const cold = isBehind ? null : this.#options.activators[address.kind].answerCold(address.id, command);
      if (cold) return this.#respondWith(cold, address, respond);
      if (this.activations >= (this.#options.activationsMax ?? bounds.activationsMax)) {
        return respond(refuse('overloaded', bounds.overloadedRetryAfterMs));
      }
      cell = this.#activate(address);
    }
    cell.lastUsedMs = this.#options.clock.monotonicMs();
    cell.deliver(command, respond);
  }

  /** Actors in memory, and their commands without an answer, of each shard that has any. */
  census(): Map<number, { actors: number; waiting: number }> {
    const found = new Map<number, { actors: number; waiting: number }>();
    for (const { address, waiting } of this.#all()) {
      const shard = shardOf(address.id);
      const { actors, waiting: before } = found.get(shard) ?? { actors: 0, waiting: 0 };
      found.set(shard, { actors: actors + 1, waiting: before + waiting });
    }
    return found;
  }

  /** An actor in memory, for operators; null when it is not. */
  describe(address: Address): Record<string, unknown> | null {
    const cell = this.#cells[address.kind].get(address.id);
    if (!cell) return null;
    const idleForMs = Math.round(this.#options.clock.monotonicMs() - cell.lastUsedMs);
    return { ...cell.describe(), idleForMs };
  }

  /** Drops every activation of shards that this worker no longer owns. */
  keepOnly(owned: (shard: number) => boolean): void {
    for (const cell of this.#all()) if (!owned(shardOf(cell.address.id))) this.#passivate(cell);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopSweep();
    for (const cell of this.#all()) this.#passivate(cell);
  }

  *#all(): Iterable<ActorCell<Commands[ActorKind]>> {
    yield* this.#cells.conversation.values();
    yield* this.#cells.session.values();
  }

  #passivate(cell: ActorCell<Commands[ActorKind]>): void {
    this.#cells[cell.address.kind].delete(cell.address.id);
    cell.stop(refuse('unavailable', 0));
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

  #activate<Kind extends ActorKind>(address: Address<Kind>): ActorCell<Commands[Kind]> {
    const { journal, effects, log, clock } = this.#options;
    const cells = this.#cells[address.kind];
    const cell = new ActorCell<Commands[Kind]>(
      address,
      {
        journal,
        effects,
        log,
        publish: (seq, frame) => this.#options.publish(address, seq, frame),
        drop: (userIds) => this.#options.drop(address, userIds),
        onCrash: (error) => {
          if (cells.get(address.id) === cell) cells.delete(address.id);
          this.#crashed(address, error);
          cell.stop(refuse('internal', bounds.overloadedRetryAfterMs));
        },
      },
      clock.monotonicMs(),
    );
    cells.set(address.id, cell);
    this.#load(address, cell).catch((error: unknown) => {
      this.#failed(address, error, 'an activation could not be loaded');
      if (cells.get(address.id) === cell) cells.delete(address.id);
      cell.stop(refusalOf(error));
    });
    return cell;
  }

  async #load<Kind extends ActorKind>(
    address: Address<Kind>,
    cell: ActorCell<Commands[Kind]>,
  ): Promise<void> {
    const { journal, activators } = this.#options;
    const key = keyOf(address);
    const projected = this.#projectFirst.get(key);
    await projected;
    const context: ActivationContext<Commands[Kind]> = {
      shard: shardOf(address.id),
      // Its own handler answers it, with the answer that the command's table promises.
      tellSelf: (command, respond) => cell.deliver(command, respond as Respond),
      appendValues: (entries, onDurable) => cell.appendValues(entries, onDurable),
      publish: (seq, frame) => this.#options.publish(address, seq, frame),
      publishEach: (frames) => this.#options.publishEach(address, frames),
      sendEffect: (effect) => this.#options.effects.send(effect),
      projectedBatch: () => journal.projectedBatch,
    };
    const activation = await activators[address.kind].activate(address.id, context);
    if (this.#projectFirst.get(key) === projected) this.#projectFirst.delete(key);
    if (this.#cells[address.kind].get(address.id) === cell) cell.start(activation);
    else activation.dispose();
  }

  /** Decisions of the actor stay in the journal; its next activation starts from there. */
  #crashed(address: Address, error: unknown): void {
    this.crashes++;
    this.#options.log.error({ actor: address, err: error }, 'an activation broke and was dropped');
    // Entries may still wait for their batch's number: whatever the journal holds by now must be projected.
    const { journal } = this.#options;
    const lastBatch = new Promise<number>((resolve) => journal.append([], resolve));
    this.#projectFirst.set(
      keyOf(address),
      lastBatch.then((batch) => journal.projected(batch)),
    );
  }

  #passivateIdle(): void {
    const idleSince = this.#options.clock.monotonicMs() - bounds.passivateAfterIdleMs;
    for (const cell of this.#all()) {
      if (cell.lastUsedMs <= idleSince && cell.droppable) this.#passivate(cell);
    }
  }
}
