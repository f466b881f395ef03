// A lean client for load: the SDK's own connection, subscriptions (order, gaps, resumes) and receipts, without its outbox
// and without a random key for each message. What is checked is the same.
import { afterClose, closeCodes, isLater } from '../../protocol/close-codes.ts';
import { Connection } from '../../protocol/client/connection.ts';
import { UserRequests } from '../../protocol/client/user-requests.ts';
import { askPatiently } from '../../protocol/client/patience.ts';
import { Receipts } from '../../protocol/client/receipts.ts';
import { reconnectDelayMs, repeatDelayMs, type Ending } from '../../protocol/client/reconnect-policy.ts';
import { localError } from '../../protocol/client/requests.ts';
import { ServerClock } from '../../protocol/client/server-clock.ts';
import { Subscriptions } from '../../protocol/client/subscriptions.ts';
import { isRetryable, type RequestError } from '../../protocol/errors.ts';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { AnswerTo, Asking, RequestOpcode } from '../../protocol/frames/answers.ts';
import type { PushFrame } from '../../protocol/frames/server-frames.ts';
import { limits } from '../../protocol/limits.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { clientName, type CuttableSocket, type Talker, type TalkerOptions } from './talker.ts';

const requestTimeoutMs = 15_000;

/** As many as the SDK has: other requests want room as well. */
const onTheWireMax = limits.requestsInFlightMax / 2;

/** A message without an answer, which goes out again after every interruption. */
interface Unanswered {
  readonly conversationId: string;
  readonly key: string;
  readonly body: string;
  readonly answer: PromiseWithResolvers<number>;
  isOnTheWire: boolean;
}

export class WireTalker extends UserRequests implements Talker {
  readonly #options: TalkerOptions;
  readonly #clock = new ServerClock(Date.now);
  readonly #deviceId = crypto.randomUUID();
  readonly #subscriptions: Subscriptions;
  readonly #receipts: Receipts | null;
  /** In the written order. */
  readonly #unanswered: Unanswered[] = [];
  #onTheWire = 0;
  /** Conversations whose messages wait, since one was refused for now. */
  readonly #held = new Map<string, ReturnType<typeof setTimeout>>();
  /** Refusals since the last acceptance, by conversation. */
  readonly #failures = new Map<string, number>();
  #connection: Connection | null = null;
  #socket: CuttableSocket | null = null;
  #userId = '';
  #attempts = 0;
  #tokenStale = false;
  #keyMs = 0;
  #keyCount = 0;
  condition = 'idle';

