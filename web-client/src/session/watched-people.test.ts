import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peopleToWatch } from './watched-people.ts';

void test('what is open is watched before what is in the list, everyone once, never oneself', () => {
  const wishes = new Map([
    ['list', ['c', 'b', 'me']],
    ['header', ['a']],
    ['details', ['b', 'a', 'd']],
  ] as const);
  assert.deepEqual(peopleToWatch(wishes, 'me'), ['a', 'b', 'd', 'c']);
  assert.deepEqual(peopleToWatch(wishes, 'me', 2), ['a', 'b']);
  assert.deepEqual(peopleToWatch(new Map(), 'me'), []);
});
