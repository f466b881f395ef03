import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUuid, KeyMaker, uuidv7Time } from './ids.ts';

const time = Date.UTC(2026, 3, 17, 12);

void test('ids are canonical lower-case UUID text and nothing else', () => {
  const id = 'c0ffee00-0000-8000-8000-0123456789ab';
  assert.ok(isUuid(id));
  for (const wrong of [
    '',
    id.toUpperCase(),
    `{${id}}`,
    id.replaceAll('-', ''),
    `${id}\n`,
    ` ${id}`,
    id.slice(1),
  ])
    assert.equal(isUuid(wrong), false, JSON.stringify(wrong));
});

void test('a version 7 UUID tells when it was made; any other text does not', () => {
  // The example of RFC 9562, appendix A.6.
  assert.equal(uuidv7Time('017f22e2-79b0-7cc3-98c4-dc0c0c07398f'), Date.UTC(2022, 1, 22, 19, 22, 22));
  for (const other of [
    '017f22e2-79b0-4cc3-98c4-dc0c0c07398f',
    '017F22E2-79B0-7CC3-98C4-DC0C0C07398F',
    'x',
    '',
  ])
    assert.ok(Number.isNaN(uuidv7Time(other)), other);
});

void test('keys are version 7 UUIDs of the RFC variant that carry the time they were made', () => {
  const keys = new KeyMaker(() => time);
  const key = keys.next();
  assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(uuidv7Time(key), time);
});

void test('keys sort in the order they were made: within a millisecond, over the end of its counter, and backwards', () => {
  let nowMs = time;
  const keys = new KeyMaker(() => nowMs);
  const made: string[] = [];
  for (let count = 0; count < 10_000; count++) made.push(keys.next());
  nowMs -= 3_600_000; // the clock is set back
  for (let count = 0; count < 100; count++) made.push(keys.next());
  nowMs = time + 60_000;
  for (let count = 0; count < 100; count++) made.push(keys.next());
  assert.deepEqual(made, made.toSorted());
  assert.equal(new Set(made).size, made.length);
  assert.equal(uuidv7Time(made.at(-1)!), nowMs);
  // Ten thousand in one millisecond borrow the next few, no more.
  assert.ok(uuidv7Time(made[9_999]!) - time <= 3);
});

void test('two makers at the same moment make different keys', () => {
  const made = Array.from({ length: 2_000 }, () => new KeyMaker(() => time).next());
  assert.equal(new Set(made).size, made.length);
});
