// The people of one generator: connects them, brings them into their conversations, and lets them write and react.
import { bounded } from '../bounded.ts';
import { nowUs } from '../clock.ts';
import { WireSocket } from '../wire/wire-socket.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import type { GeneratorProgress, GeneratorResults, GeneratorSettings, RunTimes } from './commands.ts';
import { onTime, Gate } from './paced.ts';
import { Person, type Written } from './person.ts';
import { countOf, dueUs } from './plan.ts';
import type { ConversationRecord, HistoryRecord, SeatRecord } from '../verify/record.ts';
import { seeded, shuffled } from './random.ts';
import { SdkTalker } from './sdk-talker.ts';
import type { Talker, TalkerListener } from './talker.ts';
import { fetchTokens } from './tokens.ts';
import { WireTalker } from './wire-talker.ts';
import { World } from './world.ts';

/** How long connecting and each request of preparing may take, retries included. */
const patienceMs = 120_000;
const requestsInFlightMax = 32;
/** Places that are looked at for one reaction: where nothing can be reacted to now, somebody else does. */
const reactorsTriedMax = 50;
const countEveryUs = 1_000_000;

export class Crowd {
  readonly #settings: GeneratorSettings;
  readonly #world: World;
  readonly #people: Person[] = [];
  readonly #counter = new WireCounter();
  #opened = 0;
  #counted = { atUs: Number.NEGATIVE_INFINITY, online: 0, following: 0 };

  constructor(settings: GeneratorSettings) {
    this.#settings = settings;
    this.#world = new World(settings);
  }

