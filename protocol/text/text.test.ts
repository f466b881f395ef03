// Texts in every script: what can be seen of them, where they may be cut, and how emoji are spelled.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emojiOf } from './emoji.ts';
import { cutTo, firstGrapheme } from './graphemes.ts';
import { cleanName, isolated, isolatedParts, isVisible, withShownMarks } from './visible.ts';

const invisible = [
  '',
  ' ',
  '\u200b',
  '\u2060',
  '\u00ad',
  '\u2800',
  '\u3164',
  '\u202e',
  '\ufeff',
  '\u2066\u2069',
  '\u0007',
  '\ufe0f',
  '\u3000\n\t',
];
const names = [
  'Ann',
  '李',
  '👩‍👩‍👧 Ólafur O’Brien',
  'می‌خواهم',
  'क्‍ष',
  '❤️ Weavers',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '🏳️‍🌈',
  'a\u0301'.normalize('NFC'),
  'e 5️⃣',
  '!',
  'Ⅷ',
  'أحمد',
];

void test('[MSG-1] texts of nothing but invisible characters are told from those with one that is seen', () => {
  for (const text of invisible) {
    assert.equal(isVisible(text), false, JSON.stringify(text));
    assert.equal(cleanName(text), '', JSON.stringify(text));
    assert.equal(isVisible(`${text}x`), true);
  }
});

void test('[GRP-1] [ACC-3] a name keeps what means something, and loses what nobody sees', () => {
  for (const name of names) assert.equal(cleanName(name), name, name);
  for (const mark of [
    '\u200b',
    '\u2060',
    '\u00ad',
    '\u200d',
    '\u200c',
    '\u202e',
    '\u0007',
    '\u3164',
    '\ufe0f',
    '\ud83d',
  ])
    for (const [before, after] of [
      ['Ann', 'ie'],
      ['Annie', ''],
      ['', 'Annie'],
    ])
      assert.equal(cleanName(before + mark + after), 'Annie', JSON.stringify(before + mark + after));
  assert.equal(cleanName('  New\n\u202egpj.exe \t x'), 'New gpj.exe x');
  assert.equal(cleanName('Cafe\u0301'), 'Café');
});

void test('[GRP-1] cleaning a name takes time that grows with its length alone', () => {
  // Counts of work are not to be had from regular expressions: texts at which backtracking would take minutes.
  for (const part of ['\u200d', '\u{1f3f4}\u{e0067}', ' \u2800', '\u0645\u200c', '❤\ufe0f\u200d'])
    assert.equal(typeof cleanName(part.repeat(50_000)), 'string');
});

void test('[MSG-1] directions stay within a name, and in an address they are shown', () => {
  assert.equal(isolated('\u202ename'), '\u2068\u202ename\u2069');
  assert.deepEqual(isolatedParts(`${isolated('Ada')} added ${isolated('Bob')}.`), [
    { text: 'Ada', isName: true },
    { text: ' added ', isName: false },
    { text: 'Bob', isName: true },
    { text: '.', isName: false },
  ]);
  assert.deepEqual(isolatedParts('No name at all'), [{ text: 'No name at all', isName: false }]);
  assert.equal(withShownMarks('https://a.example/x\u202egpj.exe'), 'https://a.example/x%E2%80%AEgpj.exe');
});

void test('[MSG-1] a text is cut between characters as people see them', () => {
  const x = 'x'.repeat(139);
  for (const emoji of ['👍🏽', '👩‍👩‍👧', '🇩🇪', 'é'.normalize('NFD'), '😀']) {
    assert.equal(cutTo(`${x}${emoji}`, 140), x);
    assert.equal(cutTo(`${emoji}${x}`, 139 + emoji.length), `${emoji}${x}`);
    assert.equal(firstGrapheme(`${emoji}x`), emoji);
  }
  assert.equal(cutTo('short', 140), 'short');
  assert.equal(cutTo('🇩🇪'.repeat(100), 10), '🇩🇪🇩🇪');
  assert.equal(firstGrapheme(''), '');
});

void test('[REA-1] an emoji in any spelling is one emoji, and what is none is none', () => {
  const spelled = {
    '❤': '❤️',
    '👍\ufe0f': '👍',
    '❤️': '❤️',
    '🕵🏽‍♀': '🕵🏽‍♀️',
    '5\u20e3': '5️⃣',
    '🏳‍🌈': '🏳️‍🌈',
    '☺\ufe0e': '☺️',
    '🇩🇪': '🇩🇪',
    '👩‍❤‍👩': '👩‍❤️‍👩',
  };
  for (const [text, emoji] of Object.entries(spelled)) assert.equal(emojiOf(text), emoji, text);
  for (const text of ['', 'a', '5', '👍👍', '👍a', '\ufe0f', '🏽x', '🇩', '😀 '])
    assert.equal(emojiOf(text), null, text);
});
