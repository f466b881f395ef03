// An actor in memory as the runtime needs it, and the answers it may give. The runtime owns the mailbox, the
// journal and delivery; the activation owns the state.
import type { Effect } from './effect.ts';
import type { JournalEntry, JournalRefusal } from './journal-port.ts';
import type { Reply } from './reply.ts';

/**
 * - `read`: shows durable state only, so it leaves at once.
 * - `settled`: depends on state that may not be durable yet, so it leaves after everything appended before.
 * - `append`: leaves when the entries are durable, after `committed` was called with their batch.
 * Both of these may name followers to drop: the answer then waits until nothing more can reach those (GRP-4).
 * - `lookup`: needs a store. The actor goes on with other commands; the command comes back as `resume` says.
 * - `later`: the activation keeps `respond` and answers by itself.
 */
export type Outcome<Command, Answer = unknown> =
  | { readonly kind: 'read'; readonly reply: Reply<Answer> }
  | { readonly kind: 'settled'; readonly reply: Reply<Answer>; readonly drop?: readonly string[] }
  | {
      readonly kind: 'append';
      readonly entries: readonly JournalEntry[];
      readonly reply: Reply<Answer>;
      /** Takes the durable entries into the activation; not called once that is dropped. */
      readonly committed: (batch: number) => void;
      /** Frame for everyone subscribed, whatever has become of the activation; null: none. */
      readonly frame: { readonly seq: number; readonly encode: () => Uint8Array } | null;
      readonly effects: readonly Effect[];
      readonly drop?: readonly string[];
    }
  | { readonly kind: 'lookup'; readonly resume: Promise<Command | Reply<Answer>> }
  | { readonly kind: 'later' };

/** A frame for the sockets of one user alone. */
export interface UserFrame {
  readonly userId: string;
  readonly frame: Uint8Array;
}

export type Respond<Answer = unknown> = (reply: Reply<Answer>) => void;

export interface Activation<Command> {
  handle(command: Command, respond: Respond): Outcome<Command>;
  /** True when dropping the activation would lose nothing but what the stores have. */
  readonly idle: boolean;
  /** Its state in numbers and ids, for operators; nothing that people wrote. */
  describe(): Record<string, unknown>;
  /** Frees timers, and appends values that were held back. */
  dispose(): void;
}

/** Requests of an activation to the runtime outside a command. */
export interface ActivationContext<Command> {
  readonly shard: number;
  /** Puts a command that waited here into the mailbox again, with whoever waits for its own answer. */
  tellSelf(command: Command, respond: Respond<never>): void;
  /** Appends values outside a command; answers why they will not be durable and `onDurable` never runs, or null. */
  appendValues(entries: readonly JournalEntry[], onDurable: () => void): JournalRefusal | null;
  /** Sends a frame to everyone subscribed; seq 0 marks one that may be dropped. */
  publish(seq: number, frame: Uint8Array): void;
  /** Sends each user's subscribed sockets a frame of their own, which may be dropped. */
  publishEach(frames: readonly UserFrame[]): void;
  /** Sends an effect of what is durable outside a command; the projector sees to its repeat. */
  sendEffect(effect: Effect): void;
  readonly projectedBatch: () => number;
}

/** Makes activations from the stores. */
export interface Activator<Command> {
  activate(actorId: string, context: ActivationContext<Command>): Promise<Activation<Command>>;
  /** Answers a command from the stores alone, for an actor that is not in memory; null: it must be activated. */
  answerCold(actorId: string, command: Command): Promise<Reply> | null;
}
