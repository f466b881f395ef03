import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../protocol/limits.ts';
import { groupSize, membersOf, type Layout, type Lists } from './layout.ts';
import { countOf, dueUs, Plan } from './plan.ts';
import { seeded, shuffled } from './random.ts';

const groups: Layout = { kind: 'groups', groupsPerPerson: 2 };
const listsOf = (lists: Lists) => Array.from({ length: lists.size }, (_, at) => [...lists.at(at)]);

test('the same seed gives the same plan, another one another', () => {
  const of = (seed: number) => listsOf(new Plan({ layout: groups, people: 300, seed }).members);
  assert.deepEqual(of(1), of(1));
  assert.notDeepEqual(of(1), of(2));
  assert.deepEqual(
    [...shuffled(50, seeded(7))].sort((a, b) => a - b),
    [...Array(50).keys()],
  );
});

test('pairs are neighbours in number, who live in different generators', () => {
  assert.deepEqual(listsOf(membersOf({ kind: 'pairs' }, 6, 1)), [
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  assert.deepEqual(listsOf(membersOf({ kind: 'room' }, 4, 1)), [[0, 1, 2, 3]]);
});

test('[GRP-1] everyone is in as many groups as wished, in none twice, and no group is too small or too large', () => {
  for (const people of [3, 4, 5, 7, 20, 500, 501, 502, 503, 2_000]) {
    for (let seed = 1; seed <= 20; seed++) {
      const members = membersOf(groups, people, seed);
      for (const group of listsOf(members)) {
        assert.ok(group.length >= limits.groupMembersMin && group.length <= limits.groupMembersMax);
        assert.equal(new Set(group).size, group.length);
      }
      const ofPeople = listsOf(members.inverted(people));
      assert.ok(ofPeople.every((each) => each.length === 2));
      ofPeople.forEach((each, person) =>
        each.forEach((group) => assert.ok(members.at(group).includes(person))),
      );
    }
  }
});

test('most groups are small and a few are large', () => {
  const random = seeded(1);
  const sizes = Array.from({ length: 100_000 }, () => groupSize(random())).sort((a, b) => a - b);
  assert.deepEqual([sizes[0], sizes[50_000]], [limits.groupMembersMin, 4]);
  assert.ok(sizes.at(-1)! > 400 && sizes.at(-1)! <= limits.groupMembersMax);
  assert.equal(groupSize(1 - Number.EPSILON), limits.groupMembersMax);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  assert.ok(mean > 7.5 && mean < 8.2, String(mean));
});

test('messages are due evenly apart, once the rate has risen to the whole', () => {
  for (const pace of [
    { rate: 500, seconds: 10, rampSeconds: 0 },
    { rate: 7, seconds: 1.5, rampSeconds: 0 },
    { rate: 400, seconds: 10, rampSeconds: 4 },
  ]) {
    const { rate, seconds, rampSeconds } = pace;
    const due = Array.from({ length: countOf(pace) }, (_, index) => dueUs(index, pace) / 1_000_000);
    assert.equal(due.length, Math.round(rate * (seconds - rampSeconds / 2)));
    assert.ok(due.at(-1)! < seconds && due.at(-1)! > seconds - 1.5 / rate);
    for (let at = 1; at < due.length; at++) {
      // Nowhere faster than the rate, and no slower than a straight way up to it.
      const wanted = rate * Math.min(1, due[at]! / rampSeconds);
      const reached = 1 / (due[at]! - due[at - 1]!);
      assert.ok(
        reached <= rate * 1.001 && (at < 10 || reached > wanted * 0.9),
        `${at}: ${reached}, ${wanted}`,
      );
    }
  }
});

test('everyone in a conversation writes in turn, and nobody more than the busiest share', () => {
  for (const layout of [{ kind: 'pairs' }, { kind: 'room' }, groups] as const) {
    const people = 120;
    const plan = new Plan({ layout, people, seed: 3 });
    const count = plan.members.size * 2_000;
    const written = new Int32Array(people);
    for (let index = 0; index < count; index++) {
      const { person, conversation, member } = plan.writer(index);
      assert.equal(plan.members.at(conversation)[member], person);
      written[person]!++;
    }
    assert.ok(Math.min(...written) > 0);
    assert.ok(Math.abs(Math.max(...written) / count - plan.busiestShare) < 0.001, layout.kind);
  }
});

test('a message reaches the others of its conversation', () => {
  const reached = (layout: Layout) => new Plan({ layout, people: 50, seed: 1 }).recipientsPerMessage;
  assert.equal(reached({ kind: 'pairs' }), 1);
  assert.equal(reached({ kind: 'room' }), 49);
});
