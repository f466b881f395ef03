import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emojiOf } from '../../../protocol/text/emoji.ts';
import { categories, searchEmojis, usual } from './emoji-list.ts';

const all = categories.flatMap(({ emojis }) => emojis);

void test('[REA-1] everything offered is exactly one emoji, once, with a name', () => {
  const oneEmoji = new RegExp('^\\p{RGI_Emoji}$', 'v');
  assert.deepEqual(
    all.filter(({ emoji, words }) => !oneEmoji.test(emoji) || !/^[a-z]/.test(words)),
    [],
  );
  const misspelt = all.filter(
    ({ emoji }) => emojiOf(emoji) !== emoji || emojiOf(emoji.replaceAll('\ufe0f', '')) !== emoji,
  );
  assert.deepEqual(misspelt, []);
  assert.equal(new Set(all.map(({ emoji }) => emoji)).size, all.length);
  assert.ok(usual.every((emoji) => all.some((one) => one.emoji === emoji)));
  assert.ok(categories.every(({ sign }) => oneEmoji.test(sign)));
});

void test('emoji are found by the beginnings of their words, names first', () => {
  assert.equal(searchEmojis('rock')[0]?.emoji, '🚀');
  assert.equal(searchEmojis('Thumbs UP')[0]?.emoji, '👍');
  assert.ok(searchEmojis('wool').some(({ emoji }) => emoji === '🧶'));
  assert.deepEqual(searchEmojis('umbs'), []);
  assert.deepEqual(searchEmojis('  '), []);
});
