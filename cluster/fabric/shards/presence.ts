// Presence of this worker's users: those are present who follow their own inbox on some gateway. That costs nothing when people
// come and go, and nobody is told but those who watch. Never journaled: when someone was last seen goes to PostgreSQL
// now and then, and is lost with the worker.
import { shardOf } from '../../../actors/runtime/address.ts';
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { limits } from '../../../protocol/limits.ts';
import type { PresenceStatus } from '../routing/commands.ts';

export interface PresenceOptions {
  /** Whether some gateway has this user's devices. */
  readonly isFollowed: (userId: string) => boolean;
  readonly tell: (gateway: string, userId: string, status: PresenceStatus) => void;
  readonly writeLastSeen: (seen: ReadonlyMap<string, number>) => Promise<void>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

const sweepEveryMs = 1_000;
const writeEveryMs = 5_000;
/** Users whose time waits to be written; more are forgotten: it is a courtesy, not a record. */
const unwrittenMax = 100_000;

export class Presence {
  readonly #options: PresenceOptions;
  readonly #online = new Set<string>();
  /** Since when someone has no device connected, in monotonic ms; they may be on their way back. */
  readonly #leavingSinceMs = new Map<string, number>();
  readonly #watchers = new Map<string, Set<string>>();
  #unwritten = new Map<string, number>();
  readonly #cancels: Cancel[];

  constructor(options: PresenceOptions) {
    this.#options = options;
    const { timers } = options;
    this.#cancels = [
      timers.setInterval(() => this.#sweep(), sweepEveryMs),
      timers.setInterval(() => void this.#write(), writeEveryMs),
    ];
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
  }

  get watched(): number {
    return this.#watchers.size;
  }
  get online(): number {
    return this.#online.size;
  }

  /** A gateway follows this user's inbox. */
  came(userId: string): void {
    this.#leavingSinceMs.delete(userId);
    if (this.#online.has(userId)) return;
    this.#online.add(userId);
    this.#tell(userId, { online: true, lastSeenMs: null });
  }

  /** A gateway does so no longer, or is gone. */
  mayHaveLeft(userId: string): void {
    if (!this.#online.has(userId) || this.#options.isFollowed(userId)) return;
    if (!this.#leavingSinceMs.has(userId))
      this.#leavingSinceMs.set(userId, this.#options.clock.monotonicMs());
  }

  /** Gateways are gone, and with them whoever was connected there only. */
  gatewaysGone(gone: ReadonlySet<string>): void {
    for (const [userId, watchers] of this.#watchers) {
      for (const gateway of gone) watchers.delete(gateway);
      if (watchers.size === 0) this.#watchers.delete(userId);
    }
    for (const userId of this.#online) this.mayHaveLeft(userId);
  }

  /** Tells this gateway of changes from now on. */
  watch(userId: string, gateway: string): PresenceStatus {
    const watchers = this.#watchers.get(userId) ?? new Set();
    this.#watchers.set(userId, watchers.add(gateway));
    const online = this.#online.has(userId);
    return { online, lastSeenMs: online ? null : (this.#unwritten.get(userId) ?? null) };
  }

  unwatch(userId: string, gateway: string): void {
    const watchers = this.#watchers.get(userId);
    if (watchers?.delete(gateway) && watchers.size === 0) this.#watchers.delete(userId);
  }

  /** Forgets users who live elsewhere now. */
  keepOnly(owned: (shard: number) => boolean): void {
    for (const known of [this.#online, this.#watchers, this.#leavingSinceMs]) {
      for (const userId of known.keys()) if (!owned(shardOf(userId))) known.delete(userId);
    }
  }

  #sweep(): void {
    const { clock, isFollowed } = this.#options;
    for (const [userId, sinceMs] of this.#leavingSinceMs) {
      if (isFollowed(userId)) {
        this.#leavingSinceMs.delete(userId);
        continue;
      }
      const awayMs = clock.monotonicMs() - sinceMs;
      if (awayMs < limits.offlineAfterMs) continue;
      this.#leavingSinceMs.delete(userId);
      this.#online.delete(userId);
      const lastSeenMs = Math.round(clock.now() - awayMs);
      if (this.#unwritten.size < unwrittenMax) this.#unwritten.set(userId, lastSeenMs);
      this.#tell(userId, { online: false, lastSeenMs });
    }
  }

  #tell(userId: string, status: PresenceStatus): void {
    for (const gateway of this.#watchers.get(userId) ?? []) this.#options.tell(gateway, userId, status);
  }

  async #write(): Promise<void> {
    const seen = this.#unwritten;
    if (seen.size === 0) return;
    this.#unwritten = new Map();
    try {
      await this.#options.writeLastSeen(seen);
    } catch (error) {
      this.#options.log.debug({ reason: String(error) }, 'last seen times could not be written; later');
      for (const [userId, atMs] of seen) if (!this.#unwritten.has(userId)) this.#unwritten.set(userId, atMs);
    }
  }
}
