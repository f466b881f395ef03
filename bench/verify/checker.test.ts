// The checker is what every number of the bench rests on: it must find what is wrong, and nothing where all is well.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAll, Checker, type CheckResult } from './checker.ts';
import { noFindings, totalOf } from './findings.ts';
import { membersOf } from '../chat/layout.ts';
import { NumberList } from './number-list.ts';
import {
  createdNumber,
  outcomes,
  reactionNumber,
  View,
  type ConversationRecord,
  type SeatRecord,
} from './record.ts';

const { open, accepted, refused } = outcomes;
type Event = readonly [seq: number, member: number, number: number];

/** Member 0 wrote two messages, member 1 one between them; everyone saw all of it. */
const all: readonly Event[] = [
  [2, 0, 0],
  [3, 1, 0],
  [4, 0, 1],
];
const created: Event = [1, -1, createdNumber];
const bothAccepted: [number, number][] = [
  [accepted, 2],
  [accepted, 4],
];

interface Telling {
  /** [outcome, seq] for each message of member 0. */
  sent?: [number, number][];
  /** Events shown to members 0, 1 and 2. */
  shown?: readonly (readonly Event[])[];
  history?: readonly Event[] | null;
  /** [number, outcome] for each reaction, by member. */
  reactions?: [number, number][][];
  /** [seq, emoji, count] in the history. */
  counted?: [number, number, number][];
}

/** Members 0 and 2 live in one generator, member 1 in another. */
function recordsOf({
  sent = bothAccepted,
  shown = [all, all, all],
  reactions = [],
}: Telling): ConversationRecord[] {
  const sentBy = [sent, [[accepted, 3]], []];
  return [[0, 2], [1]].map((members) => {
    const common = new NumberList();
    const seats = members.map((member): SeatRecord => {
      const view = new View(common);
      for (const event of shown[member] ?? all) view.push(...event);
      return {
        member,
        headSeq: 1,
        sent: Int32Array.from(sentBy[member]!.flat()),
        reactions: Int32Array.from((reactions[member] ?? []).flat()),
        ...view.record,
      };
    });
    return { conversation: 0, common: common.slice(), seats };
  });
}

function check(telling: Telling): CheckResult {
  const { history = [created, ...all], counted = [] } = telling;
  const checker = new Checker();
  const record = history && {
    conversation: 0,
    events: Int32Array.from(history.flat()),
    reactions: Int32Array.from(counted.flat()),
  };
  checker.add(3, recordsOf(telling), record);
  return checker.result;
}

const nothing = noFindings();

test('[NUM-2] finds nothing where everyone saw everything once', () => {
  const result = check({});
  assert.deepEqual([result.live, result.history], [nothing, nothing]);
  const { conversations, views, accepted: count, shown, historiesRead } = result;
  assert.deepEqual([conversations, views, count, shown, historiesRead], [1, 3, 3, 9, 1]);
});

test('[NUM-2] finds an acknowledged message that one member was not shown', () => {
  const result = check({ shown: [all, all.slice(0, 2), all] });
  assert.deepEqual(result.live, { ...nothing, lost: 1 });
  assert.match(
    result.examples[0]!,
    /member 1: message 1 of member 0 at 4: acknowledged or seen, but missing/,
  );
});

test('[NUM-2] counts what several members did not see for each of them', () => {
  const two = all.slice(0, 2);
  const result = check({ shown: [two, two, two] });
  assert.deepEqual(result.live, { ...nothing, lost: 3 });
  assert.match(result.examples[0]!, /member 0 and 1 more/);
});

test('[NUM-2] finds a hole, as a loss and as a sequence number left out', () => {
  const result = check({ shown: [all, [all[0]!, all[2]!], all] });
  assert.deepEqual(result.live, { ...nothing, lost: 1, outOfOrder: 1 });
});

test('[NUM-2] finds a message that its writer was not shown', () => {
  assert.deepEqual(check({ shown: [all.slice(0, 2), all, all] }).live, { ...nothing, lost: 1 });
});

