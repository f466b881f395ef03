// A steady load of chatting pairs through the SDK, which records everything that its clients saw.
import { conversationEventTypes, type SkeinClient } from '../../protocol/client/index.ts';
import { eventually } from '../embedded/waiting.ts';
import { userIdOf, type TestCluster } from '../testing/test-cluster.ts';
import type { History, Observation, SeenMessage, SentMessage } from './history.ts';

interface Person {
  readonly client: SkeinClient;
  readonly userId: string;
  readonly conversationId: string;
  order: number;
}

export interface LoadOptions {
  readonly pairs: number;
  /** Messages a second of all together; one person may send 50. */
  readonly rate: number;
}

export class Load {
  readonly #cluster: TestCluster;
  readonly #people: Person[];
  readonly #sent = new Map<string, SentMessage>();
  readonly #acknowledged: { key: string; seq: number }[] = [];
  readonly #refused: string[] = [];
  readonly #observations: Observation[];
  #timer: NodeJS.Timeout | undefined;
  #rate: number;

  private constructor(cluster: TestCluster, people: Person[], rate: number) {
    this.#cluster = cluster;
    this.#people = people;
    this.#rate = rate;
    this.#observations = people.map((person) => observe(person));
  }

  static async start(cluster: TestCluster, { pairs, rate }: LoadOptions): Promise<Load> {
    const people = await Promise.all(
      Array.from({ length: pairs }, async (_, pair) => {
        const [a, b] = await Promise.all([
          cluster.connect(`load_${pair}_a`),
          cluster.connect(`load_${pair}_b`),
        ]);
        const [conversationId] = await a.openDirect(userIdOf(b));
        return [a, b].map((client) => ({ client, userId: userIdOf(client), conversationId, order: 0 }));
      }),
    );
    const load = new Load(cluster, people.flat(), rate);
    await load.#follow();
    load.#run();
    return load;
  }

  get acknowledgedCount(): number {
    return this.#acknowledged.length;
  }
  get acknowledgedKeys(): readonly { key: string; seq: number }[] {
    return this.#acknowledged;
  }
  get sentCount(): number {
    return this.#sent.size;
  }

  /** Resolves when this many more messages are acknowledged: the chat goes on. */
  async goesOn(more: number, timeoutMs: number): Promise<void> {
    const from = this.#acknowledged.length;
    await eventually(() => this.#acknowledged.length >= from + more, { timeoutMs });
  }

  /** Resolves when this many messages have reached their recipients. */
  async delivered(count: number, timeoutMs: number): Promise<void> {
    // Both people of a pair see every message of theirs.
    const seen = () => this.#observations.reduce((sum, { messages }) => sum + messages.length, 0) / 2;
    await eventually(() => seen() >= count, { timeoutMs });
  }

  /** Sends an acknowledged message again under its key and records the answer. */
  async repeat(key: string): Promise<number> {
    const { conversationId, senderId } = this.#sent.get(key)!;
    const { client } = this.#people.find(({ userId }) => userId === senderId)!;
    const { seq } = await client.send(conversationId, bodyOf(key), key);
    this.#acknowledged.push({ key, seq });
    return seq;
  }

  /** Stops sending and waits until nothing is on its way. */
  async settle(timeoutMs: number): Promise<void> {
    clearInterval(this.#timer);
    await eventually(() => this.#people.every(({ client }) => client.unacknowledged === 0), { timeoutMs });
    const heads = new Map<string, number>();
    for (const { key, seq } of this.#acknowledged) {
      const { conversationId } = this.#sent.get(key)!;
      heads.set(conversationId, Math.max(seq, heads.get(conversationId) ?? 0));
    }
    await eventually(
      () =>
        this.#observations.every(
          ({ conversationId, seqs }) => (seqs.at(-1) ?? 0) >= (heads.get(conversationId) ?? 0),
        ),
      { timeoutMs },
    );
  }

  /** Everything that was seen, with the final history read anew through the protocol. */
  async history(): Promise<History> {
    const final = new Map<string, SeenMessage[]>();
    for (const { client, conversationId } of this.#people) {
      if (!final.has(conversationId)) final.set(conversationId, await readAll(client, conversationId));
    }
    return {
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      refused: this.#refused,
      observations: this.#observations,
      final,
    };
  }

  /** Messages of the load's conversations in PostgreSQL. */
  async projectedCount(): Promise<number> {
    const conversationIds = [...new Set(this.#people.map(({ conversationId }) => conversationId))];
    const { rows } = await this.#cluster.database.query<{ count: string }>(
      'select count(*) from messages where conversation_id = any($1::uuid[])',
      [conversationIds],
    );
    return Number(rows[0]!.count);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { client } of this.#people) client.close();
  }

  async #follow(): Promise<void> {
    const subscribed = this.#people.map(
      ({ client, conversationId }) =>
        new Promise<void>((resolve) => {
          client.on('subscribed', () => resolve());
          client.follow(conversationId, { epoch: 1, seq: 0 });
        }),
    );
    await Promise.all(subscribed);
  }

  /** Open loop: the schedule does not wait for answers. */
  #run(): void {
    const startedMs = performance.now();
    let sent = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedMs) * this.#rate) / 1000);
      for (; sent < due; sent++) this.#send(this.#people[sent % this.#people.length]!);
    }, 5);
  }

  #send(person: Person): void {
    const { client, conversationId, userId } = person;
    const key = client.newKey();
    this.#sent.set(key, { conversationId, key, senderId: userId, order: person.order++ });
    client.send(conversationId, bodyOf(key), key).then(
      ({ seq }) => this.#acknowledged.push({ key, seq }),
      () => {
        // The outbox was full: never sent, so nothing may be recorded of it.
        this.#refused.push(key);
      },
    );
  }
}

const bodyOf = (key: string) => `message ${key}`;

function observe({ client, userId, conversationId }: Person): Observation {
  const observation: Observation = { observer: userId, conversationId, seqs: [], messages: [] };
  client.on('event', (id, event) => {
    if (id !== conversationId) return;
    observation.seqs.push(event[0]);
    if (event[2] === conversationEventTypes.message)
      observation.messages.push({ seq: event[0], key: event[4] });
  });
  return observation;
}

async function readAll(client: SkeinClient, conversationId: string): Promise<SeenMessage[]> {
  const messages: SeenMessage[] = [];
  for (let after = 0, more = true; more;) {
    const page = await client.history(conversationId, 'after', after);
    for (const event of page.events) {
      if (event[2] === conversationEventTypes.message) messages.push({ seq: event[0], key: event[4] });
      after = event[0];
    }
    more = page.more;
  }
  return messages;
}
