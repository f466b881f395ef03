import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handlesIn, messageParts } from './message-parts.ts';

const links = (body: string) => messageParts(body).flatMap(({ href }) => href ?? []);
const handles = (body: string) => messageParts(body).flatMap(({ handle }) => handle ?? []);

void test('addresses are told from the sentence around them', () => {
  assert.deepEqual(messageParts('see https://skein.example/a?b=c#d, please'), [
    { text: 'see ', href: null, handle: null },
    { text: 'https://skein.example/a?b=c#d', href: 'https://skein.example/a?b=c#d', handle: null },
    { text: ', please', href: null, handle: null },
  ]);
  assert.deepEqual(links('(http://a.example/x_(y)) and http://b.example.'), [
    'http://a.example/x_(y)',
    'http://b.example',
  ]);
});

void test('the sentence goes on behind an address in every script, and the address is whole', () => {
  const cases: Record<string, string> = {
    'https://a.example/foo。次の文': 'https://a.example/foo',
    '（https://a.example/bar）です': 'https://a.example/bar',
    'https://a.example/guide，详见': 'https://a.example/guide',
    '*https://a.example/b*': 'https://a.example/b',
    'https://a.example/f(x)[1]': 'https://a.example/f(x)[1]',
    "https://a.example/it's": "https://a.example/it's",
    'https://a.example/a_b_ and': 'https://a.example/a_b_',
    'https://de.wikipedia.org/wiki/Zürich!': 'https://de.wikipedia.org/wiki/Zürich',
    'siehe HTTPS://A.example/x?a=1&b=2, und': 'HTTPS://A.example/x?a=1&b=2',
  };
  for (const [body, href] of Object.entries(cases)) {
    assert.deepEqual(links(body), [href], body);
    assert.equal(
      messageParts(body)
        .map(({ text }) => text)
        .join(''),
      body,
    );
  }
  assert.deepEqual(links('ftp://a.example/x mailto:a@b.example //c.example www.d.example e@f.example'), []);
});

void test('no text takes more than its length to read: twice as long is about twice as slow', () => {
  const once = (body: string) => {
    const before = process.cpuUsage();
    messageParts(body);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  // The least of three: what the process collects meanwhile counts as its time too.
  const took = (body: string) => Math.min(once(body), once(body), once(body));
  const hostile = [
    (n: number) => `http://a.b/${')'.repeat(n)}a`,
    (n: number) => `http://a.b/${'('.repeat(n)}`,
    (n: number) => 'http://'.repeat(n / 8),
    (n: number) => `https://${'a.'.repeat(n / 2)}`,
    (n: number) => `https://a.example/${'?!'.repeat(n / 2)}x`,
    (n: number) => '@'.repeat(n),
    (n: number) => '`'.repeat(n),
    (n: number) => '` '.repeat(n / 2),
    (n: number) => Array.from({ length: Math.sqrt(2 * n) }, (_, at) => '`'.repeat(at)).join(' '),
    (n: number) => '@bobby '.repeat(n / 7),
    (n: number) => `http://a.b/${'。'.repeat(n)}`,
    (n: number) => `http://${'*_'.repeat(n / 2)}`,
    (n: number) => 'https://a.example/x '.repeat(n / 20),
  ];
  for (const [at, make] of hostile.entries()) {
    took(make(16_000));
    // Sixteen times as long: quadratic work would be 256 times as much.
    const [short, long] = [Math.max(500, took(make(16_000))), took(make(256_000))];
    assert.ok(long < 64 * short, `${at}: ${short} µs, then ${long} µs`);
  }
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
    const text = messageParts(body).map((part) => part.text);
    assert.equal(text.join(''), body);
  }
  assert.deepEqual(links('javascript:alert(1) data:text/html,x https://'), []);
});

void test('[MEN-1] a handle names someone where it stands by itself, in every script', () => {
  const cases: Record<string, readonly string[]> = {
    '@Ada_L, ask @bob99: (@eve) *@dan* “@mia”。@kai！': ['ada_l', 'bob99', 'eve', 'dan', 'mia', 'kai'],
    'сказала @bobby. Да': ['bobby'],
    'a@b.example @@no @ab https://x.example/@dan': [],
    'https://site.example/@bobby/x': [],
    'josé@bobby.example': [],
    'x-@bobby.example': [],
    '@bobby@social.example': [],
    '@bobby.example': [],
    '好@bobby': [],
    '@bobbyé': [],
    'run `@bobby` and ``a`@bobby`` now': [],
    '```\n@bobby\n```\nthen @ada_l': ['ada_l'],
    'one ` left open @bobby': ['bobby'],
    '`a` @bobby `b`': ['bobby'],
  };
  for (const [body, named] of Object.entries(cases)) {
    assert.deepEqual([...handlesIn(body)], named, body);
    const whole = messageParts(body).map(({ text }) => text);
    assert.equal(whole.join(''), body);
  }
  assert.deepEqual(handles('@Bob_k @bob_k'), ['bob_k', 'bob_k']);
  assert.deepEqual(links('`https://a.example` https://b.example'), ['https://b.example']);
});
