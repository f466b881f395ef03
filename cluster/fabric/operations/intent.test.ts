import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  drained,
  drainOf,
  hostOf,
  noIntent,
  pinned,
  placeOf,
  undrained,
  unpinned,
  withFailover,
  withMoves,
  withoutFailovers,
  withoutMoves,
} from './intent.ts';

test('a place names its host, whatever the host is called', () => {
  assert.equal(placeOf('a.example-1.org', 3), 'a.example-1.org/3');
  assert.equal(hostOf('a.example-1.org/3'), 'a.example-1.org');
});

test('the drain of a host is that of all its places, and a place may be drained alone', () => {
  const drain = { sinceMs: 1, overMs: 1_000 };
  const host = drained(noIntent, 'a', drain);
  assert.deepEqual([drainOf(host, 'a/1'), drainOf(host, 'a/2'), drainOf(host, 'b/1')], [drain, drain, null]);
  const place = drained(noIntent, 'a/1', drain);
  assert.deepEqual([drainOf(place, 'a/1'), drainOf(place, 'a/2')], [drain, null]);
  assert.deepEqual(undrained(host, 'a'), noIntent);
  assert.deepEqual(undrained(noIntent, 'nobody'), noIntent);
});

test('a pin takes back a move that was asked for, and a move to elsewhere a pin', () => {
  const moving = withMoves(noIntent, new Map([[1, 'a/1']]));
  assert.deepEqual(pinned(moving, [1], 'b/1'), { ...noIntent, pins: { 1: 'b/1' } });
  const held = pinned(noIntent, [1, 2, 3], 'a/1');
  const moved = withMoves(
    held,
    new Map([
      [1, 'b/1'],
      [2, 'a/1'],
    ]),
  );
  assert.deepEqual(moved, { ...noIntent, pins: { 2: 'a/1', 3: 'a/1' }, moves: { 1: 'b/1', 2: 'a/1' } });
  assert.deepEqual(withoutMoves(moved, [1, 2]).moves, {});
  assert.deepEqual(unpinned(moved, [2]).pins, { 3: 'a/1' });
});

test('a failover is wished for once, and forgotten when it has happened', () => {
  const twice = withFailover(withFailover(noIntent, 'w1'), 'w1');
  assert.deepEqual(twice.failovers, ['w1']);
  assert.deepEqual(withoutFailovers(withFailover(twice, 'w2'), new Set(['w1'])).failovers, ['w2']);
});
