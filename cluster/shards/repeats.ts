// Commands that arrive more than once. A gateway repeats what it has no answer for, so several copies may be on their
// way, and the last of them may arrive long after the first was answered. For what was accepted that is harmless: the
// actor knows it. A refusal leaves no trace with the actor, and once the answer says that something will not be, no
// later copy may make it so: the sender has been let in meanwhile, say. So refusals are remembered for longer than a
// copy can be under way, and while a copy is being worked on the others are dropped.
import type { Cancel, Timers } from '../../actors/runtime/ports.ts';
import type { Reply } from '../../actors/runtime/reply.ts';

export const repeatBounds = {
  /** A refusal is remembered for this long at least, and twice this at most. */
  rememberMs: 15_000,
  /** Refusals remembered; beyond these the oldest half goes early. */
  refusalsMax: 40_000,
} as const;

/** Null: a copy is being worked on; its answer is the answer. */
type Seen = Reply | null;

export class Repeats {
  readonly #working = new Set<string>();
  readonly #stopTurn: Cancel;
  #refused = new Map<string, Reply>();
  #refusedBefore = new Map<string, Reply>();

  constructor(timers: Timers) {
    this.#stopTurn = timers.setInterval(() => this.#turn(), repeatBounds.rememberMs);
  }

  stop(): void {
    this.#stopTurn();
  }

  /** Undefined for a command that is to be carried out; whoever does so says `done` afterwards. */
  begin(from: string, correlation: number): Seen | undefined {
    const copy = nameOf(from, correlation);
    if (this.#working.has(copy)) return null;
    const refusal = this.#refused.get(copy) ?? this.#refusedBefore.get(copy);
    if (refusal) return refusal;
    this.#working.add(copy);
    return undefined;
  }

  /** @param reply null: it was not carried out here, and may be */
  done(from: string, correlation: number, reply: Reply | null): void {
    const copy = nameOf(from, correlation);
    this.#working.delete(copy);
    if (!reply || reply.ok) return;
    this.#refused.set(copy, reply);
    if (this.#refused.size > repeatBounds.refusalsMax / 2) this.#turn();
  }

  #turn(): void {
    this.#refusedBefore = this.#refused;
    this.#refused = new Map();
  }
}

function nameOf(from: string, correlation: number): string {
  return `${from} ${correlation}`;
}
