// Messages of people who are outside, refused for good, for a while: several copies of one may be under way, over several gateways, or
// wait in the actor itself for a predecessor or for the record. Once one of them was refused none may be stored, even if
// the sender has been let in meanwhile: the sender was told that it will not be (MSG-4: the same key, the same result).
import type { Reply } from '../runtime/reply.ts';

export const refusedKeysBounds = {
  /** Longer than a gateway repeats a command, and a parked one waits. */
  rememberMs: 15_000,
  keysMax: 512,
} as const;

export class RefusedKeys {
  /** The oldest first. */
  readonly #refused = new Map<string, { readonly reply: Reply<never>; readonly atMs: number }>();

  /** @param nowMs monotonic */
  note(key: string, reply: Reply<never>, nowMs: number): void {
    for (const [oldest, { atMs }] of this.#refused) {
      const isOver = nowMs - atMs > refusedKeysBounds.rememberMs;
      if (!isOver && this.#refused.size < refusedKeysBounds.keysMax) break;
      this.#refused.delete(oldest);
    }
    this.#refused.set(key, { reply, atMs: nowMs });
  }

  find(key: string, nowMs: number): Reply<never> | null {
    const found = this.#refused.get(key);
    return found && nowMs - found.atMs <= refusedKeysBounds.rememberMs ? found.reply : null;
  }
}
