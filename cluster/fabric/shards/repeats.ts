// Commands that arrive more than once. A gateway repeats what it has no answer for, so several copies may be on their
// way, and the last of them may arrive long after the first was answered. For what was accepted that is harmless: the
// actor knows it. A refusal leaves no trace with the actor, and once the answer says that something will not be, no
// later copy may make it so: the sender has been let in meanwhile, say. So refusals are remembered for longer than a
// copy can be under way, and while a copy is being worked on the others are dropped.
import type { Cancel, Timers } from '../../../actors/runtime/ports.ts';
import type { Reply } from '../../../actors/runtime/reply.ts';

export const repeatBounds = {
  /** A refusal is remembered for this long at least, and twice this at most. */
  rememberMs: 15_000,
  /** Refusals remembered; beyond these the oldest half goes early. */
  refusalsMax: 40_000,
} as const;

/** How a command stands that has just come. */
export type Seen =
  /** It is to be carried out; whoever does so says `done` afterwards. */
  | { readonly kind: 'new' }
  /** A copy is being worked on; its answer is the answer. */
  | { readonly kind: 'under_way' }
  | { readonly kind: 'refused'; readonly reply: Reply };

const isNew: Seen = { kind: 'new' };
const isUnderWay: Seen = { kind: 'under_way' };

export class Repeats {
  /** By gateway: the correlations. */
  readonly #working = new Map<string, Set<number>>();
  readonly #stopTurn: Cancel;
  #refused = new Map<string, Reply>();
  #refusedBefore = new Map<string, Reply>();

  constructor(timers: Timers) {
    this.#stopTurn = timers.setInterval(() => this.#turn(), repeatBounds.rememberMs);
  }

  stop(): void {
    this.#stopTurn();
  }

  begin(from: string, correlation: number): Seen {
    let working = this.#working.get(from);
    if (!working) this.#working.set(from, (working = new Set()));
    if (working.has(correlation)) return isUnderWay;
    const reply = this.#refusalOf(from, correlation);
    if (reply) return { kind: 'refused', reply };
    working.add(correlation);
    return isNew;
  }

  /** @param reply null: it was not carried out here, and may be */
  done(from: string, correlation: number, reply: Reply | null): void {
    this.#working.get(from)?.delete(correlation);
    if (!reply || reply.ok) return;
    this.#refused.set(nameOf(from, correlation), reply);
    if (this.#refused.size > repeatBounds.refusalsMax / 2) this.#turn();
  }

  #refusalOf(from: string, correlation: number): Reply | undefined {
    if (this.#refused.size + this.#refusedBefore.size === 0) return undefined;
    const copy = nameOf(from, correlation);
    return this.#refused.get(copy) ?? this.#refusedBefore.get(copy);
  }

  #turn(): void {
    this.#refusedBefore = this.#refused;
    this.#refused = new Map();
    for (const [from, working] of this.#working) if (working.size === 0) this.#working.delete(from);
  }
}

function nameOf(from: string, correlation: number): string {
  return `${from} ${correlation}`;
}