  async connect(): Promise<string[]> {
    const { issuer, people, generator, generators, connectsInFlightMax, connectsPerSecondMax } =
      this.#settings;
    const numbers: number[] = [];
    for (let number = generator; number < people; number += generators) numbers.push(number);
    const tokens = await fetchTokens(issuer, numbers.map(this.#subjectOf));
    numbers.forEach((number, at) => this.#people.push(this.#person(number, tokens[at]!)));
    const gate = new Gate(connectsPerSecondMax);
    await bounded(this.#people, connectsInFlightMax, async (person) => {
      await gate.pass();
      await person.connect(patienceMs);
    });
    return this.#people.map(({ userId }) => userId);
  }

  async open(userIds: readonly string[]): Promise<[conversation: number, id: string][]> {
    this.#world.userIds = userIds;
    const ids: [number, string][] = [];
    await bounded(this.#people, requestsInFlightMax, async (person) => {
      const opened = await person.open(patienceMs);
      ids.push(...opened);
      this.#opened += opened.length;
    });
    return ids;
  }

  async follow(conversationIds: readonly string[]): Promise<null> {
    this.#world.conversationIds = conversationIds;
    await bounded(this.#people, requestsInFlightMax, (person) => person.follow(patienceMs));
    return null;
  }

  /** Resolves when the last message has been sent. What follows is the run; what came before is forgotten. */
  async send(times: RunTimes): Promise<null> {
    this.#counter.reset();
    this.#world.tally.start(times);
    const cut = times.cutAtUs === null ? [] : [{ dueUs: times.cutAtUs, act: () => this.#cut() }];
    const writing = this.#settings.window === null ? onTime(this.#writing(times)) : this.#writeInTurn(times);
    await Promise.all([writing, onTime(this.#reacting(times)), onTime(cut)]);
    return null;
  }

  async readHistories(conversations: readonly number[]): Promise<HistoryRecord[]> {
    const wanted = new Set(conversations);
    const readings = this.#people.flatMap((person) =>
      person.places
        .filter(({ member, conversation }) => member === 0 && wanted.has(conversation))
        .map((place) => ({ person, place })),
    );
    const histories: HistoryRecord[] = [];
    await bounded(readings, requestsInFlightMax, async ({ person, place }) => {
      histories.push(await person.readHistory(place, patienceMs));
    });
    return histories;
  }

  get progress(): GeneratorProgress {
    const { sent, accepted, refused, toDeliver, delivered, shownToWriter, reacted, reactionsSettled, away } =
      this.#world.tally;
    const { online, following } = this.#count();
    return {
      ...{ online, opened: this.#opened, following, sent, accepted, refused, toDeliver, delivered },
      ...{ shownToWriter, reacted, reactionsSettled, away },
    };
  }

  /** Going through everyone takes time that the load needs. */
  #count(): { online: number; following: number } {
    if (nowUs() - this.#counted.atUs < countEveryUs) return this.#counted;
    let online = 0;
    let following = 0;
    for (const person of this.#people) {
      online += Number(person.isOnline);
      for (const { headSeq } of person.places) following += Number(headSeq !== null);
    }
    this.#counted = { atUs: nowUs(), online, following };
    return this.#counted;
  }

  get results(): Omit<GeneratorResults, 'utilization'> {
    return { records: this.#records(), ...this.#world.tally.results, wire: this.#counter.totals };
  }

  #records(): ConversationRecord[] {
    const seats = new Map<number, SeatRecord[]>();
    for (const { places } of this.#people) {
      for (const place of places) {
        const ofConversation = seats.get(place.conversation);
        if (ofConversation) ofConversation.push(place.record);
        else seats.set(place.conversation, [place.record]);
      }
    }
    return Array.from(seats, ([conversation, ofConversation]) => ({
      conversation,
      common: this.#world.commonOf(conversation).slice(),
      seats: ofConversation,
    }));
  }

  *#writing({ startUs }: RunTimes): Generator<{ dueUs: number; act: () => void }> {
    const count = countOf(this.#settings);
    for (let index = 0; index < count; index++) {
      const { person, conversation } = this.#world.plan.writer(index);
      const writer = this.#mine(person);
      if (!writer) continue;
      const due = Math.round(startUs + dueUs(index, this.#settings)); // whole, as the body carries it
      yield { dueUs: due, act: () => void writer.write(conversation, due) };
    }
  }

  /** As fast as it goes: as many at once as the window has room for, each until its writer has it back. */
  async #writeInTurn({ startUs, measuredUntilUs }: RunTimes): Promise<void> {
    await onTime([{ dueUs: startUs, act: () => undefined }]);
    let index = 0;
    const next = (): Written => {
      for (;;) {
        const { person, conversation } = this.#world.plan.writer(index++);
        const writer = this.#mine(person);
        if (writer) return writer.write(conversation, Math.round(nowUs()));
      }
    };
    const lane = async (): Promise<void> => {
      while (nowUs() < measuredUntilUs) {
        const { place, number, settled } = next();
        if (await settled) await place.shown(number);
      }
    };
    // The end of the run waits for nobody.
    void Promise.all(Array.from({ length: this.#settings.window! }, lane));
    await onTime([{ dueUs: measuredUntilUs, act: () => undefined }]);
  }

  *#reacting({ startUs }: RunTimes): Generator<{ dueUs: number; act: () => void }> {
    const { reactionRate, seconds, rampSeconds, generator, generators } = this.#settings;
    const pace = { rate: reactionRate, seconds, rampSeconds };
    const places = this.#people.flatMap((person) => person.places.map((place) => ({ person, place })));
    const order = shuffled(places.length, seeded(this.#settings.seed + 2));
    let turn = 0;
    for (let index = generator; index < countOf(pace) && places.length > 0; index += generators) {
      const due = startUs + dueUs(index, pace);
      const act = (): void => {
        for (let tried = 0; tried < reactorsTriedMax; tried++) {
          const { person, place } = places[order[turn++ % order.length]!]!;
          if (person.react(place, index, due, patienceMs)) return;
        }
      };
      yield { dueUs: due, act };
    }
  }

  #cut(): void {
    for (const person of this.#people) person.cut();
  }

  /** Null for the people of other generators. */
  #mine(person: number): Person | null {
    const { generator, generators } = this.#settings;
    return person % generators === generator ? this.#people[Math.floor(person / generators)]! : null;
  }

  readonly #subjectOf = (number: number): string => `bench_${this.#settings.run}_${number}`;

  #person(number: number, token: string): Person {
    const { url, issuer, receipts, localAddresses, clients, generators } = this.#settings;
    const turn = Math.floor(number / generators) % Math.max(1, localAddresses.length);
    const socketOptions = { counter: this.#counter, localAddress: localAddresses[turn] };
    const talker = (listener: TalkerListener): Talker => {
      const options = {
        ...{ url, receipts, listener },
        openSocket: (address: string) => new WireSocket(address, socketOptions),
        token: async (stale: boolean) =>
          stale ? (await fetchTokens(issuer, [this.#subjectOf(number)]))[0]! : token,
      };
      return clients === 'wire' ? new WireTalker(options) : new SdkTalker(options);
    };
    return new Person(number, this.#world, talker);
  }
}
