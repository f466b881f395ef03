// Two people's conversation as the test follows it: everything they wrote, every acknowledgement that was on a screen,
// and whether both screens and PostgreSQL agree with that.
import assert from 'node:assert/strict';
import { setInterval } from 'node:timers/promises';
import type { Instance } from './instance.ts';
import { ownOf, sameWords, type Person } from './person.ts';
import { eventually } from './waiting.ts';

/** The first event of a conversation is its making. */
const firstMessageSeq = 2;
/** A slow, steady exchange: they take turns. */
const turnEveryMs = 100;

export class Conversation {
  readonly people: readonly [Person, Person];
  readonly #instance: Instance;
  readonly #written = new Map<Person, string[]>();
  /** By key, as the sender's screen showed it. */
  readonly #acknowledged = new Map<string, number>();

  constructor(instance: Instance, people: readonly [Person, Person]) {
    this.#instance = instance;
    this.people = people;
    for (const person of people) this.#written.set(person, []);
  }

  get writtenCount(): number {
    return this.people.reduce((count, person) => count + this.writtenBy(person).length, 0);
  }

  writtenBy(person: Person): string[] {
    return this.#written.get(person) ?? [];
  }

  /** Writes the person's next message; no two are the same. */
  async say(person: Person): Promise<void> {
    const written = this.writtenBy(person);
    const body = `${person.displayName} says ${written.length + 1}`;
    written.push(body);
    await person.write(body);
  }

  async sayMany(person: Person, count: number): Promise<void> {
    for (let each = 0; each < count; each += 1) await this.say(person);
  }

  /** They chat without a pause while `work` happens, and it must go on afterwards. */
  async chatDuring(work: () => Promise<void>): Promise<void> {
    const done = new AbortController();
    const chatting = this.#chat(done.signal);
    try {
      await Promise.race([this.#goesOn(), chatting]);
      await Promise.race([work(), chatting]);
      await Promise.race([this.#goesOn(), chatting]);
    } finally {
      done.abort();
      await chatting;
    }
  }

  /** Both are online again, and everything written is on both screens and in PostgreSQL, once and in one order. */
  async agrees(): Promise<void> {
    await Promise.all(this.people.map((person) => person.online()));
    await eventually(`all ${this.writtenCount} messages are acknowledged and read, on both screens`, () =>
      this.#settled(),
    ).catch(async (error: unknown) => {
      // Which message is missing says more than that one is.
      await this.#compare();
      throw error;
    });
    await this.#compare();
    await this.#recorded((await this.people[0].messages()).map(({ seq, key }) => ({ seq, key })));
  }

  /** The screens agree with each other and with what was written. */
  async #compare(): Promise<void> {
    const [one, other] = this.people;
    const [left, right] = [await one.messages(), await other.messages()];
    sameWords(left, right);
    assert.deepEqual(
      left.map(({ seq }) => seq),
      left.map((_, index) => index + firstMessageSeq),
    );
    for (const [person, messages] of [[one, left] as const, [other, right] as const]) {
      assert.deepEqual(
        ownOf(messages).map(({ body }) => body),
        this.writtenBy(person),
      );
    }
    const places = new Map(left.map(({ key, seq }) => [key, seq]));
    for (const [key, seq] of this.#acknowledged) assert.equal(places.get(key), seq);
  }

  async #settled(): Promise<boolean> {
    for (const person of this.people) {
      const messages = await person.messagesNearby();
      this.#note(messages);
      if (messages.length === 0 || (await person.rowCount()) !== this.writtenCount) return false;
      // Cursors grow: what is read of the last messages is read of all.
      if (ownOf(messages).some(({ state }) => state !== 'read')) return false;
    }
    return true;
  }

  /** PostgreSQL follows by moments. */
  async #recorded(expected: readonly { seq: number | null; key: string }[]): Promise<void> {
    const database = this.#instance.database();
    await database.connect();
    try {
      const query = `select seq::int, idempotency_key as key from messages
        where conversation_id = $1 order by seq`;
      const id = this.people[0].path.replace('/c/', '');
      const read = async () => (await database.query<{ seq: number; key: string }>(query, [id])).rows;
      await eventually(
        'PostgreSQL has all messages',
        async () => (await read()).length === expected.length,
      ).catch(async () => assert.deepEqual(await read(), expected));
      assert.deepEqual(await read(), expected);
    } finally {
      await database.end();
    }
  }

  async #chat(signal: AbortSignal): Promise<void> {
    let turn = 0;
    try {
      for await (const _ of setInterval(turnEveryMs, undefined, { signal })) {
        await this.say(this.people[turn++ % 2]!);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The next messages of each arrive on the other's screen, or later ones: those before may be out of the window again. */
  async #goesOn(): Promise<void> {
    const next = this.people.map((person) => this.writtenBy(person).length + 3);
    await eventually('what they write next arrives', async () => {
      const [left, right] = await Promise.all(this.people.map((person) => person.messagesNearby()));
      this.#note([...left!, ...right!]);
      const arrived = [right!, left!].map((messages) =>
        messages.filter(({ state }) => state === 'received').map(({ body }) => numberIn(body)),
      );
      return arrived.every((numbers, index) => numbers.some((number) => number >= next[index]!));
    });
  }

  #note(messages: Awaited<ReturnType<Person['messages']>>): void {
    for (const { key, seq, state } of messages) {
      if (seq === null || state === 'received') continue;
      assert.equal(this.#acknowledged.get(key) ?? seq, seq, `${key} was acknowledged at two places`);
      this.#acknowledged.set(key, seq);
    }
  }
}

/** Of its writer's messages, as `say` counts them. */
function numberIn(body: string): number {
  return Number(body.split(' ').at(-1));
}
