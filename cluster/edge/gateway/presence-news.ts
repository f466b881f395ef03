// News of who is there, on their way to the sockets that watch, over no block. Blocks may be younger than the watch, so
// that the record is asked before anybody hears. After a restart thousands of people come back at once: news of the same
// moment share one question. While the record does not answer, the latest news wait.
import { Pace } from '../../../actors/runtime/pace.ts';
import type { Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { encodeServerFrame } from '../../../protocol/codec/frames.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import type { WatchPair } from '../../../storage/postgres/directory.ts';
import type { ClientSocket } from './client-socket.ts';

type Watcher = Pick<ClientSocket, 'userId' | 'sendBytes'>;

/** A person as they are now, and who watches them now. */
export interface WatchedPerson {
  readonly sockets: ReadonlySet<Watcher>;
  readonly online: boolean;
  readonly lastSeenMs: number | null;
}

export interface PresenceNewsOptions {
  /** Answers those pairs between whom there is a block. */
  readonly blockedOf: (pairs: readonly WatchPair[]) => Promise<readonly WatchPair[]>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

const gatherMs = 10;
const askAgainMs = 1_000;
const peoplePerQuestion = 500;

export class PresenceNews {
  readonly #options: PresenceNewsOptions;
  readonly #pace: Pace;
  readonly #untold = new Map<string, WatchedPerson>();
  #asking = false;

  constructor(options: PresenceNewsOptions) {
    this.#options = options;
    this.#pace = new Pace(gatherMs, options.clock, options.timers);
  }

  /** Tells those who watch the person, soon. */
  of(userId: string, person: WatchedPerson): void {
    this.#untold.set(userId, person);
    this.#askSoon();
  }

  #askSoon(): void {
    if (!this.#asking && this.#untold.size > 0) this.#pace.ask(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    const news = [...this.#untold].slice(0, peoplePerQuestion);
    for (const [userId] of news) this.#untold.delete(userId);
    const asked = news.filter(([, { sockets }]) => sockets.size > 0);
    this.#asking = true;
    try {
      await this.#tell(asked);
      this.#done();
    } catch (error) {
      this.#options.log.debug({ reason: String(error) }, 'presence waits for the record');
      for (const [userId, person] of asked) {
        if (!this.#untold.has(userId)) this.#untold.set(userId, person);
      }
      this.#options.timers.setTimeout(() => this.#done(), askAgainMs);
    }
  }

  #done(): void {
    this.#asking = false;
    this.#askSoon();
  }

  async #tell(news: readonly (readonly [string, WatchedPerson])[]): Promise<void> {
    const watchers = news.map(([userId, person]) => ({ userId, person, sockets: [...person.sockets] }));
    const blocked = new Set((await this.#options.blockedOf(watchers.flatMap(pairsOf))).map(keyOf));
    const nowMs = this.#options.clock.monotonicMs();
    for (const { userId, person, sockets } of watchers) {
      const { online, lastSeenMs } = person;
      const presences = [{ userId, online, lastSeenMs }];
      const frame = encodeServerFrame({ opcode: opcodes.presence, requestId: 0, presences });
      for (const socket of sockets) {
        const watcherId = socket.userId;
        if (watcherId === null || !person.sockets.has(socket)) continue;
        if (!blocked.has(keyOf({ userId, watcherId }))) socket.sendBytes(frame, true, nowMs);
      }
    }
  }
}

function pairsOf({ userId, sockets }: { userId: string; sockets: readonly Watcher[] }): WatchPair[] {
  const watcherIds = new Set(sockets.flatMap((socket) => socket.userId ?? []));
  return Array.from(watcherIds, (watcherId) => ({ userId, watcherId }));
}

function keyOf({ userId, watcherId }: WatchPair): string {
  return `${userId} ${watcherId}`;
}
