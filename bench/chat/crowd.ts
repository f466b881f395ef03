// The people of one generator: connects them, brings them together with their peers, and lets them write.
import { SkeinClient } from '../../protocol/client/index.ts';
import { BenchError } from '../bench-error.ts';
import { bounded } from '../bounded.ts';
import { WireSocket } from '../wire/wire-socket.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import type { GeneratorProgress, GeneratorResults, GeneratorSettings, UserIds } from './commands.ts';
import type { HistoryRecord } from './conversation-record.ts';
import { Person } from './person.ts';
import { Tally } from './tally.ts';
import { fetchTokens } from './tokens.ts';

/** How long connecting and each request of preparing may take, retries included. */
const patienceMs = 60_000;
const requestsInFlightMax = 32;

export class Crowd {
  readonly #settings: GeneratorSettings;
  readonly #people: Person[] = [];
  readonly #counter = new WireCounter();
  readonly tally = new Tally();
  #paired = 0;

  constructor(settings: GeneratorSettings) {
    this.#settings = settings;
  }

  get people(): readonly Person[] {
    return this.#people;
  }

  async connect(): Promise<UserIds> {
    const { issuer, people, generator, generators, connectsInFlightMax } = this.#settings;
    const numbers: number[] = [];
    for (let number = generator; number < people; number += generators) numbers.push(number);
    const tokens = await fetchTokens(issuer, numbers.map(this.#subjectOf));
    numbers.forEach((number, at) => this.#people.push(this.#person(number, tokens[at]!)));
    await bounded(this.#people, connectsInFlightMax, (person) => person.connect(patienceMs));
    const userIds: UserIds = new Array<undefined>(people).fill(undefined);
    for (const person of this.#people) userIds[person.number] = person.userId;
    return userIds;
  }

  async pair(userIds: UserIds): Promise<Map<number, string>> {
    const ids = new Map<number, string>();
    await bounded(this.#people, requestsInFlightMax, async (person) => {
      const peerId = userIds[person.number ^ 1];
      if (peerId === undefined) throw new BenchError(`Person ${person.number} has no peer.`);
      const id = await person.pair(peerId, patienceMs);
      const known = ids.get(person.conversation);
      if (known !== undefined && known !== id) throw new BenchError('One pair got two conversations (DM-1).');
      ids.set(person.conversation, id);
      this.#paired++;
    });
    return ids;
  }

  /** What follows is the run; what came before is forgotten. */
  beginRun(): void {
    this.#counter.reset();
  }

  async readHistories(conversations: readonly number[]): Promise<HistoryRecord[]> {
    const wanted = new Set(conversations);
    const readers = this.#people.filter(
      ({ number, conversation }) => number % 2 === 0 && wanted.has(conversation),
    );
    const histories: HistoryRecord[] = [];
    await bounded(readers, requestsInFlightMax, async (person) => {
      histories.push(await person.readHistory(patienceMs));
    });
    return histories;
  }

  get progress(): GeneratorProgress {
    const { sent, accepted, refused, shownToPeer, shownToSender } = this.tally;
    const online = this.#people.reduce((count, { isOnline }) => count + Number(isOnline), 0);
    return { online, paired: this.#paired, sent, accepted, refused, shownToPeer, shownToSender };
  }

  get results(): Omit<GeneratorResults, 'utilization'> {
    const { delivery, acknowledgement, lateness, acceptedWithin, deliveredWithin, refusedForGood } =
      this.tally;
    return {
      sides: this.#people.map(({ record }) => record),
      delivery: delivery.encode(),
      acknowledgement: acknowledgement.encode(),
      lateness: lateness.encode(),
      acceptedWithin,
      deliveredWithin,
      refusedForGood,
      wire: this.#counter.totals,
    };
  }

  readonly #subjectOf = (number: number): string => `bench_${this.#settings.run}_${number}`;

  #person(number: number, token: string): Person {
    const { run, url, issuer, bodyBytes, receipts, localAddress } = this.#settings;
    const client = new SkeinClient({
      url,
      deviceId: crypto.randomUUID(),
      clientName: 'bench',
      receipts,
      token: async (stale) => (stale ? (await fetchTokens(issuer, [this.#subjectOf(number)]))[0]! : token),
      openSocket: (address) => new WireSocket(address, { counter: this.#counter, localAddress }),
    });
    return new Person({ number, run, bodyBytes, client, tally: this.tally });
  }
}
