import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyParts } from './body-parts.ts';

const links = (body: string) => bodyParts(body).flatMap(({ href }) => href ?? []);

void test('addresses are told from the sentence around them', () => {
  assert.deepEqual(bodyParts('see https://skein.example/a?b=c#d, please'), [
    { text: 'see ', href: null },
    { text: 'https://skein.example/a?b=c#d', href: 'https://skein.example/a?b=c#d' },
    { text: ', please', href: null },
  ]);
  assert.deepEqual(links('(http://a.example/x_(y)) and http://b.example.'), [
    'http://a.example/x_(y)',
    'http://b.example',
  ]);
});

void test('only web addresses become links, and no text is lost', () => {
  for (const body of ['javascript:alert(1)', 'https://', '<a href="x">', '', 'a\nb https://c.example\n']) {
    const text = bodyParts(body).map((part) => part.text);
    assert.equal(text.join(''), body);
  }
  assert.deepEqual(links('javascript:alert(1) data:text/html,x https://'), []);
});
