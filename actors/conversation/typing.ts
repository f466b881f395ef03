// People who are writing: shown to the others, never kept, and never more of it than someone can watch.
import { encodeServerFrame } from '../../protocol/codec/frames.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { Clock } from '../runtime/ports.ts';
import type { Typing } from './commands.ts';

/** People shown as typing at once. */
const typistsMax = 5;

export class Typists {
  readonly #clock: Clock;
  readonly #sinceMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The frame to show, or null when there is nothing new to show. */
  note(conversationId: string, { by, active }: Typing): Uint8Array | null {
    const nowMs = this.#clock.monotonicMs();
    for (const [userId, sinceMs] of this.#sinceMs) {
      if (nowMs - sinceMs > limits.typingEndsAfterMs) this.#sinceMs.delete(userId);
    }
    const sinceMs = this.#sinceMs.get(by);
    if (!active) return this.#sinceMs.delete(by) ? this.#frame(conversationId, by, false) : null;
    if (sinceMs === undefined && this.#sinceMs.size >= typistsMax) return null;
    if (sinceMs !== undefined && nowMs - sinceMs < limits.typingEveryMs / 2) return null;
    this.#sinceMs.set(by, nowMs);
    return this.#frame(conversationId, by, true);
  }

  #frame(conversationId: string, by: string, active: boolean): Uint8Array {
    return encodeServerFrame({
      opcode: opcodes.typingChanged,
      requestId: 0,
      conversationId,
      userId: by,
      active,
    });
  }
}
