// People whose presence the sockets of this gateway watch: asks each user's shard once, however many watch here, and passes
// changes on, over no block. Only people with whom one shares a conversation can be watched.
import { shardOf } from '../../../actors/runtime/address.ts';
import type { Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { encodeServerFrame } from '../../../protocol/codec/frames.ts';
import type { PresenceOf } from '../../../protocol/frames/users.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import type { Directory } from '../../../storage/postgres/directory.ts';
import { ownerOf } from '../../fabric/placement/shard-map.ts';
import type { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import type { PresenceStatus } from '../../fabric/routing/commands.ts';
import type { Router } from '../../fabric/routing/router.ts';
import type { ClientSocket } from './client-socket.ts';

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

  constructor(options: WatchingOptions) {
    this.#options = options;
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
    void this.#tell(userId, watched).catch((error: unknown) =>
      // Nobody hears over a block that could not be asked for: the next news tells.
      this.#options.log.debug({ reason: String(error) }, 'presence could not be told'),
    );
  }

  /** Blocks may be younger than the watch. */
  async #tell(userId: string, watched: Watched): Promise<void> {
    if (watched.sockets.size === 0) return;
    const watchers = new Set([...watched.sockets].flatMap(({ userId: watcher }) => watcher ?? []));
    const blocked = await this.#options.directory.blockedFrom(userId, [...watchers]);
    const { online, lastSeenMs } = watched;
    const presences = [{ userId, online, lastSeenMs }];
    const frame = encodeServerFrame({ opcode: opcodes.presence, requestId: 0, presences });
    const nowMs = this.#options.clock.monotonicMs();
    for (const socket of watched.sockets) {
      if (!blocked.has(socket.userId ?? '')) socket.sendBytes(frame, true, nowMs);
    }
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
