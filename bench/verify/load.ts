// A steady load of people who chat through the SDK, in pairs and in groups, and which records everything that its
// clients saw.
import type { ClientOptions, SkeinClient } from '../../protocol/client/index.ts';
import { eventually, patienceMs, until, type Waiting } from '../../protocol/waiting.ts';
import { userIdOf } from '../../protocol/testing/user-id-of.ts';
import type { Acknowledgement, History, SeenEvent, SentMessage } from './history.ts';
import { insist } from './insist.ts';
import { RevolvingDoor } from './revolving-door.ts';
import { Seat, seenOf } from './seat.ts';

export interface LoadOptions {
  readonly pairs: number;
  /** Groups of five out of which people are put and let back in, all the time. */
  readonly groups?: number;
  /** Messages a second of all together; one person may send 50. */
  readonly rate: number;
  /** Of each message's text, at least. */
  readonly bodyBytes?: number;
  /** How long people's tokens last. */
  readonly tokenSeconds?: number;
  /** Of every client. */
  readonly client?: Partial<ClientOptions>;
  /** Called with each message's acknowledgement. */
  readonly onAcknowledged?: (seat: Seat, tookMs: number) => void;
}

/** Way in for people: a cluster, or something that knows how to reach one. */
export interface Entrance {
  /** Resolves with a client that is online. */
  connect(subject: string, options?: Partial<ClientOptions>): Promise<SkeinClient>;
  readonly issuer: {
    token(subject: string, options: { readonly expiresInSeconds: number }): Promise<string>;
  };
}

const groupSize = 5;
/** So that several loads of one run are of different people. */
let loads = 0;

