import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderCheck } from './order.ts';
import { dueUsIn, numberIn, payloadBytesMin, senderIn, writePayload } from './payload.ts';

test('a payload says the same in a frame of its own and in the middle of a text', () => {
  const mark = { sender: 499, number: 1_234_567, dueUs: 987_654_321_012 };
  for (const bytes of [payloadBytesMin, 100, 5_000]) {
    const payload = writePayload(mark, bytes);
    assert.equal(payload.length, bytes);
    assert.equal(JSON.stringify(payload.toString()), `"${payload.toString()}"`);
    const inText = Buffer.from(`42["m","${payload.toString()}"]`);
    for (const [data, at] of [[payload, 0] as const, [inText, 8] as const]) {
      const read = { sender: senderIn(data, at), number: numberIn(data, at), dueUs: dueUsIn(data, at) };
      assert.deepEqual(read, mark);
    }
  }
});

test('what was left out, repeated or swapped is counted, for each receiver and sender apart', () => {
  const check = new OrderCheck(2, 2);
  const counts = () => [check.received, check.skipped, check.outOfOrder];
  for (const number of [0, 1, 2]) for (const sender of [0, 1]) check.take(1, sender, number);
  assert.deepEqual(counts(), [6, 0, 0]);
  check.take(0, 1, 0);
  check.take(0, 1, 2);
  assert.deepEqual(counts(), [8, 1, 0]);
  check.take(0, 1, 1);
  check.take(0, 1, 2);
  assert.deepEqual(counts(), [10, 1, 2]);
});

test('it is known of each message whether its receiver had it, whatever was left out or came late', () => {
  const check = new OrderCheck(2, 2);
  for (const number of [0, 3, 4, 7, 2]) check.take(1, 0, number);
  const had = (receiver: number, sender: number) =>
    [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((number) => check.has(receiver, sender, number));
  assert.deepEqual(had(1, 0), [0, 2, 3, 4, 7]);
  assert.deepEqual([had(0, 0), had(1, 1)], [[], []]);
});
