// The SDK's front: one user on one device, connected for as long as it is wanted. Everything that lasts over
// reconnects lives in its parts (outbox, subscriptions, receipts, inbox); this file wires them to sockets.
import { afterClose } from '../close-codes.ts';
import type { ConversationEvent } from '../events/conversation-event.ts';
import { impliedReads } from '../events/implied-reads.ts';
import type { Welcome } from '../frames/hello.ts';
import type { PushFrame } from '../frames/server-frames.ts';
import type { PresenceOf } from '../frames/users.ts';
import { KeyMaker } from '../ids.ts';
import { opcodes } from '../opcodes.ts';
import { Connection, type SocketLike } from './connection.ts';
import type { AnswerTo, Asking, RequestOpcode } from '../frames/answers.ts';
import type { ClientOptions, ClientState } from './client-options.ts';
import { Inbox } from './inbox.ts';
import { contentOf, type MessageContent } from './message-content.ts';
import { MemoryOutboxStore } from './outbox-store/memory-outbox-store.ts';
import { Outbox, type Acknowledgement, type OutboxMessage } from './outbox.ts';
import { Receipts } from './receipts.ts';
import { askPatiently } from './patience.ts';
import { endingOf, reconnectDelayMs, type Ending } from './reconnect-policy.ts';
import { localError } from './requests.ts';
import { ServerClock } from './server-clock.ts';
import { Subscriptions } from './subscriptions.ts';
import { UserRequests } from './user-requests.ts';

const requestTimeoutMs = 15_000;

export class SkeinClient extends UserRequests {
  readonly #options: ClientOptions;
  readonly #localNow: () => number;
  readonly #clock: ServerClock;
  readonly #keys: KeyMaker;
  readonly #outbox: Outbox;
  readonly #receipts = new Receipts();
  readonly #subscriptions: Subscriptions;
  readonly #inbox: Inbox;
  #state: ClientState = { name: 'idle' };
  #connection: Connection | null = null;
  /** The attempt under way; close() makes it void. */
  #opening: symbol | null = null;
  #attempts = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #tokenStale = false;
  #watched: readonly string[] = [];

