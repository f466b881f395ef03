// Follows actors on behalf of sockets, and renews what it follows when a link lost messages or a shard has moved.
import type { SubscribeAnswer } from '../../../actors/conversation/reads.ts';
import type { UserFrame } from '../../../actors/runtime/activation.ts';
import { keyOf } from '../../../actors/runtime/address.ts';
import type { Reply } from '../../../actors/runtime/reply.ts';
import type { InboxRead } from '../../../actors/session/commands.ts';
import { encodeServerFrame } from '../../../protocol/codec/frames.ts';
import type { ConversationEvent } from '../../../protocol/events/conversation-event.ts';
import type { Subscription, SubscribeResult } from '../../../protocol/frames/subscribe.ts';
import type { ServerFrame } from '../../../protocol/frames/server-frames.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { isRetryable, wireError, type ErrorCode, type WireError } from '../../../protocol/errors.ts';
import type { Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { ownerOf } from '../../fabric/placement/shard-map.ts';
import type { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import type { Router } from '../../fabric/routing/router.ts';
import type { ClientSocket } from './client-socket.ts';
import { Topics, type Topic } from './topics.ts';

export interface FollowingOptions {
  readonly router: Router;
  readonly watch: ShardMapWatch;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** Events that the subscriptions of one frame may still recover at once: a resume must not make its own socket too slow. */
export interface RecoverBudget {
  events: number;
  bytes: number;
  /** Bytes of texts that one of them may bring. */
  readonly bytesMax?: number;
}

const renewRetryMs = 500;

export class Following {
  readonly #options: FollowingOptions;
  readonly topics = new Topics();
  readonly totals = { renewals: 0, resyncs: 0 };

  constructor(options: FollowingOptions) {
    this.#options = options;
    options.watch.onChange((map, before) => {
      this.#renewShards((shard) => map.terms[shard] !== before.terms[shard] && ownerOf(map, shard) !== null);
    });
  }

  /** Messages from this worker were lost: whatever its shards had to say may be among them. */
  linkLost(incarnation: string): void {
    this.#renewShards((shard) => ownerOf(this.#options.watch.map, shard) === incarnation);
  }

  publish(actorId: string, seq: number, frame: Uint8Array): void {
    const { clock, router } = this.#options;
    if (!this.topics.publish(actorId, seq, frame, clock.monotonicMs())) router.forget(actorId);
  }

  publishEach(actorId: string, frames: readonly UserFrame[]): void {
    const { clock, router } = this.#options;
    if (!this.topics.publishEach(actorId, frames, clock.monotonicMs())) router.forget(actorId);
  }

  /** These users may not follow the actor any more; `done` runs when nothing more can reach them from here. */
  drop(actorId: string, userIds: readonly string[], done: () => void): void {
    this.#drop(actorId, userIds, 'conversation_not_found');
    // Earlier answers of the shard are written by then.
    this.#options.timers.afterTurn(done);
  }

  #drop(actorId: string, userIds: readonly string[], code: ErrorCode): void {
    const { message } = wireError(code);
    for (const socket of this.topics.drop(actorId, new Set(userIds))) {
      this.#send(socket, {
        opcode: opcodes.subscriptionEnded,
        requestId: 0,
        conversationId: actorId,
        code,
        message,
      });
    }
    if (this.topics.release(actorId)) this.#options.router.forget(actorId);
  }

  socketClosed(socket: ClientSocket): void {
    for (const actorId of [...socket.topics]) this.unfollow(actorId, socket);
  }

  unfollow(actorId: string, socket: ClientSocket): void {
    if (this.topics.leave(actorId, socket)) this.#options.router.forget(actorId);
  }

  /** Subscribes the socket to a conversation; `deliver` sends what follows the answer, once that is sent. */
  async conversation(
    socket: ClientSocket,
    userId: string,
    { conversationId, epoch, afterSeq }: Subscription,
    budget: RecoverBudget,
  ): Promise<{ result: SubscribeResult; deliver: () => void }> {
    const refused = ({ code, message, retryAfterMs }: WireError) => ({
      result: { result: 'refused', conversationId, code, message, retryAfterMs } satisfies SubscribeResult,
      deliver: () => undefined,
    });
    if (!socket.topics.has(conversationId) && socket.topics.size >= limits.subscriptionsPerSocketMax)
      return refused(wireError('too_many_subscriptions'));
    const address = { kind: 'conversation', id: conversationId } as const;
    const waiter = this.topics.await(address, userId);
    const command = {
      type: 'subscribe',
      by: userId,
      epoch,
      afterSeq,
      ...(budget.bytesMax && { bytesMax: budget.bytesMax }),
    } as const;
    const reply = await this.#options.router.ask(address, command);
    if (!reply.ok || reply.value.result.result === 'refused' || socket.closed || waiter.dropped) {
      if (this.topics.giveUp(conversationId, waiter)) this.#options.router.forget(conversationId);
      const gone = wireError(waiter.dropped ? 'conversation_not_found' : 'unavailable');
      return refused(reply.ok ? gone : reply.error);
    }
    const { result, frames } = recover(reply.value.result, reply.value.events, budget);
    const meanwhile = this.topics.join(conversationId, waiter, socket, result.epoch, result.headSeq);
    const deliver = (): void => {
      this.#sendAll(socket, frames);
      this.#deliverMeanwhile(socket, meanwhile, resubscribe([conversationId]));
    };
    return { result, deliver };
  }

  /** Follows the user's inbox. */
  async inbox(socket: ClientSocket, userId: string, afterSeq: number | null): Promise<Reply<InboxRead>> {
    const address = { kind: 'session', id: userId } as const;
    const key = keyOf(address);
    const waiter = this.topics.await(address, userId);
    const reply = await this.#options.router.ask(address, { type: 'follow', afterSeq });
    if (!reply.ok || socket.closed) {
      if (this.topics.giveUp(key, waiter)) this.#options.router.forget(key);
      return reply;
    }
    const meanwhile = this.topics.join(key, waiter, socket, reply.value.epoch, reply.value.headSeq);
    this.#options.timers.afterTurn(() => this.#deliverMeanwhile(socket, meanwhile, resubscribeInbox));
    return reply;
  }

  #deliverMeanwhile(
    socket: ClientSocket,
    frames: readonly Uint8Array[] | null,
    otherwise: ServerFrame,
  ): void {
    if (frames === null) this.#send(socket, otherwise);
    else this.#sendAll(socket, frames);
  }

  #sendAll(socket: ClientSocket, frames: readonly Uint8Array[]): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const frame of frames) socket.sendBytes(frame, false, nowMs);
  }

  #send(socket: ClientSocket, frame: ServerFrame): void {
    socket.send(frame, this.#options.clock.monotonicMs());
  }

  #renewShards(matches: (shard: number) => boolean): void {
    for (const topic of this.topics.inShards(matches)) void this.#renew(topic, ++topic.renewal);
  }

  /** Tells the shard again that this gateway is interested, and passes on what was missed. */
  async #renew(topic: Topic, renewal: number): Promise<void> {
    this.totals.renewals++;
    const { router } = this.#options;
    const { kind, id } = topic.address;
    const afterSeq = topic.seq;
    const isCurrent = () => this.topics.get(keyOf(topic.address)) === topic && topic.renewal === renewal;
    if (kind === 'session') {
      const reply = await router.ask({ kind, id }, { type: 'follow', afterSeq });
      if (!isCurrent()) return;
      if (reply.ok) return this.#catchUpInbox(topic, reply.value, afterSeq);
      return this.#renewLater(topic, renewal, reply.error);
    }
    const { epoch } = topic;
    const followers = this.topics.usersOf(topic);
    const reply = await router.ask({ kind, id }, { type: 'subscribe', by: null, epoch, afterSeq, followers });
    if (!isCurrent()) return;
    if (reply.ok) return this.#catchUp(topic, reply.value, afterSeq);
    const { error } = reply;
    if (!isRetryable(error.code)) return this.#drop(id, this.topics.usersOf(topic), error.code);
    this.#renewLater(topic, renewal, error);
  }

  #renewLater(topic: Topic, renewal: number, { retryAfterMs }: WireError): void {
    this.#options.timers.setTimeout(() => {
      if (topic.renewal === renewal) void this.#renew(topic, renewal);
    }, retryAfterMs || renewRetryMs);
  }

  #catchUp(topic: Topic, { result, events, gone }: SubscribeAnswer, afterSeq: number): void {
    this.#drop(topic.address.id, gone, 'conversation_not_found');
    if (result.result !== 'recovered' || result.epoch !== topic.epoch) {
      return this.#resynchronize(topic, resubscribe([topic.address.id]));
    }
    for (const event of events) {
      // Later ones may have overtaken the answer; clients drop what they have.
      if (event.seq <= afterSeq) continue;
      this.publish(topic.address.id, event.seq, frameOf(topic.address.id, topic.epoch, event));
    }
  }

  #catchUpInbox(topic: Topic, { events, more, epoch }: InboxRead, afterSeq: number): void {
    if (more || epoch !== topic.epoch) return this.#resynchronize(topic, resubscribeInbox);
    for (const event of events) {
      if (event.seq > afterSeq)
        this.publish(keyOf(topic.address), event.seq, encodeServerFrame({ ...inboxPush, event }));
    }
  }

  /** Too much was missed to pass on: the clients page through it. */
  #resynchronize(topic: Topic, frame: ServerFrame): void {
    this.totals.resyncs++;
    for (const socket of topic.sockets) this.#send(socket, frame);
  }
}

