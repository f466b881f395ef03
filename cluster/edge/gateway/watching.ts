// People whose presence the sockets of this gateway watch: asks each user's shard once, however many watch here, and passes
// changes on (presence-news.ts). Only people with whom one shares a conversation can be watched.
import { shardOf } from '../../../actors/runtime/address.ts';
import type { Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import type { PresenceOf } from '../../../protocol/frames/users.ts';
import type { Directory } from '../../../storage/postgres/directory.ts';
import { ownerOf } from '../../fabric/placement/shard-map.ts';
import type { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import type { PresenceStatus } from '../../fabric/routing/commands.ts';
import type { Router } from '../../fabric/routing/router.ts';
import type { ClientSocket } from './client-socket.ts';
import { PresenceNews } from './presence-news.ts';

export interface WatchingOptions {
  readonly router: Router;
  readonly watch: ShardMapWatch;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

interface Watched {
  readonly sockets: Set<ClientSocket>;
  online: boolean;
  lastSeenMs: number | null;
  /** News of the shard so far, apart from answers. */
  news: number;
  /** The first answer of the shard; everyone who comes meanwhile waits for it. */
  readonly known: Promise<void>;
}

const askAgainMs = 1_000;

export class Watching {
  readonly #options: WatchingOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #news: PresenceNews;

  constructor(options: WatchingOptions) {
    this.#options = options;
    const { directory, clock, timers, log } = options;
    this.#news = new PresenceNews({
      blockedOf: (pairs) => directory.blockedOf(pairs),
      clock,
      timers,
      log,
    });
    options.watch.onChange((map, before) =>
      this.#renew((shard) => map.terms[shard] !== before.terms[shard] && ownerOf(map, shard) !== null),
    );
  }

  get users(): number {
    return this.#watched.size;
  }

  linkLost(incarnation: string): void {
    this.#renew((shard) => ownerOf(this.#options.watch.map, shard) === incarnation);
  }

  /** Watches these in place of those before. Throws when the directory does not answer. */
  async watch(socket: ClientSocket, userId: string, wanted: readonly string[]): Promise<PresenceOf[]> {
    const allowed = await this.#options.directory.lastSeen(userId, wanted);
    this.#unwatchExcept(socket, allowed);
    if (socket.closed) return [];
    const entries = [...allowed.keys()].map((id) => [id, this.#join(id, socket)] as const);
    await Promise.all(entries.map(([, watched]) => watched.known));
    return entries.map(([id, { online, lastSeenMs }]) => ({
      userId: id,
      online,
      lastSeenMs: online ? null : (lastSeenMs ?? allowed.get(id) ?? null),
    }));
  }

  socketClosed(socket: ClientSocket): void {
    this.#unwatchExcept(socket, new Map());
  }

  /** The user's shard says so. */
  changed(userId: string, status: PresenceStatus): void {
    const watched = this.#watched.get(userId);
    if (!watched) return this.#options.router.unwatch(userId);
    watched.news++;
    this.#take(userId, watched, status);
  }

  #take(userId: string, watched: Watched, { online, lastSeenMs }: PresenceStatus): void {
    if (watched.online === online && watched.lastSeenMs === lastSeenMs) return;
    watched.online = online;
    watched.lastSeenMs = lastSeenMs;
    this.#news.of(userId, watched);
  }

  #join(userId: string, socket: ClientSocket): Watched {
    let watched = this.#watched.get(userId);
    if (!watched) {
      const known = this.#ask(userId).then(() => undefined);
      watched = { sockets: new Set(), online: false, lastSeenMs: null, news: 0, known };
      this.#watched.set(userId, watched);
    }
    watched.sockets.add(socket);
    socket.watched.add(userId);
    return watched;
  }

  #unwatchExcept(socket: ClientSocket, kept: ReadonlyMap<string, unknown>): void {
    for (const userId of socket.watched) {
      if (kept.has(userId)) continue;
      socket.watched.delete(userId);
      const watched = this.#watched.get(userId);
      if (!watched?.sockets.delete(socket) || watched.sockets.size > 0) continue;
      this.#watched.delete(userId);
      this.#options.router.unwatch(userId);
    }
  }

  #renew(matches: (shard: number) => boolean): void {
    for (const userId of this.#watched.keys()) if (matches(shardOf(userId))) void this.#ask(userId);
  }

  async #ask(userId: string): Promise<void> {
    const { router, timers } = this.#options;
    const newsBefore = this.#watched.get(userId)?.news ?? 0;
    const reply = await router.ask({ kind: 'presence', id: userId }, { type: 'watch' });
    const watched = this.#watched.get(userId);
    if (!watched) return router.unwatch(userId);
    // News in the same batch as the answer is handled before it, and may be newer.
    if (reply.ok && watched.news !== newsBefore) return this.#ask(userId);
    if (reply.ok) return this.#take(userId, watched, reply.value);
    timers.setTimeout(() => {
      if (this.#watched.has(userId)) void this.#ask(userId);
    }, askAgainMs);
  }
}
