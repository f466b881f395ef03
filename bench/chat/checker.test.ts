// The checker is what every number of the bench rests on: it must find what is wrong, and nothing where all is well.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAll, Checker, totalOf, type CheckResult } from './checker.ts';
import { createdNumber, outcomes, type HistoryRecord, type SideRecord } from './conversation-record.ts';

const { open, accepted, refused } = outcomes;
type Event = [seq: number, side: number, number: number];

/** Side 0 wrote two messages, side 1 one between them; everyone saw all of it. */
const all: readonly Event[] = [
  [2, 0, 0],
  [3, 1, 0],
  [4, 0, 1],
];
const created: Event = [1, -1, createdNumber];

interface Telling {
  /** [outcome, seq] for each message of side 0. */
  sent?: [number, number][];
  shown0?: readonly Event[];
  shown1?: readonly Event[];
  history?: readonly Event[] | null;
}

function check({
  sent = [
    [accepted, 2],
    [accepted, 4],
  ],
  shown0 = all,
  shown1 = all,
  history = [created, ...all],
}: Telling): CheckResult {
  const side = (number: number, ofSide: [number, number][], shown: readonly Event[]): SideRecord => ({
    conversation: 0,
    side: number,
    headSeq: 1,
    sent: Int32Array.from(ofSide.flat()),
    shown: Int32Array.from(shown.flat()),
  });
  const checker = new Checker();
  const record: HistoryRecord | null = history && {
    conversation: 0,
    events: Int32Array.from(history.flat()),
  };
  checker.add([side(0, sent, shown0), side(1, [[accepted, 3]], shown1)], record);
  return checker.result;
}

const nothing = { lost: 0, doubled: 0, outOfOrder: 0, contradicted: 0, neverSent: 0 };

test('[NUM-2] finds nothing where everyone saw everything once', () => {
  const result = check({});
  assert.deepEqual(result.live, nothing);
  assert.deepEqual(result.history, nothing);
  assert.deepEqual([result.conversations, result.accepted, result.shown, result.historiesRead], [1, 3, 6, 1]);
});

test('[NUM-2] finds an acknowledged message that the recipient was not shown', () => {
  const result = check({ shown1: all.slice(0, 2) });
  assert.deepEqual(result.live, { ...nothing, lost: 1 });
  assert.match(result.examples[0]!, /side 1: message 1 of side 0 at 4: acknowledged or seen, but missing/);
});

test('[NUM-2] finds a hole, as a loss and as a sequence number left out', () => {
  const result = check({ shown1: [all[0]!, all[2]!] });
  assert.deepEqual(result.live, { ...nothing, lost: 1, outOfOrder: 1 });
});

test('[NUM-2] finds a message that the sender was not shown', () => {
  assert.deepEqual(check({ shown0: all.slice(0, 2) }).live, { ...nothing, lost: 1 });
});

test('[NUM-2] finds a message that was shown twice, under one number or under two', () => {
  assert.equal(check({ shown1: [...all, all[2]!] }).live.doubled, 1);
  assert.deepEqual(check({ shown1: [...all, [5, 0, 1]] }).live, { ...nothing, doubled: 1 });
});

test('[MSG-1] finds messages that came in another order', () => {
  const swapped = check({ shown1: [all[1]!, all[0]!, all[2]!] });
  assert.ok(swapped.live.outOfOrder > 0);
  assert.equal(totalOf(swapped.history), 0);
});

test("[MSG-1] finds a sender's messages in another order than they were written", () => {
  const turned: Event[] = [
    [2, 0, 1],
    [3, 1, 0],
    [4, 0, 0],
  ];
  const result = check({
    sent: [
      [accepted, 4],
      [accepted, 2],
    ],
    shown0: turned,
    shown1: turned,
    history: [created, ...turned],
  });
  assert.deepEqual(result.live, { ...nothing, outOfOrder: 2 });
  assert.deepEqual(result.history, { ...nothing, outOfOrder: 1 });
});

test('[MSG-1] finds a message under another number than was acknowledged', () => {
  const result = check({
    sent: [
      [accepted, 2],
      [accepted, 5],
    ],
  });
  assert.deepEqual(result.live, { ...nothing, contradicted: 2 });
  assert.deepEqual(result.history, { ...nothing, contradicted: 1 });
});

test('[NUM-2] finds what nobody sent, and what was refused', () => {
  assert.deepEqual(check({ shown1: [...all, [5, -1, -1]] }).live, { ...nothing, neverSent: 1 });
  assert.deepEqual(check({ shown1: [...all, [5, 1, 7]] }).live, { ...nothing, neverSent: 1 });
  const result = check({
    sent: [
      [accepted, 2],
      [refused, 0],
    ],
  });
  assert.deepEqual(result.live, { ...nothing, neverSent: 2 });
  assert.deepEqual(result.history, { ...nothing, neverSent: 1 });
});

test('[MSG-2] finds an acknowledged message that the history lacks', () => {
  assert.deepEqual(check({ history: [created, ...all.slice(0, 2)] }).history, { ...nothing, lost: 1 });
  assert.deepEqual(check({ history: [] }).history, { ...nothing, lost: 3 });
});

test('a message without an answer may be there or not, but not seen and then gone', () => {
  const sent: [number, number][] = [
    [accepted, 2],
    [open, 0],
  ];
  assert.equal(totalOf(check({ sent }).live), 0);
  const two = all.slice(0, 2);
  const nowhere = check({ sent, shown0: two, shown1: two, history: [created, ...two] });
  assert.equal(totalOf(nowhere.live) + totalOf(nowhere.history), 0);
  const underWay = check({ sent, shown1: two });
  assert.equal(totalOf(underWay.live) + totalOf(underWay.history), 0);
  const gone = check({ sent, shown1: two, history: [created, ...two] });
  assert.deepEqual([gone.live, gone.history], [nothing, { ...nothing, lost: 1 }]);
});

test('[MSG-1] finds a message that two saw under different numbers, with or without an answer', () => {
  const elsewhere: Event[] = [...all.slice(0, 2), [5, 0, 1]];
  const sent: [number, number][] = [
    [accepted, 2],
    [open, 0],
  ];
  assert.equal(check({ sent, shown1: elsewhere }).live.contradicted, 1);
  assert.equal(check({ shown1: elsewhere }).live.contradicted, 1);
});

test('an unread history is not counted as one', () => {
  const result = check({ history: null });
  assert.equal(result.historiesRead, 0);
  assert.equal(totalOf(result.history), 0);
});

test('brings the sides of many conversations together, and misses none', () => {
  const side = (conversation: number, number: number): SideRecord => ({
    conversation,
    side: number,
    headSeq: 1,
    sent: Int32Array.from(number === 0 ? [accepted, 2] : []),
    shown: Int32Array.from([2, 0, 0]),
  });
  const result = checkAll([side(1, 1), side(0, 0), side(1, 0), side(0, 1)], []);
  assert.deepEqual([result.conversations, result.accepted], [2, 2]);
  assert.equal(totalOf(result.live), 0);
  assert.throws(() => checkAll([side(0, 1)], []), /lacks a side/);
});