export class Load {
  readonly pairs: readonly Seat[];
  readonly doors: readonly RevolvingDoor[];
  readonly sent = new Map<string, SentMessage>();
  readonly acknowledged: Acknowledgement[] = [];
  readonly refused: { readonly key: string; readonly code: string; readonly seat: Seat }[] = [];
  readonly #seats: readonly Seat[];
  readonly #rate: number;
  readonly #bodyBytes: number;
  readonly #onAcknowledged: NonNullable<LoadOptions['onAcknowledged']>;
  readonly #otherDevices = new Map<string, Promise<SkeinClient>>();
  /** By user id: the name under which the issuer knows the person. */
  #subjects: ReadonlyMap<string, string> = new Map();
  /** Connects a person once more. */
  #reconnect: (userId: string) => Promise<SkeinClient> = () => Promise.reject(new Error('nobody is there'));
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    pairs: readonly Seat[],
    groups: readonly (readonly Seat[])[],
    { rate, bodyBytes = 0, onAcknowledged = () => undefined }: LoadOptions,
  ) {
    this.#rate = rate;
    this.#bodyBytes = bodyBytes;
    this.#onAcknowledged = onAcknowledged;
    this.pairs = pairs;
    this.doors = groups.map((seats) => new RevolvingDoor(seats, (seat) => this.#send(seat)));
    this.#seats = [...pairs, ...groups.flat()];
  }

  static async start(entrance: Entrance, options: LoadOptions): Promise<Load> {
    const { pairs, groups = 0, tokenSeconds = 3_600, client: common = {} } = options;
    const name = `load${++loads}`;
    const everyone: SkeinClient[] = [];
    const subjects = new Map<string, string>();
    const open = (subject: string) => {
      const token = () => entrance.issuer.token(subject, { expiresInSeconds: tokenSeconds });
      return entrance.connect(subject, { token, ...common });
    };
    const connect = async (person: string): Promise<Person> => {
      const subject = `${name}_${person}`;
      const client = await open(subject);
      everyone.push(client);
      subjects.set(userIdOf(client), subject);
      return { client, userId: userIdOf(client) };
    };
    try {
      const conversations = await Promise.all([
        ...Array.from({ length: pairs }, (_, at) => openPair(connect, `pair${at}`)),
        ...Array.from({ length: groups }, (_, at) => openGroup(connect, `group${at}`)),
      ]);
      const load = new Load(conversations.slice(0, pairs).flat(), conversations.slice(pairs), options);
      load.#subjects = subjects;
      load.#reconnect = (userId) => open(load.subjectOf(userId));
      await Promise.all(load.#seats.map((seat) => seat.follow()));
      load.startSending();
      for (const door of load.doors) door.start();
      return load;
    } catch (error) {
      for (const client of everyone) client.close();
      throw error;
    }
  }

  get seats(): readonly Seat[] {
    return this.#seats;
  }
  get acknowledgedCount(): number {
    return this.acknowledged.length;
  }
  /** Keys of the messages that are neither acknowledged nor refused. */
  get unanswered(): string[] {
    const answered = new Set([...this.acknowledged, ...this.refused].map(({ key }) => key));
    return [...this.sent.keys()].filter((key) => !answered.has(key));
  }
  get conversationIds(): string[] {
    return [...new Set(this.#seats.map(({ conversationId }) => conversationId))];
  }

  /** Resolves when this many more messages are acknowledged: the chat goes on. */
  async goesOn(more: number): Promise<void> {
    const from = this.acknowledged.length;
    await this.#eventually(() => this.acknowledged.length >= from + more);
  }

  /** Resolves when this much more of every conversation is acknowledged: it goes on for everyone. */
  async goesOnEverywhere(more: number): Promise<void> {
    const counts = () => {
      const found = new Map(this.conversationIds.map((id) => [id, 0]));
      for (const { key } of this.acknowledged) {
        const { conversationId } = this.sent.get(key)!;
        found.set(conversationId, found.get(conversationId)! + 1);
      }
      return found;
    };
    const from = counts();
    await this.#eventually(() => [...counts()].every(([id, count]) => count >= from.get(id)! + more), {
      everyMs: 100,
    });
  }

  /** Sends an acknowledged message again under its key, from another device, and records the answer. */
  async repeat(key: string): Promise<number> {
    const { conversationId, senderId } = this.sent.get(key)!;
    const again = await this.otherDeviceOf(senderId);
    const { seq } = await again.send(conversationId, this.#bodyOf(key), key);
    this.acknowledged.push({ key, seq });
    return seq;
  }

  /** The name under which the issuer knows this person. */
  subjectOf(userId: string): string {
    return this.#subjects.get(userId)!;
  }

  /** A second device of the person, with a queue of its own. */
  otherDeviceOf(userId: string): Promise<SkeinClient> {
    const known = this.#otherDevices.get(userId) ?? this.#reconnect(userId);
    this.#otherDevices.set(userId, known);
    return known;
  }

  /** Stops sending and waits until nothing is on its way and everyone has seen all there is. */
  async settle(): Promise<void> {
    this.stopSending();
    await Promise.all(this.doors.map((door) => door.stop()));
    await this.#eventually(() => this.#seats.every(({ client }) => client.unacknowledged === 0));
    const heads = new Map<string, number>();
    for (const { key, seq } of this.acknowledged) {
      const { conversationId } = this.sent.get(key)!;
      heads.set(conversationId, Math.max(seq, heads.get(conversationId) ?? 0));
    }
    const headOf = ({ conversationId }: Seat) => heads.get(conversationId) ?? 0;
    const behind = () => this.#seats.filter((seat) => !seat.isOut && seat.lastSeq < headOf(seat));
    if (await until(() => behind().length === 0)) return;
    const late = behind().map(
      (seat) => `${seat.userId} (${seat.client.state.name}) saw ${seat.lastSeq} of ${headOf(seat)}`,
    );
    throw new Error(`not within ${patienceMs} ms: everyone sees everything; ${late.join(', ')}`);
  }

  /** All that clients and the server know of it now, for the judge; the record and the journals are looked at elsewhere. */
  async history(): Promise<History> {
    const final = new Map<string, SeenEvent[]>();
    const removals = [];
    for (const seat of this.#seats.filter(({ isOut }) => !isOut)) {
      if (final.has(seat.conversationId)) continue;
      const events = await seat.readAll();
      final.set(seat.conversationId, events.map(seenOf));
      const door = this.doors.find(({ seats }) => seats.includes(seat));
      if (door) removals.push(...door.judged(events));
    }
    const { sent, acknowledged } = this;
    const refused = this.refused.map(({ key }) => key);
    const observations = this.#seats.map(({ observation }) => observation);
    return { sent, acknowledged, refused, observations, removals, final, recorded: null, journals: [] };
  }

  stopSending(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.stopSending();
    for (const door of this.doors) door.close();
    for (const { client } of this.#seats) client.close();
    for (const device of this.#otherDevices.values()) {
      void device.then(
        (client) => client.close(),
        () => undefined,
      );
    }
  }

  /** Open loop: the schedule does not wait for answers. */
  startSending(): void {
    const startedMs = performance.now();
    let sent = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedMs) * this.#rate) / 1000);
      for (; sent < due; sent++) this.#send(this.#seats[sent % this.#seats.length]!);
    }, 5);
  }

  /** Waits no longer once it is known that the load has failed: nobody of a pair may be refused anything. */
  async #eventually(condition: () => boolean, waiting: Waiting = {}): Promise<void> {
    await eventually(() => {
      const wrong = this.refused.find(({ seat }) => this.pairs.includes(seat));
      if (wrong) throw new Error(`${wrong.seat.userId} was refused a message: ${wrong.code}`);
      return condition();
    }, waiting);
  }

  #bodyOf(key: string): string {
    return `message ${key} `.padEnd(this.#bodyBytes, '.');
  }

  #send(seat: Seat): void {
    if (seat.isOut) return;
    const { client, conversationId, userId } = seat;
    const key = client.newKey();
    this.sent.set(key, { conversationId, key, senderId: userId, order: seat.order++ });
    const sentAtMs = performance.now();
    client.send(conversationId, this.#bodyOf(key), key).then(
      ({ seq }) => {
        this.acknowledged.push({ key, seq });
        this.#onAcknowledged(seat, performance.now() - sentAtMs);
      },
      (error: { code?: string }) => {
        this.refused.push({ key, code: String(error.code ?? error), seat });
        void client.discard(key).catch(() => undefined);
      },
    );
  }
}

interface Person {
  readonly client: SkeinClient;
  readonly userId: string;
}
type Connect = (person: string) => Promise<Person>;

async function openPair(connect: Connect, name: string): Promise<Seat[]> {
  const people = await Promise.all([connect(`${name}_a`), connect(`${name}_b`)]);
  const [{ client }, { userId }] = people;
  const { conversationId } = await insist(() => client.openDirect(userId));
  return people.map((person) => new Seat(person, conversationId));
}

async function openGroup(connect: Connect, name: string): Promise<Seat[]> {
  const people = await Promise.all(Array.from({ length: groupSize }, (_, at) => connect(`${name}_${at}`)));
  const profile = { name, description: '', avatarId: null };
  const [{ client }, ...others] = people as [Person, ...Person[]];
  const key = client.newKey();
  const memberIds = others.map(({ userId }) => userId);
  const { conversationId } = await insist(() => client.createGroup(memberIds, profile, key));
  return people.map((person) => new Seat(person, conversationId));
}
