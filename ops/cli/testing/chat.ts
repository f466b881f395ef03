// People who chat all the while an operator works, and who judge afterwards whether they missed anything.
import assert from 'node:assert/strict';
import type { SkeinClient } from '../../../protocol/client/index.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { userIdOf, type TestCluster } from '../../testing/test-cluster.ts';

interface Pair {
  readonly writer: SkeinClient;
  readonly reader: SkeinClient;
  readonly room: string;
  readonly acknowledged: Set<string>;
  /** Sequence numbers in the order in which the reader was shown them. */
  readonly shown: number[];
}

const sendEveryMs = 60;
const settleWithinMs = 30_000;

export class Chat {
  readonly #pairs: readonly Pair[];
  readonly #refused: unknown[] = [];
  #timer: NodeJS.Timeout;
  #written = 0;

  private constructor(pairs: readonly Pair[]) {
    this.#pairs = pairs;
    this.#timer = setInterval(() => this.#write(), sendEveryMs);
  }

  static async start(cluster: TestCluster, name: string, pairs = 4): Promise<Chat> {
    const numbers = Array.from({ length: pairs }, (_, index) => index);
    return new Chat(await Promise.all(numbers.map((number) => openPair(cluster, `${name}${number}`))));
  }

  get acknowledged(): number {
    return this.#pairs.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  }

  get rooms(): string[] {
    return this.#pairs.map(({ room }) => room);
  }

  /** Resolves when so many more messages were acknowledged. */
  async goesOn(count = 20): Promise<void> {
    const wanted = this.acknowledged + count;
    await eventually(() => this.acknowledged >= wanted, { timeoutMs: settleWithinMs });
  }

  /** Nobody was refused anything, nothing acknowledged is missing or doubled, and the readers saw it all in order. */
  async judge(): Promise<void> {
    clearInterval(this.#timer);
    await eventually(() => this.#pairs.every(({ writer }) => writer.unacknowledged === 0), {
      timeoutMs: settleWithinMs,
    });
    assert.deepEqual(this.#refused, []);
    for (const { reader, room, acknowledged, shown } of this.#pairs) {
      const keys: string[] = [];
      const seqs: number[] = [];
      for (let more = true; more;) {
        const page = await reader.history(room, 'after', seqs.at(-1) ?? 0);
        for (const event of page.events) {
          seqs.push(event.seq);
          if (event.type === 'message') keys.push(event.key);
        }
        ({ more } = page);
      }
      assert.equal(new Set(keys).size, keys.length, 'a message is doubled');
      assert.deepEqual(
        [...acknowledged].filter((key) => !keys.includes(key)),
        [],
        'acknowledged messages are lost',
      );
      assert.deepEqual(
        seqs,
        seqs.map((_, index) => seqs[0]! + index),
        'the history has a hole',
      );
      await eventually(() => shown.at(-1) === seqs.at(-1), { timeoutMs: settleWithinMs });
      assert.deepEqual(
        shown,
        shown.map((_, index) => shown[0]! + index),
        'the reader missed or doubled something',
      );
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { writer, reader } of this.#pairs) {
      writer.close();
      reader.close();
    }
  }

  #write(): void {
    const { writer, room, acknowledged } = this.#pairs[this.#written++ % this.#pairs.length]!;
    const key = writer.newKey();
    writer.send(room, `message ${this.#written}`, key).then(
      () => acknowledged.add(key),
      (error: unknown) => this.#refused.push(error),
    );
  }
}

async function openPair(cluster: TestCluster, name: string): Promise<Pair> {
  const [writer, reader] = await Promise.all([cluster.connect(`${name}_w`), cluster.connect(`${name}_r`)]);
  const { conversationId: room } = await writer.openDirect(userIdOf(reader));
  const shown: number[] = [];
  reader.on('event', (id, event) => {
    if (id === room) shown.push(event.seq);
  });
  reader.follow(room, { epoch: 1, seq: 0 });
  return { writer, reader, room, acknowledged: new Set(), shown };
}
