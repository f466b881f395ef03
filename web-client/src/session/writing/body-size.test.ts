import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../protocol/limits.ts';
import { bodySize, trimBody } from './body-size.ts';

void test('a body is measured in bytes of UTF-8', () => {
  const max = limits.messageBodyBytesMax;
  assert.deepEqual(bodySize('a'.repeat(max)), { bytesLeft: 0, near: true, over: false });
  assert.deepEqual(bodySize('é'.repeat(max / 2 + 1)), { bytesLeft: -2, near: true, over: true });
  assert.equal(bodySize('hello').near, false);
});

void test('blank lines around a body are not sent, its indentation is', () => {
  assert.equal(trimBody('\n \n  code\n\n'), '  code');
  assert.equal(trimBody('  \n '), '');
});
