// Contract of every store of the outbox, whatever it keeps messages in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutboxStore, QueuedMessage } from '../outbox-store/outbox-store.ts';

const room = '00000000-0000-8000-8000-000000000001';

export function queuedMessage(body: string, key: string = crypto.randomUUID()): QueuedMessage {
  const content = { body, replyTo: 3, mentions: [room], attachments: [] };
  return { conversationId: room, key, writtenAtMs: 1_700_000_000_000, content, failure: null };
}

export async function loaded(store: OutboxStore): Promise<readonly QueuedMessage[]> {
  return store.load(() => assert.fail('nobody left anything'));
}

/** @param open another store over the same place, as the next run of the program would have it */
export function testOutboxStore(name: string, open: (place: string) => OutboxStore): void {
  void test(`[OFF-1] ${name}: what was put is there for the next, whole and in order`, async () => {
    const place = crypto.randomUUID();
    const store = open(place);
    assert.deepEqual(await loaded(store), []);
    const messages = Array.from({ length: 100 }, (_, at) => queuedMessage(`${at} «ünï»\n\0`));
    await Promise.all(messages.map((message) => store.put(message)));
    assert.deepEqual(await loaded(open(place)), messages);
  });

  void test(`[OFF-1] ${name}: what was removed is gone; removing it again is nothing`, async () => {
    const place = crypto.randomUUID();
    const store = open(place);
    await loaded(store);
    const [a, b, c] = ['a', 'b', 'c'].map((body) => queuedMessage(body));
    for (const message of [a!, b!, c!]) await store.put(message);
    for (const key of [b!.key, b!.key, crypto.randomUUID()]) await store.remove(key);
    assert.deepEqual(await loaded(open(place)), [a, c]);
  });

  void test(`[OFF-1] ${name}: a message that is put again is there once, as it is now, at the end`, async () => {
    const place = crypto.randomUUID();
    const store = open(place);
    await loaded(store);
    const [a, b] = [queuedMessage('a'), queuedMessage('b')];
    const failed = { ...a, failure: { code: 'blocked', message: 'no' } };
    await Promise.all([a, b, failed].map((message) => store.put(message)));
    const next = open(place);
    assert.deepEqual(await loaded(next), [b, failed]);
    await next.put(b);
    await next.remove(a.key);
    assert.deepEqual(await loaded(open(place)), [b]);
  });

  void test(`[OFF-1] ${name}: the next run writes after what it found`, async () => {
    const place = crypto.randomUUID();
    const messages = ['a', 'b', 'c'].map((body) => queuedMessage(body));
    for (const message of messages) {
      const store = open(place);
      await loaded(store);
      await store.put(message);
    }
    assert.deepEqual(await loaded(open(place)), messages);
  });
}
