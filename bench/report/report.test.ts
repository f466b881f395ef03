// A report that leaves something out is believed all the same.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readResult } from './files.ts';
import { bytes, percent, plainNumber, wordsOf } from './format.ts';
import { latenciesIn, messagesOf, percentileOf, verdictIn } from './found.ts';
import { renderHtml } from './report-page.ts';

const recorded = readResult(path.join(import.meta.dirname, 'testing', 'chat.json'));

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(recorded).filter(([name]) => !names.includes(name)));
const textOf = (html: string) =>
  html
    .replace(/<style>[^]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
const sectionOf = (html: string, title: string) =>
  html.split('<section>').find((each) => each.startsWith(`<h2>${title}</h2>`)) ?? '';

test('the page says what was run, on what, and whether it was sound', () => {
  const html = renderHtml(recorded);
  for (const words of [
    'npm run bench -- chat --connections 50 --rate 50 --seconds 5',
    '2 cores',
    'nats 2.10.27',
    'postgres 17.10',
    'node v22',
    '<b>Sound</b>',
    'OK: all 400 acknowledged messages were delivered once and in order',
    'It kept up with 50 messages a second.',
    'Note: Profiles in',
  ]) {
    assert.ok(html.includes(words), `${words} is missing`);
  }
});

test('every figure has a title, a description in words, axes with units, and its numbers drawn', () => {
  const figures = renderHtml(recorded).match(/<figure>[^]*?<\/figure>/g) ?? [];
  const titles = figures.map((figure) => /<b>(.*?)<\/b>/.exec(figure)?.[1]);
  assert.deepEqual(titles, [
    'Latency over time',
    'Latency by percentile',
    'Messages a second',
    'Processor over time',
    'Processor for one message',
    'Memory over time',
    'Projector lag',
    'Event-loop delay, p99',
    'Garbage collection',
    'Heap in use',
    'Loopback traffic',
  ]);
  for (const figure of figures) {
    assert.match(figure, /role="img" aria-label="[^"]{30,}"/);
    assert.doesNotMatch(figure, /NaN|undefined|Infinity/);
    assert.ok((figure.match(/<path /g) ?? []).length >= 3, 'axes and lines');
    assert.ok((figure.match(/<text /g) ?? []).length >= 4, 'ticks and names');
  }
  const wordsIn = (figure: string) => textOf(figure);
  assert.match(wordsIn(figures[0]!), /p50.*p99/);
  assert.match(wordsIn(figures[3]!), /workers.*projector.*postgres.*nats/);
  assert.match(wordsIn(figures[7]!), /projector.*worker 1.*worker 2/);
});

test('the page needs nothing but itself', () => {
  const html = renderHtml(recorded);
  assert.doesNotMatch(html, /<script|<link|<img|src=|@import|url\(['"]?http/);
  assert.doesNotMatch(html.replaceAll(/xmlns(:xlink)?="[^"]*"/g, ''), /https?:\/\//);
  assert.match(html, /name="viewport"/);
});

test('what makes the numbers doubtful is marked where they stand', () => {
  assert.match(renderHtml(recorded), /<div class="unsure"><b>53%<\/b><span>of the machine went to others/);
  const usage = { ...(recorded['usage'] as object), othersSeconds: 0.1, busySeconds: 2 };
  assert.doesNotMatch(renderHtml({ ...recorded, usage }), /<div class="unsure">/);
});

test('every field of a result is on the page, also one that no section knows', () => {
  const html = renderHtml({ ...recorded, surprise: { inner: { waitMs: 12.5 } } });
  const whole = sectionOf(html, 'The whole result').replaceAll('&quot;', '"');
  assert.match(whole, /"surprise": \{\s+"inner": \{\s+"waitMs": 12\.5/);
  for (const name of Object.keys(recorded)) assert.ok(whole.includes(`"${name}"`), name);
});

test('what an older bench did not write is said, and the rest is shown', () => {
  const html = renderHtml(without('timeline', 'usage', 'verdict'));
  assert.match(html, /Not in this file: latency over time \(timeline\); processor and memory \(usage\)/);
  assert.match(html, /The check of 400 acknowledged messages found nothing wrong/);
  assert.doesNotMatch(html, /<b>Latency over time/);
  assert.match(html, /<b>Latency by percentile/);
  assert.match(renderHtml({ scenario: 'other' }), /Not judged/);
});

test('a verdict is never kinder than the file', () => {
  assert.deepEqual(verdictIn({ verdict: { sound: false, sentences: ['Lost one.'] } }), {
    sound: false,
    sentences: ['Lost one.'],
  });
  assert.equal(verdictIn(without('verdict')).sound, true);
  assert.equal(verdictIn({ ...without('verdict'), accepted: 0 }).sound, false);
  const { sound, sentences } = verdictIn({ accepted: 5, check: { live: { lost: 0 }, history: { lost: 2 } } });
  assert.equal(sound, false);
  assert.match(sentences[0]!, /2 lost in the history/);
  assert.equal(verdictIn({}).sound, null);
  assert.match(renderHtml({ ...recorded, verdict: { sound: false, sentences: ['Lost.'] } }), /NOT sound/);
  const host = { valid: false, sentences: ['In 2 of 9 s: INVALID.'] };
  assert.match(renderHtml({ ...recorded, host }), /<b>Sound, INVALID<\/b>.*In 2 of 9 s: INVALID/);
  assert.doesNotMatch(renderHtml({ ...recorded, host: { ...host, valid: true } }), /Sound, INVALID/);
});

test('what is in a file cannot become a part of the page', () => {
  const html = renderHtml({ scenario: '<b>x</b>', command: '<script>alert(1)</script>', odd: '"><img>' });
  assert.doesNotMatch(html, /<script|<img|<b>x/);
});

test('latencies are found wherever they are, with as many percentiles as they have', () => {
  assert.deepEqual(['p50Ms', 'p999Ms', 'p9999Ms', 'maxMs', 'p5Ms'].map(percentileOf), [
    50,
    99.9,
    99.99,
    null,
    null,
  ]);
  const inner = { count: 3, p50Ms: 1, p99Ms: 4, maxMs: 5, curve: [[90, 2]] };
  assert.deepEqual(latenciesIn({ phases: { storm: inner } }), [
    {
      path: 'phases.storm',
      name: 'phases, storm',
      count: 3,
      maxMs: 5,
      percentiles: [
        [50, 1],
        [90, 2],
        [99, 4],
      ],
    },
  ]);
  assert.equal(messagesOf(recorded), 250);
  assert.equal(messagesOf({}), undefined);
});

test('numbers are written for people', () => {
  assert.deepEqual([0, 4.767, 1234.5, 0.00012345, 30.0].map(plainNumber), [
    '0',
    '4.77',
    '1,235',
    '0.000123',
    '30',
  ]);
  assert.deepEqual([0, 1536, 340 * 2 ** 20].map(bytes), ['0 B', '1.5 KiB', '340 MiB']);
  assert.equal(percent(0.99154), '99.2%');
  assert.equal(wordsOf('acceptedPerSecond'), 'accepted per second');
  assert.equal(wordsOf('skein_journal_bytes_total'), 'journal bytes');
});
