import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handlePrefix } from './handle-prefix.ts';

void test('[ACC-3] what is typed is read as the beginning of a handle', () => {
  assert.deepEqual(handlePrefix(' @Ada_1 '), { name: 'prefix', prefix: 'ada_1' });
  assert.deepEqual(handlePrefix('  '), { name: 'empty' });
  assert.deepEqual(handlePrefix('@'), { name: 'empty' });
  assert.deepEqual(handlePrefix('Ada Lovelace'), { name: 'impossible' });
  assert.deepEqual(handlePrefix('a'.repeat(31)), { name: 'impossible' });
});
