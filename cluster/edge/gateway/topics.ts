// Followers of actors on this gateway, and how far events have reached them. The shard sends each event once; here it
// fans out.
//
// Nothing falls between subscribing and the first event: the shard notes its interest before it answers, and
// frames that come before the answer are kept for those who wait for it. Nothing is lost over a lost link or a new
// owner: the gateway then subscribes again, from the last sequence number it passed on.
import type { UserFrame } from '../../../actors/runtime/activation.ts';
import type { Address } from '../../../actors/runtime/address.ts';
import { keyOf, shardOf } from '../../../actors/runtime/address.ts';
import type { ClientSocket } from './client-socket.ts';

interface Waiter {
  readonly userId: string;
  /** The shard has dropped this user meanwhile: the answer on its way is void (GRP-4). */
  dropped: boolean;
  readonly frames: { readonly seq: number; readonly frame: Uint8Array }[];
  overflowed: boolean;
}

export interface Topic {
  readonly address: Address;
  readonly shard: number;
  readonly sockets: Set<ClientSocket>;
  readonly waiters: Set<Waiter>;
  epoch: number;
  /** The last sequence number passed on. */
  seq: number;
  /** Counts renewals, so that only the answer to the latest one counts. */
  renewal: number;
}

const waiterFramesMax = 256;

export class Topics {
  readonly #topics = new Map<string, Topic>();

  get size(): number {
    return this.#topics.size;
  }

  get(key: string): Topic | undefined {
    return this.#topics.get(key);
  }

  inShards(matches: (shard: number) => boolean): Topic[] {
    return [...this.#topics.values()].filter(({ shard }) => matches(shard));
  }

  /** Before the shard is asked: from now on frames are kept for this subscriber. */
  await(address: Address, userId: string): Waiter {
    const key = keyOf(address);
    let topic = this.#topics.get(key);
    if (!topic) {
      const shard = shardOf(address.id);
      topic = { address, shard, sockets: new Set(), waiters: new Set(), epoch: 0, seq: 0, renewal: 0 };
      this.#topics.set(key, topic);
    }
    const waiter: Waiter = { userId, dropped: false, frames: [], overflowed: false };
    topic.waiters.add(waiter);
    return waiter;
  }

  /**
   * The shard has answered: the socket follows the actor. Returns the frames that came meanwhile, or null when
   * there were too many to keep.
   */
  join(
    key: string,
    waiter: Waiter,
    socket: ClientSocket,
    epoch: number,
    headSeq: number,
  ): Uint8Array[] | null {
    const topic = this.#topics.get(key)!;
    topic.waiters.delete(waiter);
    // A newcomer's beginning leaves the number that others here were sent: a renewal counts on it.
    // Of a later epoch it is another history's number: what others were sent of the former one is no measure.
    if (topic.epoch !== epoch) topic.seq = headSeq;
    else if (topic.sockets.size === 0) topic.seq = Math.max(topic.seq, headSeq);
    topic.sockets.add(socket);
    socket.topics.add(key);
    topic.epoch = epoch;
    if (waiter.overflowed) return null;
    return waiter.frames.filter(({ seq }) => seq > headSeq).map(({ frame }) => frame);
  }

  /** The shard refused. True when nobody here follows the actor now. */
  giveUp(key: string, waiter: Waiter): boolean {
    const topic = this.#topics.get(key);
    topic?.waiters.delete(waiter);
    return this.#dropIfUnused(key, topic);
  }

  /** True when nobody here follows the actor now. */
  leave(key: string, socket: ClientSocket): boolean {
    const topic = this.#topics.get(key);
    topic?.sockets.delete(socket);
    socket.topics.delete(key);
    return this.#dropIfUnused(key, topic);
  }

  /** Passes a frame on; false when nobody here follows the actor. */
  publish(key: string, seq: number, frame: Uint8Array, nowMs: number): boolean {
    const topic = this.#topics.get(key);
    if (!topic) return false;
    if (seq > topic.seq) topic.seq = seq;
    for (const socket of topic.sockets) socket.sendBytes(frame, seq === 0, nowMs);
    if (seq > 0) for (const waiter of topic.waiters) keep(waiter, seq, frame);
    return true;
  }

  /** Sends each of these users' sockets a frame of their own. */
  publishEach(key: string, frames: readonly UserFrame[], nowMs: number): boolean {
    const topic = this.#topics.get(key);
    if (!topic) return false;
    const byUser = new Map(frames.map(({ userId, frame }) => [userId, frame]));
    for (const socket of topic.sockets) {
      const frame = byUser.get(socket.userId ?? '');
      if (frame) socket.sendBytes(frame, true, nowMs);
    }
    return true;
  }

  /** The sockets of these users, and those about to join; they get nothing from here on. */
  drop(key: string, userIds: ReadonlySet<string>): ClientSocket[] {
    const topic = this.#topics.get(key);
    if (!topic) return [];
    for (const waiter of topic.waiters) if (userIds.has(waiter.userId)) waiter.dropped = true;
    const dropped = [...topic.sockets].filter((socket) => userIds.has(socket.userId ?? ''));
    for (const socket of dropped) {
      topic.sockets.delete(socket);
      socket.topics.delete(key);
    }
    return dropped;
  }

  /** Everyone here who follows the actor, or is about to. */
  usersOf({ sockets, waiters }: Topic): string[] {
    const userIds = new Set<string>();
    for (const { userId } of sockets) if (userId !== null) userIds.add(userId);
    for (const { userId } of waiters) userIds.add(userId);
    return [...userIds];
  }

  #dropIfUnused(key: string, topic: Topic | undefined): boolean {
    if (!topic || topic.sockets.size > 0 || topic.waiters.size > 0) return false;
    this.#topics.delete(key);
    return true;
  }

  /** True when nobody here follows the actor now. */
  release(key: string): boolean {
    return this.#dropIfUnused(key, this.#topics.get(key));
  }
}

function keep(waiter: Waiter, seq: number, frame: Uint8Array): void {
  if (waiter.frames.length >= waiterFramesMax) waiter.overflowed = true;
  // The bytes belong to the link batch they came in; a copy lives longer.
  else waiter.frames.push({ seq, frame: Uint8Array.from(frame) });
}