  constructor(options: ClientOptions) {
    super();
    this.#options = options;
    this.#localNow = options.localNow ?? Date.now;
    this.#clock = new ServerClock(this.#localNow);
    this.#keys = new KeyMaker(() => this.#clock.now());
    this.#outbox = new Outbox({
      store: options.outboxStore ?? new MemoryOutboxStore(),
      newKey: () => this.newKey(),
      now: () => this.now(),
      changed: (message) => this.emit('outbox', message),
    });
    this.#subscriptions = new Subscriptions({
      event: (conversationId, event, asOfSeq) => this.#received(conversationId, event, asOfSeq),
      subscribed: (conversationId, head) => this.emit('subscribed', conversationId, head),
      reset: (conversationId, unchangedTo) => this.emit('reset', conversationId, unchangedTo),
      refused: (conversationId, code, message) =>
        this.emit('subscriptionRefused', conversationId, code, message),
    });
    this.#inbox = new Inbox(
      (event) => this.emit('inbox', event),
      () => this.emit('inboxReset'),
    );
  }

  get state(): ClientState {
    return this.#state;
  }
  /** How many messages are written and not acknowledged; without those that failed. */
  get unacknowledged(): number {
    return this.#outbox.size;
  }
  /** Everything written that waits, is on its way or failed, in the order of sending; see the event `outbox`. */
  get outbox(): OutboxMessage[] {
    return this.#outbox.list();
  }
  /** The server's time in ms, as well as this client knows it. */
  now(): number {
    return this.#clock.now();
  }

  /** Connects, and stays connected until close(). */
  connect(): void {
    if (this.#state.name === 'connecting' || this.#state.name === 'online') return;
    clearTimeout(this.#retry);
    void this.#open();
  }

  /** Ends the connection; unacknowledged messages stay in the outbox for the next connect(). */
  close(): void {
    clearTimeout(this.#retry);
    this.#opening = null;
    const connection = this.#connection;
    this.#connection = null;
    connection?.close();
    this.#offline({ name: 'idle' });
  }

  newKey(): string {
    return this.#keys.next();
  }

  /**
   * Sends a message, over reconnects if need be (OFF-2). Rejects with RequestError when the server refuses it for good,
   * when as many messages wait as may (`outbox_full`), or when it cannot be kept (`outbox_unavailable`).
   */
  send(
    conversationId: string,
    content: string | MessageContent,
    key: string = this.newKey(),
  ): Promise<Acknowledgement> {
    return this.#outbox.add(conversationId, key, contentOf(content)).accepted;
  }
  /** As `send`, but resolves when the message is in the outbox's store; the event `outbox` tells what becomes of it. */
  enqueue(
    conversationId: string,
    content: string | MessageContent,
    key: string = this.newKey(),
  ): Promise<void> {
    return this.#outbox.add(conversationId, key, contentOf(content)).kept;
  }
  /** Takes up what an earlier client left in the store. `connect` and `send` do it too; this tells when it is done. */
  loadOutbox(): Promise<void> {
    return this.#outbox.load();
  }
  /** Writes a failed message anew, after all others. */
  retry(key: string): Promise<void> {
    return this.#outbox.retry(key);
  }
  /** Forgets a message that failed or waits. One that was on the wire may arrive all the same. */
  discard(key: string): Promise<void> {
    return this.#outbox.discard(key);
  }

  /** Follows a conversation; see the events `subscribed`, `event` and `cursor`. */
  follow(conversationId: string, from: { epoch: number; seq: number } | null = null): void {
    this.#subscriptions.follow(conversationId, from);
  }
  unfollow(conversationId: string): void {
    this.#subscriptions.unfollow(conversationId);
  }
  /** Where this client stands in a conversation, to be kept for a later `follow`. */
  cursorOf(conversationId: string): { epoch: number; seq: number } | null {
    return this.#subscriptions.cursorOf(conversationId);
  }

  /** Follows the user's own stream: new conversations and devices; see the event `inbox`. */
  followInbox(afterSeq: number | null = null): void {
    this.#inbox.follow(afterSeq);
  }

  /** For what the application learned of without an `event`: the head it started to follow from. */
  markDelivered(conversationId: string, seq: number): void {
    this.#receipts.delivered(conversationId, seq);
  }
  markRead(conversationId: string, seq: number): void {
    this.#receipts.read(conversationId, seq);
  }

  /** Watches these people in place of those before, over reconnects too; see the event `presence`. */
  async watchPresence(userIds: readonly string[]): Promise<readonly PresenceOf[]> {
    this.#watched = userIds;
    const { presences } = await this.request({ opcode: opcodes.watchPresence, userIds });
    this.emit('presence', presences);
    return presences;
  }

  async registerDevice(name: string, publicKey: Uint8Array): Promise<void> {
    const { deviceId } = this.#options;
    await this.request({ opcode: opcodes.registerDevice, deviceId, name, publicKey });
  }

  protected request<Code extends RequestOpcode>(request: Asking<Code>): Promise<AnswerTo<Code>> {
    const withinMs = this.#options.requestTimeoutMs ?? requestTimeoutMs;
    return askPatiently(() => {
      if (this.#state.name !== 'online' || !this.#connection)
        return Promise.reject(localError('unavailable'));
      return this.#connection.request(request);
    }, withinMs);
  }

  async #open(): Promise<void> {
    this.#become({ name: 'connecting' });
    const opening = (this.#opening = Symbol('opening'));
    let token: string;
    try {
      token = await this.#options.token(this.#tokenStale);
    } catch (error) {
      if (opening !== this.#opening) return;
      const reason = error instanceof Error ? error.message : 'no token';
      const temporary = error instanceof TypeError; // what fetch throws when the network is down
      return temporary ? this.#wait(reason, 'refused') : this.#become({ name: 'signed_out', reason });
    }
    if (opening !== this.#opening) return; // closed meanwhile
    const open = this.#options.openSocket ?? ((url) => new WebSocket(url) as unknown as SocketLike);
    const connection: Connection = new Connection({
      socket: open(this.#options.url),
      token,
      deviceId: this.#options.deviceId,
      clientName: this.#options.clientName,
      clock: this.#clock,
      localNow: this.#localNow,
      requestTimeoutMs: this.#options.requestTimeoutMs ?? requestTimeoutMs,
      onWelcome: (welcome) => this.#online(connection, welcome),
      onPush: (frame) => this.#push(frame),
      onEnd: (code, reason) => {
        if (connection === this.#connection) this.#ended(code, reason);
      },
    });
    this.#connection = connection;
  }

  #online(connection: Connection, { userId, handle, displayName }: Welcome): void {
    if (connection !== this.#connection) return;
    this.#attempts = 0;
    this.#tokenStale = false;
    this.#become({ name: 'online', userId, handle, displayName });
    this.#inbox.online(connection);
    this.#subscriptions.online(connection);
    this.#outbox.online(connection);
    this.#receipts.online(connection);
    if (this.#watched.length > 0) this.watchPresence(this.#watched).catch(() => undefined);
  }

  #ended(code: number, reason: string): void {
    this.#connection = null;
    const next = afterClose(code);
    if (next === 'stop') return this.#offline({ name: 'stopped', code, reason });
    this.#tokenStale = next === 'authenticate';
    this.#wait(reason || `closed with ${code}`, endingOf(code, this.#state.name === 'connecting'));
  }

  #wait(reason: string, ending: Ending): void {
    const retryInMs = reconnectDelayMs(this.#attempts++, Math.random(), ending);
    this.#offline({ name: 'waiting', retryInMs, reason });
    this.#retry = setTimeout(() => void this.#open(), retryInMs);
  }

  #offline(state: ClientState): void {
    this.#inbox.offline();
    this.#subscriptions.offline();
    this.#outbox.offline();
    this.#receipts.offline();
    this.#become(state);
  }

  #push(frame: PushFrame): void {
    switch (frame.opcode) {
      case opcodes.event:
        return this.#subscriptions.push(frame.conversationId, frame.epoch, frame.event);
      case opcodes.cursorsMoved:
        for (const cursor of frame.cursors) this.emit('cursor', frame.conversationId, cursor);
        return;
      case opcodes.inboxEvent:
        return this.#inbox.push(frame.event);
      case opcodes.typingChanged:
        return this.emit('typing', frame.conversationId, frame.userId, frame.active);
      case opcodes.presence:
        return this.emit('presence', frame.presences);
      case opcodes.subscriptionEnded:
        return this.#subscriptions.ended(frame.conversationId, frame.code, frame.message);
      case opcodes.reauthenticateSoon:
        return void this.#reauthenticate();
      case opcodes.resubscribe:
        this.#subscriptions.renew(frame.conversationIds);
        if (frame.inbox) this.#inbox.renew();
    }
  }

  async #reauthenticate(): Promise<void> {
    try {
      await this.request({ opcode: opcodes.reauthenticate, accessToken: await this.#options.token(true) });
    } catch {
      this.#tokenStale = true; // the server closes the socket with the code that says so
    }
  }

  #received(conversationId: string, event: ConversationEvent, asOfSeq: number): void {
    // This user's own messages need no receipt: the server knows that its writer has it.
    const isOwn = this.#state.name === 'online' && event.by === this.#state.userId;
    if (this.#options.receipts !== false && !isOwn) this.#receipts.delivered(conversationId, event.seq);
    const { userIds, seq, ordinal } = impliedReads(event);
    const at = { deliveredSeq: seq, readSeq: seq, readOrdinal: ordinal };
    for (const userId of userIds) this.emit('cursor', conversationId, { userId, ...at });
    this.emit('event', conversationId, event, asOfSeq);
  }

  #become(state: ClientState): void {
    this.#state = state;
    this.emit('state', state);
  }
}