test('[NUM-2] finds a message that was shown twice, under one number or under two', () => {
  assert.equal(check({ shown: [all, [...all, all[2]!], all] }).live.doubled, 1);
  assert.deepEqual(check({ shown: [all, all, [...all, [5, 0, 1]]] }).live, { ...nothing, doubled: 1 });
});

test('[MSG-1] finds messages that came in another order', () => {
  const swapped = check({ shown: [all, [all[1]!, all[0]!, all[2]!], all] });
  assert.ok(swapped.live.outOfOrder > 0);
  assert.equal(totalOf(swapped.history), 0);
});

test("[MSG-1] finds a writer's messages in another order than they were written", () => {
  const turned: Event[] = [
    [2, 0, 1],
    [3, 1, 0],
    [4, 0, 0],
  ];
  const sent: [number, number][] = [
    [accepted, 4],
    [accepted, 2],
  ];
  const result = check({ sent, shown: [turned, turned, turned], history: [created, ...turned] });
  assert.deepEqual(result.live, { ...nothing, outOfOrder: 3 });
  assert.deepEqual(result.history, { ...nothing, outOfOrder: 1 });
});

test('[MSG-1] finds a message under another number than was acknowledged', () => {
  const sent: [number, number][] = [
    [accepted, 2],
    [accepted, 5],
  ];
  const result = check({ sent });
  assert.deepEqual(result.live, { ...nothing, contradicted: 3 });
  assert.deepEqual(result.history, { ...nothing, contradicted: 1 });
});

test('[NUM-2] finds what nobody sent, and what was refused', () => {
  assert.deepEqual(check({ shown: [all, [...all, [5, -1, -1]], all] }).live, { ...nothing, neverSent: 1 });
  assert.deepEqual(check({ shown: [all, all, [...all, [5, 1, 7]]] }).live, { ...nothing, neverSent: 1 });
  const sent: [number, number][] = [
    [accepted, 2],
    [refused, 0],
  ];
  const result = check({ sent });
  assert.deepEqual(result.live, { ...nothing, neverSent: 3 });
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
  const nowhere = check({ sent, shown: [two, two, two], history: [created, ...two] });
  assert.equal(totalOf(nowhere.live) + totalOf(nowhere.history), 0);
  const underWay = check({ sent, shown: [all, two, all] });
  assert.equal(totalOf(underWay.live) + totalOf(underWay.history), 0);
  const gone = check({ sent, shown: [all, two, all], history: [created, ...two] });
  assert.deepEqual([gone.live, gone.history], [nothing, { ...nothing, lost: 1 }]);
});

test('[MSG-1] finds a message that two saw under different numbers, with or without an answer', () => {
  const elsewhere: Event[] = [...all.slice(0, 2), [5, 0, 1]];
  const sent: [number, number][] = [
    [accepted, 2],
    [open, 0],
  ];
  assert.equal(check({ sent, shown: [all, elsewhere, all] }).live.contradicted, 1);
  assert.equal(check({ shown: [all, elsewhere, all] }).live.contradicted, 1);
});

test('an unread history is not counted as one', () => {
  const result = check({ history: null });
  assert.equal(result.historiesRead, 0);
  assert.equal(totalOf(result.history), 0);
});

const heart = reactionNumber({ target: 4, emoji: 1, present: true });
const noHeart = reactionNumber({ target: 4, emoji: 1, present: false });
const reacted: readonly Event[] = [...all, [5, 1, heart], [6, 2, heart], [7, 1, noHeart]];
/** Members 1 and 2 put a heart on a message, and member 1 takes it off. */
const reactions: [number, number][][] = [
  [],
  [
    [heart, accepted],
    [noHeart, accepted],
  ],
  [[heart, accepted]],
];
const shown = [reacted, reacted, reacted];
const history = [created, ...reacted];

test('[REA-1] finds nothing where acknowledged reactions are seen and counted', () => {
  const result = check({ reactions, shown, history, counted: [[4, 1, 1]] });
  assert.deepEqual([result.live, result.history, result.reactions], [nothing, nothing, 3]);
});

