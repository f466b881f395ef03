import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyParts } from './body-parts.ts';

const links = (body: string) => bodyParts(body).flatMap(({ href }) => href ?? []);
const handles = (body: string) => bodyParts(body).flatMap(({ handle }) => handle ?? []);

void test('addresses are told from the sentence around them', () => {
  assert.deepEqual(bodyParts('see https://skein.example/a?b=c#d, please'), [
    { text: 'see ', href: null, handle: null },
    { text: 'https://skein.example/a?b=c#d', href: 'https://skein.example/a?b=c#d', handle: null },
    { text: ', please', href: null, handle: null },
  ]);
  assert.deepEqual(links('(http://a.example/x_(y)) and http://b.example.'), [
    'http://a.example/x_(y)',
    'http://b.example',
  ]);
});

void test('only web addresses become links, and no text is lost', () => {
  for (const body of [
    'javascript:alert(1)',
    'https://',
    '<a href="x">',
    '',
    'a\nb https://c.example\n',
    '@ada hi',
  ]) {
    const text = bodyParts(body).map((part) => part.text);
    assert.equal(text.join(''), body);
  }
  assert.deepEqual(links('javascript:alert(1) data:text/html,x https://'), []);
});

void test('[MEN-1] handles are found as the server finds them', () => {
  assert.deepEqual(handles('@Ada_L, ask @bob99: (@eve) a@b.example @@no @ab https://x.example/@dan'), [
    'ada_l',
    'bob99',
    'eve',
  ]);
});