function frameOf(conversationId: string, epoch: number, event: ConversationEvent): Uint8Array {
  return encodeServerFrame({ opcode: opcodes.event, requestId: 0, conversationId, epoch, event });
}

const inboxPush = { opcode: opcodes.inboxEvent, requestId: 0 } as const;

function resubscribe(conversationIds: readonly string[]): ServerFrame {
  return { opcode: opcodes.resubscribe, requestId: 0, conversationIds, inbox: false };
}

const resubscribeInbox: ServerFrame = {
  opcode: opcodes.resubscribe,
  requestId: 0,
  conversationIds: [],
  inbox: true,
};

type Granted = Exclude<SubscribeResult, { readonly result: 'refused' }>;

/** The frames of what was missed; what exceeds the budget becomes a gap to page through. */
function recover(
  result: Granted,
  events: readonly ConversationEvent[],
  budget: RecoverBudget,
): { result: Granted; frames: Uint8Array[] } {
  const { conversationId, epoch, headSeq } = result;
  const frames = events.map((event) => frameOf(conversationId, epoch, event));
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  if (frames.length > budget.events || bytes > budget.bytes) {
    const from = events[0]!.seq;
    return { result: { ...result, result: 'gap', from, to: headSeq }, frames: [] };
  }
  budget.events -= frames.length;
  budget.bytes -= bytes;
  return { result, frames };
}