test('[REA-1] finds a wrong count, a missing one and one of nothing', () => {
  const counts: [number, number, number][][] = [
    [[4, 1, 2]],
    [],
    [
      [4, 1, 1],
      [4, 2, 1],
    ],
    [
      [3, 1, 1],
      [4, 1, 1],
    ],
  ];
  for (const counted of counts) {
    const result = check({ reactions, shown, history, counted });
    assert.deepEqual(
      [result.live, result.history],
      [nothing, { ...nothing, miscounted: 1 }],
      String(counted),
    );
  }
});

test('[REA-1] finds a reaction that one did not see, saw twice, saw elsewhere, or that nobody made', () => {
  const live = (events: readonly Event[]) =>
    check({ reactions, shown: [reacted, events, reacted], history, counted: [[4, 1, 1]] }).live;
  assert.deepEqual(live(reacted.slice(0, 5)), { ...nothing, lost: 1 });
  assert.deepEqual(live([...reacted, [8, 1, noHeart]]), { ...nothing, doubled: 1 });
  assert.deepEqual(live([...reacted, [8, 0, heart]]), { ...nothing, neverSent: 1 });
  assert.deepEqual(live([...all, [5, 2, heart], [6, 1, heart], [7, 1, noHeart]]), {
    ...nothing,
    contradicted: 2,
  });
});

test('[REA-1] a reaction without an answer may count or not, and one that was refused may not', () => {
  const unknown = [[], reactions[1]!, [[heart, open]]] as [number, number][][];
  for (const counted of [[[4, 1, 1]], []] as [number, number, number][][]) {
    const result = check({ reactions: unknown, shown, history, counted });
    assert.equal(totalOf(result.live) + totalOf(result.history), 0);
  }
  const denied = [[], reactions[1]!, [[heart, refused]]] as [number, number][][];
  const result = check({ reactions: denied, shown, history, counted: [[4, 1, 1]] });
  assert.deepEqual([result.live.neverSent, result.history.neverSent, result.history.miscounted], [3, 1, 1]);
});

test('brings what the generators know of many conversations together, and misses no member', () => {
  const record = (conversation: number, member: number): ConversationRecord => ({
    conversation,
    common: Int32Array.from([2, 0, 0]),
    seats: [
      {
        ...{ member, headSeq: 1, from: 0, to: 1, own: null, reactions: new Int32Array(0) },
        sent: Int32Array.from(member === 0 ? [accepted, 2] : []),
      },
    ],
  });
  const members = membersOf({ kind: 'pairs' }, 4, 1);
  const result = checkAll(members, [record(1, 1), record(0, 0), record(1, 0), record(0, 1)], []);
  assert.deepEqual([result.conversations, result.views, result.accepted], [2, 4, 2]);
  assert.equal(totalOf(result.live), 0);
  assert.throws(() => checkAll(members, [record(0, 1)], []), /lacks its member 0/);
});

test('a full room is checked in a moment', () => {
  const members = 500;
  const messages = 5_000;
  const common = new Int32Array(messages * 3);
  const sent = Array.from({ length: members }, () => new NumberList());
  for (let at = 0; at < messages; at++) {
    const member = at % members;
    common.set([at + 2, member, sent[member]!.length / 2], at * 3);
    sent[member]!.push2(accepted, at + 2);
  }
  const seats = sent.map((each, member): SeatRecord => {
    return {
      member,
      headSeq: 1,
      sent: each.slice(),
      reactions: new Int32Array(0),
      from: 0,
      to: messages,
      own: null,
    };
  });
  const startedAt = performance.now();
  const result = checkAll(membersOf({ kind: 'room' }, members, 1), [{ conversation: 0, common, seats }], []);
  assert.deepEqual([result.shown, totalOf(result.live)], [members * messages, 0]);
  assert.ok(performance.now() - startedAt < 1_000);
});
