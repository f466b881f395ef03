// What each request of an authenticated client does: one exhaustive switch, each case answers with a frame or a
// refusal. Only the socket's owner writes the answer.
import type { OpenedConversation } from '../../actors/conversation/commands.ts';
import type { EventPage } from '../../actors/conversation/store-port.ts';
import type { Reply } from '../../actors/runtime/reply.ts';
import type { ClientFrame } from '../../protocol/frames/client-frames.ts';
import type {
  ConversationSummary,
  ListConversations,
  OpenDirect,
} from '../../protocol/frames/conversations.ts';
import type { History } from '../../protocol/frames/history.ts';
import type { Send } from '../../protocol/frames/send.ts';
import type { FollowInbox, RegisterDevice } from '../../protocol/frames/session.ts';
import type { ServerFrame } from '../../protocol/frames/server-frames.ts';
import type { Subscribe, Unsubscribe } from '../../protocol/frames/subscribe.ts';
import { wireError, type WireError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import type { Clock } from '../../actors/runtime/ports.ts';
import type { ConversationLister } from '../../storage/postgres/conversation-list.ts';
import type { Router } from '../routing/router.ts';
import { uuidOf } from './authenticator.ts';
import type { ClientSocket } from './client-socket.ts';
import type { Following } from './following.ts';
import type { Profiles } from './profiles.ts';

/** Requests after the greeting. */
export type UserRequest = Exclude<
  ClientFrame,
  [typeof opcodes.hello | typeof opcodes.reauthenticate, ...unknown[]]
>;

export type Answer =
  | { readonly kind: 'frame'; readonly frame: ServerFrame; readonly after?: () => void }
  | { readonly kind: 'refused'; readonly error: WireError };

export interface RequestDependencies {
  readonly router: Router;
  readonly following: Following;
  readonly profiles: Profiles;
  readonly lister: ConversationLister;
  readonly clock: Clock;
}

export class Requests {
  readonly #dependencies: RequestDependencies;

  constructor(dependencies: RequestDependencies) {
    this.#dependencies = dependencies;
  }

  /** Throws when a store does not answer. */
  async handle(socket: ClientSocket, userId: string, request: UserRequest): Promise<Answer> {
    const { profiles, clock } = this.#dependencies;
    switch (request[0]) {
      case opcodes.ping:
        return frame([opcodes.pong, request[1], clock.now()]);
      case opcodes.send:
        return this.#send(userId, request);
      case opcodes.subscribe:
        return this.#subscribe(socket, userId, request);
      case opcodes.unsubscribe:
        return this.#unsubscribe(socket, request);
      case opcodes.history:
        return this.#history(userId, request);
      case opcodes.cursor: {
        const [, id, conversationId, deliveredSeq, readSeq] = request;
        return this.#command(id, conversationId, { type: 'cursor', by: userId, deliveredSeq, readSeq });
      }
      case opcodes.openDirect:
        return this.#openDirect(userId, request);
      case opcodes.conversations:
        return this.#list(userId, request);
      case opcodes.findUsers:
        return frame([opcodes.userList, request[1], await profiles.find(request[2], request[3], userId)]);
      case opcodes.users:
        return frame([opcodes.userList, request[1], await profiles.of(request[2])]);
      case opcodes.registerDevice:
        return this.#registerDevice(userId, request);
      case opcodes.inbox:
        return this.#inbox(socket, userId, request);
    }
  }

  async #command(id: number, conversationId: string, command: unknown): Promise<Answer> {
    const reply = await this.#dependencies.router.ask({ kind: 'conversation', id: conversationId }, command);
    return reply.ok ? frame([opcodes.done, id]) : refused(reply.error);
  }

  async #send(userId: string, [, id, conversationId, key, body, prev]: Send): Promise<Answer> {
    const reply = (await this.#dependencies.router.ask(
      { kind: 'conversation', id: conversationId },
      { type: 'send', by: userId, key, body, prev },
    )) as Reply<[number, number, number]>;
    if (!reply.ok) return refused(reply.error);
    const [seq, ordinal, atMs] = reply.value;
    return frame([opcodes.accepted, id, conversationId, key, seq, ordinal, atMs]);
  }

  async #subscribe(socket: ClientSocket, userId: string, [, id, wishes]: Subscribe): Promise<Answer> {
    const { following } = this.#dependencies;
    const budget = { events: limits.recoverEventsPerFrameMax, bytes: limits.recoverBytesPerFrameMax };
    const answers = await Promise.all(
      wishes.map((wish) => following.conversation(socket, userId, wish, budget)),
    );
    return {
      kind: 'frame',
      frame: [opcodes.subscribed, id, answers.map(({ result }) => result)],
      after: () => answers.forEach(({ deliver }) => deliver()),
    };
  }

  #unsubscribe(socket: ClientSocket, [, id, conversationIds]: Unsubscribe): Answer {
    for (const conversationId of conversationIds)
      this.#dependencies.following.unfollow(conversationId, socket);
    return frame([opcodes.done, id]);
  }

  async #history(userId: string, [, id, conversationId, direction, seq, limit]: History): Promise<Answer> {
    const reply = (await this.#dependencies.router.ask(
      { kind: 'conversation', id: conversationId },
      { type: 'history', by: userId, direction, seq, limit },
    )) as Reply<EventPage & { epoch: number }>;
    if (!reply.ok) return refused(reply.error);
    const { epoch, events, more } = reply.value;
    return frame([opcodes.page, id, conversationId, epoch, events, more]);
  }

  async #openDirect(userId: string, [, id, peer]: OpenDirect): Promise<Answer> {
    if (peer === userId) return refused(wireError('peer_is_self'));
    const members = await this.#dependencies.profiles.of([userId, peer]);
    if (!members.some(([memberId]) => memberId === peer)) return refused(wireError('user_not_found'));
    const conversationId = directConversationId(userId, peer);
    const reply = (await this.#dependencies.router.ask(
      { kind: 'conversation', id: conversationId },
      { type: 'open_direct', by: userId, peer },
    )) as Reply<OpenedConversation>;
    if (!reply.ok) return refused(reply.error);
    const { kind, epoch, headSeq, headOrdinal, readSeq, readOrdinal, activeAtMs } = reply.value;
    const summary: ConversationSummary = [
      conversationId,
      kind,
      epoch,
      headSeq,
      headOrdinal,
      readSeq,
      readOrdinal,
      activeAtMs,
      null,
      members,
    ];
    return frame([opcodes.conversation, id, summary]);
  }

  async #list(userId: string, [, id, cursor, limit]: ListConversations): Promise<Answer> {
    const { conversations, next } = await this.#dependencies.lister.list(userId, cursor, limit);
    return frame([opcodes.conversationList, id, conversations, next]);
  }

  async #registerDevice(userId: string, [, id, deviceId, name, publicKey]: RegisterDevice): Promise<Answer> {
    const reply = await this.#dependencies.router.ask(
      { kind: 'session', id: userId },
      { type: 'register_device', deviceId, name, publicKey },
    );
    return reply.ok ? frame([opcodes.done, id]) : refused(reply.error);
  }

  async #inbox(socket: ClientSocket, userId: string, [, id, afterSeq]: FollowInbox): Promise<Answer> {
    const reply = await this.#dependencies.following.inbox(socket, userId, afterSeq);
    if (!reply.ok) return refused(reply.error);
    const { events, headSeq, more } = reply.value;
    return frame([opcodes.inboxPage, id, events, headSeq, more]);
  }
}

/** The same for both, whoever asks, so that there is one actor and one conversation (DM-1). */
export function directConversationId(a: string, b: string): string {
  return uuidOf(`direct\n${[a, b].sort().join('\n')}`);
}

function frame(answer: ServerFrame): Answer {
  return { kind: 'frame', frame: answer };
}

function refused(error: WireError): Answer {
  return { kind: 'refused', error };
}
