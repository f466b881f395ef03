import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NumberList } from './number-list.ts';
import { createdNumber, isReaction, reactionNumber, reactionOf, View, type SeatRecord } from './record.ts';

type Event = [seq: number, member: number, number: number];

function eventsOf({ from, to, own }: Pick<SeatRecord, 'from' | 'to' | 'own'>, common: NumberList): Event[] {
  const flat = own ?? common.slice(from * 3, to * 3);
  return Array.from({ length: flat.length / 3 }, (_, at) => [
    flat[at * 3]!,
    flat[at * 3 + 1]!,
    flat[at * 3 + 2]!,
  ]);
}

test('views are kept as they were, together where they agree and apart from where they do not', () => {
  const all: Event[] = [
    [2, 0, 0],
    [3, 1, 0],
    [4, 0, 1],
    [5, 2, 0],
  ];
  const told: Event[][] = [
    all,
    all.slice(0, 2),
    [all[0]!, all[2]!],
    [all[0]!, all[0]!, all[1]!],
    all.slice(2),
    [[9, 1, 1]],
    [],
    [...all, [6, 1, 1]],
  ];
  const common = new NumberList();
  const views = told.map(() => new View(common));
  // All of them at the same time, as they come.
  for (let at = 0; at < 5; at++)
    told.forEach((events, view) => {
      const event = events[at];
      if (event) views[view]!.push(...event);
    });
  assert.deepEqual(
    views.map((view) => eventsOf(view.record, common)),
    told,
  );
  assert.equal(common.length, 5 * 3);
  assert.deepEqual(
    views.map(({ record }) => record.own !== null),
    [false, false, true, true, true, true, false, false],
  );
});

test('a list grows to any length', () => {
  const list = new NumberList(new Int32Array(0));
  for (let at = 0; at < 1_000; at++) list.push2(at, -at);
  assert.equal(list.length, 2_000);
  assert.deepEqual([list.at(1_998), list.at(1_999)], [999, -999]);
});

test('a reaction is one number, and no message’s', () => {
  for (const target of [1, 77, 600_000]) {
    for (const emoji of [0, 7]) {
      for (const present of [true, false]) {
        const number = reactionNumber({ target, emoji, present });
        assert.ok(isReaction(number));
        assert.deepEqual(reactionOf(number), { target, emoji, present });
      }
    }
  }
  assert.ok(!isReaction(0) && !isReaction(createdNumber));
});

test('whoever began to follow later shares what comes then', () => {
  const common = new NumberList();
  const first = new View(common);
  for (const seq of [2, 3, 4]) first.push(seq, 0, seq - 2);
  const second = new View(common);
  for (const seq of [4, 5]) second.push(seq, 0, seq - 2);
  assert.deepEqual(second.record, { from: 2, to: 4, own: null });
  assert.equal(common.length, 4 * 3);
});
