// One person of a chat run: a client of the SDK, connected, in a direct conversation with a peer, writing when told
// to and keeping what is shown.
import {
  conversationEventTypes,
  RequestError,
  type ConversationEvent,
  type SkeinClient,
} from '../../protocol/client/index.ts';
import { BenchError } from '../bench-error.ts';
import { nowUs } from '../clock.ts';
import { readBody, writeBody } from './body.ts';
import {
  createdNumber,
  NumberList,
  outcomes,
  type HistoryRecord,
  type SideRecord,
} from './conversation-record.ts';
import { retried } from './retried.ts';
import type { Tally } from './tally.ts';

export interface PersonOptions {
  /** Among all people of the run: 2n and 2n + 1 share conversation n. */
  readonly number: number;
  readonly run: string;
  readonly bodyBytes: number;
  readonly client: SkeinClient;
  readonly tally: Tally;
}

export class Person {
  readonly #options: PersonOptions;
  readonly conversation: number;
  readonly #side: number;
  readonly #sent = new NumberList();
  readonly #shown = new NumberList();
  #userId = '';
  #conversationId = '';
  #peerId = '';
  #headSeq = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.conversation = Math.floor(options.number / 2);
    this.#side = options.number % 2;
    options.client.on('event', (_id, event) => this.#show(event));
  }

  get number(): number {
    return this.#options.number;
  }
  get isOnline(): boolean {
    return this.#options.client.state.name === 'online';
  }
  /** Empty before the first connection. */
  get userId(): string {
    return this.#userId;
  }
  get record(): SideRecord {
    return {
      conversation: this.conversation,
      side: this.#side,
      headSeq: this.#headSeq,
      sent: this.#sent.values,
      shown: this.#shown.values,
    };
  }

  connect(withinMs: number): Promise<void> {
    const { client, number } = this.#options;
    const online = Promise.withResolvers<void>();
    const late = () =>
      online.reject(new BenchError(`Person ${number} was not online in time: ${stateOf(client)}.`));
    const timer = setTimeout(late, withinMs);
    const forget = client.on('state', (state) => {
      if (state.name === 'signed_out' || state.name === 'stopped') late();
      if (state.name !== 'online') return;
      this.#userId = state.userId;
      online.resolve();
    });
    client.connect();
    return online.promise.finally(() => {
      clearTimeout(timer);
      forget();
    });
  }

  /** Opens the conversation with the peer and follows it; answers with its id. */
  async pair(peerId: string, withinMs: number): Promise<string> {
    const { client } = this.#options;
    this.#peerId = peerId;
    const [conversationId] = await retried(() => client.openDirect(peerId), withinMs);
    this.#conversationId = conversationId;
    const following = Promise.withResolvers<number>();
    const forget = [
      client.on('subscribed', (_id, { headSeq }) => following.resolve(headSeq)),
      client.on('subscriptionRefused', (_id, code, message) =>
        following.reject(new BenchError(`A conversation cannot be followed (${code}): ${message}`)),
      ),
    ];
    client.follow(conversationId);
    this.#headSeq = await following.promise;
    for (const each of forget) each();
    return conversationId;
  }

  send(dueUs: number): void {
    const { client, run, number: person, bodyBytes, tally } = this.#options;
    const number = this.#sent.length / 2;
    this.#sent.push(outcomes.open, 0);
    tally.onSent(dueUs, nowUs());
    client.send(this.#conversationId, writeBody({ run, person, number, dueUs }, bodyBytes)).then(
      ({ seq }) => {
        this.#settle(number, outcomes.accepted, seq);
        tally.onAccepted(dueUs, nowUs());
      },
      (error: unknown) => {
        this.#settle(number, outcomes.refused, 0);
        tally.onRefused(error instanceof RequestError ? error.code : String(error));
      },
    );
  }

  /** Everything that stands in the conversation. */
  async readHistory(withinMs: number): Promise<HistoryRecord> {
    const { client } = this.#options;
    const events = new NumberList();
    let lastSeq = 0;
    for (let more = true; more;) {
      const after = lastSeq;
      const page = await retried(() => client.history(this.#conversationId, 'after', after), withinMs);
      for (const event of page.events) events.push(event[0], ...this.#identify(event).slice(0, 2));
      lastSeq = page.events.at(-1)?.[0] ?? lastSeq;
      more = page.more && lastSeq > after;
    }
    return { conversation: this.conversation, events: events.values };
  }

  close(): void {
    this.#options.client.close();
  }

  #settle(number: number, outcome: number, seq: number): void {
    this.#sent.set(number * 2, outcome);
    this.#sent.set(number * 2 + 1, seq);
  }

  #show(event: ConversationEvent): void {
    const { tally } = this.#options;
    const [side, number, dueUs] = this.#identify(event);
    this.#shown.push(event[0], side, number);
    if (number < 0) return;
    if (side === this.#side) tally.shownToSender++;
    else tally.onShownToPeer(dueUs, nowUs());
  }

  /** [side, number, dueUs]; -1 for what nobody of this run wrote. */
  #identify(event: ConversationEvent): [side: number, number: number, dueUs: number] {
    if (event[2] !== conversationEventTypes.message) return [-1, createdNumber, 0];
    const mark = readBody(event[6], this.#options.run);
    const side = event[3] === this.#peerId ? 1 - this.#side : this.#side;
    const isOurs = event[3] === this.#peerId || event[3] === this.userId;
    // The words must be those of the person whom the server names as their sender.
    if (mark === null || !isOurs || mark.person !== this.conversation * 2 + side) return [-1, -1, 0];
    return [side, mark.number, mark.dueUs];
  }
}

function stateOf({ state }: SkeinClient): string {
  return 'reason' in state ? `${state.name}, ${state.reason}` : state.name;
}
