import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittedSize } from './fitted-size.ts';
import { sizeLabel } from '../session/files/size-label.ts';

void test('[MSG-7] a picture keeps its shape within bounds', () => {
  assert.deepEqual(fittedSize(100, 80), { width: 100, height: 80 });
  assert.deepEqual(fittedSize(3200, 1600), { width: 320, height: 160 });
  assert.deepEqual(fittedSize(1000, 3000), { width: 100, height: 300 });
  assert.deepEqual(fittedSize(4000, 10), { width: 320, height: 48 });
});

void test('sizes are told in the units of the limits', () => {
  assert.equal(sizeLabel(1), '1 byte');
  assert.equal(sizeLabel(900), '900 bytes');
  assert.equal(sizeLabel(1536), '1.5 KB');
  assert.equal(sizeLabel(25 * 1024 * 1024), '25 MB');
});
