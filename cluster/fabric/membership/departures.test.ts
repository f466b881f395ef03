import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Departures } from './departures.ts';

test('one look at a list that misses someone is no departure, two in a row are', () => {
  const departures = new Departures();
  assert.deepEqual(departures.look(['a', 'b'], new Set(['a'])), new Set());
  assert.deepEqual(departures.look(['a', 'b'], new Set(['a', 'b'])), new Set());
  assert.deepEqual(departures.look(['a', 'b'], new Set(['a'])), new Set());
  assert.deepEqual(departures.look(['a', 'b'], new Set(['a'])), new Set(['b']));
});
