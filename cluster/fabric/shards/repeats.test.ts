import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept, refuse } from '../../../actors/runtime/reply.ts';
import { Repeats, repeatBounds } from './repeats.ts';

/** Repeats whose time the test turns on. */
function world() {
  let turn = (): void => undefined;
  const repeats = new Repeats({
    setInterval: (run) => {
      turn = run;
      return () => undefined;
    },
    setTimeout: () => () => undefined,
    afterTurn: setImmediate,
  });
  return { repeats, turn: () => turn() };
}
const refusal = refuse('conversation_not_found');

test('a copy of a command that is being worked on is dropped, one of another gateway or number is not', () => {
  const { repeats } = world();
  assert.equal(repeats.begin('a', 1).kind, 'new');
  assert.equal(repeats.begin('a', 1).kind, 'under_way');
  assert.equal(repeats.begin('b', 1).kind, 'new');
  assert.equal(repeats.begin('a', 2).kind, 'new');
});

test('what was accepted may be carried out again: the actor knows it', () => {
  const { repeats } = world();
  repeats.begin('a', 1);
  repeats.done('a', 1, accept('done'));
  assert.equal(repeats.begin('a', 1).kind, 'new');
});

test('[GRP-4] what was refused is refused again, for longer than a copy can be under way', () => {
  const { repeats, turn } = world();
  repeats.begin('a', 1);
  repeats.done('a', 1, refusal);
  assert.deepEqual(repeats.begin('a', 1), { kind: 'refused', reply: refusal });
  turn();
  assert.deepEqual(repeats.begin('a', 1), { kind: 'refused', reply: refusal });
  turn();
  assert.equal(repeats.begin('a', 1).kind, 'new');
});

test('what was not carried out here is not remembered', () => {
  const { repeats } = world();
  repeats.begin('a', 1);
  repeats.done('a', 1, null);
  assert.equal(repeats.begin('a', 1).kind, 'new');
});

test('the memory is bounded', () => {
  const { repeats } = world();
  const many = 2 * repeatBounds.refusalsMax;
  for (let correlation = 0; correlation < many; correlation++) {
    repeats.begin('a', correlation);
    repeats.done('a', correlation, refusal);
  }
  assert.equal(repeats.begin('a', 0).kind, 'new');
  assert.deepEqual(repeats.begin('a', many - 1), { kind: 'refused', reply: refusal });
});