  constructor(options: TalkerOptions) {
    super();
    const { listener, receipts } = options;
    this.#options = options;
    this.#receipts = receipts ? new Receipts() : null;
    this.#subscriptions = new Subscriptions({
      event: (conversationId, event) => this.#received(conversationId, event),
      subscribed: (conversationId, { headSeq }) => listener.subscribed(conversationId, headSeq),
      reset: () => undefined,
      refused: (conversationId, code, message) => listener.refused(conversationId, code, message),
    });
  }

  get requests(): this {
    return this;
  }
  get isOnline(): boolean {
    return this.condition === 'online';
  }

  connect(): void {
    void this.#open();
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = null; // nobody listens to its end
    connection?.close();
    this.#offline('closed');
  }

  cut(): void {
    this.#socket?.cut();
  }

  follow(conversationId: string): void {
    this.#subscriptions.follow(conversationId, null);
  }

  send(conversationId: string, body: string): Promise<number> {
    const answer = Promise.withResolvers<number>();
    this.#unanswered.push({ conversationId, key: this.newKey(), body, answer, isOnTheWire: false });
    this.#pump();
    return answer.promise;
  }

  /** A version 7 UUID whose random part is the device's: unique, and in the written order. */
  newKey(): string {
    const nowMs = Math.max(this.#keyMs, Math.floor(this.#clock.now()));
    this.#keyCount = nowMs === this.#keyMs ? this.#keyCount + 1 : 0;
    // The 12 bits after the version count within the millisecond; running over borrows the next one.
    this.#keyMs = this.#keyCount > 0xfff ? nowMs + 1 : nowMs;
    this.#keyCount &= 0xfff;
    const time = this.#keyMs.toString(16).padStart(12, '0');
    const count = this.#keyCount.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}${this.#deviceId.slice(18)}`;
  }

  protected request<Code extends RequestOpcode>(request: Asking<Code>): Promise<AnswerTo<Code>> {
    return askPatiently(
      () => this.#connection?.request<Code>(request) ?? Promise.reject(localError('unavailable')),
      requestTimeoutMs,
    );
  }

  async #open(): Promise<void> {
    this.condition = 'connecting';
    const { url, openSocket, token } = this.#options;
    let accessToken: string;
    try {
      accessToken = await token(this.#tokenStale);
    } catch (error) {
      return this.#ended(1006, String(error));
    }
    const socket = openSocket(url);
    this.#socket = socket;
    const connection: Connection = new Connection({
      socket,
      token: accessToken,
      deviceId: this.#deviceId,
      clientName,
      clock: this.#clock,
      localNow: Date.now,
      requestTimeoutMs,
      onWelcome: ({ userId }) => this.#online(connection, userId),
      onPush: (frame) => this.#push(frame),
      onEnd: (code, reason) => {
        if (connection === this.#connection) this.#ended(code, reason);
      },
    });
    this.#connection = connection;
  }

  #online(connection: Connection, userId: string): void {
    if (connection !== this.#connection) return;
    this.#attempts = 0;
    this.#tokenStale = false;
    this.#userId = userId;
    this.condition = 'online';
    this.#options.listener.online(userId);
    this.#subscriptions.online(connection);
    this.#receipts?.online(connection);
    for (const timer of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
    this.#pump();
  }

  #ended(code: number, reason: string): void {
    this.#connection = null;
    const wasConnecting = this.condition === 'connecting';
    const next = afterClose(code);
    this.#offline(`closed with ${code} ${reason}`);
    if (next === 'stop') return this.#options.listener.ended(this.condition);
    this.#tokenStale = next === 'authenticate';
    const ending = endingOf(code, wasConnecting);
    setTimeout(() => void this.#open(), reconnectDelayMs(this.#attempts++, Math.random(), ending));
  }

  #offline(condition: string): void {
    this.#subscriptions.offline();
    this.#receipts?.offline();
    this.condition = condition;
  }

  #push(frame: PushFrame): void {
    switch (frame.opcode) {
      case opcodes.event:
        return this.#subscriptions.push(frame.conversationId, frame.epoch, frame.event);
      case opcodes.subscriptionEnded:
        return this.#subscriptions.ended(frame.conversationId, frame.code, frame.message);
      case opcodes.resubscribe:
        return this.#subscriptions.renew(frame.conversationIds);
      case opcodes.reauthenticateSoon:
        return void this.#reauthenticate();
      default:
        return; // nobody asked for the others
    }
  }

  async #reauthenticate(): Promise<void> {
    try {
      await this.request({ opcode: opcodes.reauthenticate, accessToken: await this.#options.token(true) });
    } catch {
      this.#tokenStale = true; // the server closes the socket with the code that says so
    }
  }

  #received(conversationId: string, event: ConversationEvent): void {
    if (event.by !== this.#userId) this.#receipts?.delivered(conversationId, event.seq);
    this.#options.listener.event(conversationId, event);
  }

  /** Sends what may go out now. */
  #pump(): void {
    const connection = this.#connection;
    if (!connection || !this.isOnline) return;
    for (const message of this.#unanswered) {
      if (this.#onTheWire >= onTheWireMax) return;
      if (message.isOnTheWire || this.#held.has(message.conversationId)) continue;
      message.isOnTheWire = true;
      this.#onTheWire++;
      void this.#transmit(connection, message);
    }
  }

  async #transmit(connection: Connection, message: Unanswered): Promise<void> {
    const { conversationId, key, body, answer } = message;
    const prev = this.#predecessorOf(message);
    try {
      const plain = { replyTo: null, mentions: [], attachmentIds: [] };
      const said = { conversationId, key, body, prev, ...plain };
      const accepted = await connection.request({ opcode: opcodes.send, ...said });
      this.#backFromTheWire(message);
      this.#forget(message);
      this.#failures.delete(conversationId);
      answer.resolve(accepted.seq);
    } catch (error) {
      this.#backFromTheWire(message);
      this.#failed(connection, message, error as RequestError);
    }
    this.#pump();
  }

  #backFromTheWire(message: Unanswered): void {
    message.isOnTheWire = false;
    this.#onTheWire--;
  }

  /** The message before it that has no answer either: the server stores them in the written order (OFF-3). */
  #predecessorOf(message: Unanswered): string | null {
    for (let at = this.#unanswered.indexOf(message) - 1; at >= 0; at--) {
      const other = this.#unanswered[at]!;
      if (other.conversationId === message.conversationId) return other.key;
    }
    return null;
  }

  #failed(connection: Connection, message: Unanswered, error: RequestError): void {
    if (!isRetryable(error.code)) {
      this.#forget(message);
      return message.answer.reject(error);
    }
    // #online sends it again; and many that are refused at once are one failure.
    const { conversationId } = message;
    if (connection !== this.#connection || this.#held.has(conversationId)) return;
    const failures = this.#failures.get(conversationId) ?? 0;
    this.#failures.set(conversationId, failures + 1);
    const release = (): void => {
      this.#held.delete(conversationId);
      this.#pump();
    };
    const delayMs = repeatDelayMs(error.retryAfterMs, failures, Math.random());
    this.#held.set(conversationId, setTimeout(release, delayMs));
  }

  #forget(message: Unanswered): void {
    this.#unanswered.splice(this.#unanswered.indexOf(message), 1);
  }
}

function endingOf(code: number, wasConnecting: boolean): Ending {
  if (isLater(code)) return 'later';
  if (code === closeCodes.going_away) return 'going_away';
  return wasConnecting && afterClose(code) === 'reconnect' ? 'refused' : 'lost';
}
