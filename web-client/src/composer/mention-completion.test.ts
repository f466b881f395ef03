import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittingPeople, mentionBegun, withMention } from './mention-completion.ts';

const ada = { userId: 'a', handle: 'ada_l', displayName: 'Ada Lovelace' };
const grace = { userId: 'g', handle: 'amazing', displayName: 'Grace Ada Hopper' };
const bob = { userId: 'b', handle: 'bob', displayName: 'Bob' };

void test('[MEN-1] a name begins with @ at the beginning of a word', () => {
  assert.deepEqual(mentionBegun('hi @Ad', 6), { at: 3, query: 'ad' });
  assert.deepEqual(mentionBegun('@', 1), { at: 0, query: '' });
  assert.deepEqual(mentionBegun('hi @ad, you', 6), { at: 3, query: 'ad' });
  assert.equal(mentionBegun('a@b', 3), null);
  assert.equal(mentionBegun('hi @ad you', 10), null);
  assert.equal(mentionBegun('@@ad', 4), null);
});

void test('[MEN-1] people fit by handle and by every word of their name', () => {
  assert.deepEqual(fittingPeople([grace, bob, ada], 'ada'), [ada, grace]);
  assert.deepEqual(fittingPeople([grace, bob, ada], 'hop'), [grace]);
  assert.deepEqual(fittingPeople([grace, bob, ada], ''), [grace, bob, ada]);
  assert.deepEqual(fittingPeople([grace, bob, ada], 'da'), []);
});

void test('[MEN-1] what was begun becomes the handle, and the caret stands after it', () => {
  assert.deepEqual(withMention('hi @ad', 6, { at: 3, query: 'ad' }, 'ada_l'), {
    text: 'hi @ada_l ',
    caret: 10,
  });
  assert.deepEqual(withMention('hi @ad there', 6, { at: 3, query: 'ad' }, 'ada_l'), {
    text: 'hi @ada_l there',
    caret: 10,
  });
});
