// One actor in memory: its mailbox, its state of life, and the order in which its answers leave.
//
// Invariant: an answer that depends on an event leaves only after that event is durable. The activation decides on
// state that includes events still on their way to the journal; so every answer of kind `settled` or `append`
// waits for the last append before it. Reads show only what is durable and leave at once.
import type { Activation, Outcome, Respond } from './activation.ts';
import type { Address } from './address.ts';
import { bounds } from './bounds.ts';
import type { Effects } from './effect.ts';
import type { Journal, JournalEntry, JournalRefusal } from './journal-port.ts';
import type { Log } from './ports.ts';
import { refuse, refusalOf, StoreBusy, type Reply } from './reply.ts';

interface Letter<Command> {
  readonly command: Command;
  readonly respond: Respond;
}

export interface CellDependencies {
  readonly journal: Journal;
  readonly effects: Effects;
  readonly log: Log;
  /** Sends a frame to everyone subscribed to the actor. */
  readonly publish: (seq: number, frame: Uint8Array) => void;
  /** Ends these users' subscriptions; false when it is not certain that nothing more can reach them. */
  readonly drop: (userIds: readonly string[]) => Promise<boolean>;
  /** The activation is broken: the host forgets the cell. */
  readonly onCrash: (error: unknown) => void;
}

export class ActorCell<Command> {
  readonly address: Address;
  readonly #dependencies: CellDependencies;
  #mailbox: Letter<Command>[] = [];
  #activation: Activation<Command> | null = null;
  #lookups = 0;
  #appends = 0;
  /** Answer to every command after the end. */
  #stopped: Reply | null = null;
  /** The last batch that holds something of this actor. */
  lastBatch = 0;
  lastUsedMs: number;

  constructor(address: Address, dependencies: CellDependencies, nowMs: number) {
    this.address = address;
    this.#dependencies = dependencies;
    this.lastUsedMs = nowMs;
  }

  get ready(): boolean {
    return this.#activation !== null;
  }

  /** Commands that have no answer yet: in the mailbox, at a store, or on their way to the journal. */
  get waiting(): number {
    return this.#mailbox.length + this.#lookups + this.#appends;
  }

  /** For operators. */
  describe(): Record<string, unknown> {
    const { lastBatch } = this;
    const { projectedBatch } = this.#dependencies.journal;
    const mail = { mailbox: this.#mailbox.length, lookups: this.#lookups, appends: this.#appends };
    const state = this.#activation?.describe() ?? null;
    return { loaded: this.ready, ...mail, lastBatch, projected: lastBatch <= projectedBatch, state };
  }

  /** Nothing would be lost by dropping it. */
  get droppable(): boolean {
    return (
      this.#activation !== null &&
      this.#activation.idle &&
      this.#mailbox.length === 0 &&
      this.#lookups === 0 &&
      this.#appends === 0 &&
      this.lastBatch <= this.#dependencies.journal.projectedBatch
    );
  }

  start(activation: Activation<Command>): void {
    this.#activation = activation;
    const waiting = this.#mailbox;
    this.#mailbox = [];
    for (const { command, respond } of waiting) this.deliver(command, respond);
  }

  /** Ends the cell; whatever waits gets this reply. */
  stop(reply: Reply): void {
    // First, while it can still append: what the activation holds back goes into the journal.
    this.#activation?.dispose();
    this.#stopped = reply;
    this.#activation = null;
    for (const { respond } of this.#mailbox.splice(0)) respond(reply);
  }

  deliver(command: Command, respond: Respond): void {
    if (this.#stopped) return respond(this.#stopped);
    if (this.#activation) return this.#handle(command, respond);
    if (this.#mailbox.length >= bounds.mailboxCommandsMax) {
      return respond(refuse('overloaded', bounds.overloadedRetryAfterMs));
    }
    this.#mailbox.push({ command, respond });
  }

  /** Appends values outside a command; answers why they will not be durable, or null. */
  appendValues(entries: readonly JournalEntry[], onDurable: () => void): JournalRefusal | null {
    const refusal = this.#stopped ? 'unavailable' : this.#dependencies.journal.refuses;
    if (refusal === null) this.#append(entries, onDurable);
    return refusal;
  }

  #handle(command: Command, respond: Respond): void {
    try {
      this.#carryOut(this.#activation!.handle(command, respond), respond);
    } catch (error) {
      respond(refuse('internal', bounds.overloadedRetryAfterMs));
      this.#dependencies.onCrash(error);
    }
  }

  #carryOut(outcome: Outcome<Command>, respond: Respond): void {
    switch (outcome.kind) {
      case 'read':
        return respond(outcome.reply);
      case 'settled':
        if (this.#appends === 0) return this.#drop(outcome.drop, outcome.reply, respond)();
        return this.#append([], () => this.#drop(outcome.drop, outcome.reply, respond)());
      case 'append':
        return this.#append(outcome.entries, (batch) => {
          this.#commit(outcome.committed, batch);
          // Those who are dropped are so before the event goes out: it is not for them any more.
          const answer = this.#drop(outcome.drop, outcome.reply, respond);
          if (outcome.frame) this.#dependencies.publish(outcome.frame.seq, outcome.frame.encode());
          answer();
          for (const effect of outcome.effects) this.#dependencies.effects.send(effect);
        });
      case 'lookup':
        return this.#lookUp(outcome.resume, respond);
      case 'later':
        return;
    }
  }

  /** Drops followers; returns what answers, once the gateways have confirmed it. */
  #drop(userIds: readonly string[] | undefined, reply: Reply, respond: Respond): () => void {
    if (!userIds || userIds.length === 0) return () => respond(reply);
    const dropped = this.#dependencies.drop(userIds);
    const unsure = refuse('timeout', bounds.overloadedRetryAfterMs);
    return () => void dropped.then((certain) => respond(certain ? reply : unsure));
  }

  /** The entries are durable whatever happens now: an activation that cannot take it is dropped, the answer goes. */
  #commit(committed: (batch: number) => void, batch: number): void {
    if (this.#stopped) return;
    try {
      committed(batch);
    } catch (error) {
      this.#dependencies.onCrash(error);
    }
  }

  #append(entries: readonly JournalEntry[], onDurable: (batch: number) => void): void {
    this.#appends++;
    this.#dependencies.journal.append(entries, (batch) => {
      this.#appends--;
      if (entries.length > 0) this.lastBatch = batch;
      onDurable(batch);
    });
  }

  #lookUp(resume: Promise<Command | Reply>, respond: Respond): void {
    this.#lookups++;
    resume.then(
      (next) => {
        this.#lookups--;
        if (isReply(next)) respond(next);
        else this.deliver(next, respond);
      },
      (error: unknown) => {
        this.#lookups--;
        if (!(error instanceof StoreBusy))
          this.#dependencies.log.warn({ actor: this.address, err: error }, 'a lookup failed');
        respond(refusalOf(error));
      },
    );
  }
}

function isReply<Command>(value: Command | Reply): value is Reply {
  return typeof value === 'object' && value !== null && 'ok' in value;
}
