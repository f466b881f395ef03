import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyBytesMin, readBody, writeBody } from './body.ts';

const mark = {
  run: '0a1b2c3d',
  conversation: 24_999,
  member: 499,
  number: 123_456,
  dueUs: 9_007_199_254_740,
};

test('what is written is read again, at any size', () => {
  for (const bytes of [bodyBytesMin, 100, 4_000]) {
    const body = writeBody(mark, bytes);
    assert.equal(Buffer.byteLength(body), bytes);
    assert.deepEqual(readBody(body, mark.run), mark);
  }
});

test('a body of another run, a changed one and a strange one are nobody’s', () => {
  const body = writeBody(mark, 100);
  assert.equal(readBody(body, '00000000'), null);
  assert.equal(readBody(`${body.slice(0, -1)}?`, mark.run), null);
  assert.equal(readBody(body.slice(0, 20), mark.run), null);
  assert.equal(readBody('hello', mark.run), null);
  assert.equal(readBody('', mark.run), null);
});
