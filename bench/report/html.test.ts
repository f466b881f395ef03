// A report that leaves something out is believed all the same.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readResult } from './html-file.ts';
import { bytes, percent, plainNumber, wordsOf, writerOf } from './html-format.ts';
import { latenciesIn, messagesOf, percentileOf, verdictIn } from './html-result.ts';
import { renderHtml } from './html.ts';

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

test('every figure has a title, units, ticks, a legend and a description in words', () => {
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
    assert.match(figure, /<svg [^>]*role="img" aria-label="[^"]{30,}"/);
    assert.doesNotMatch(figure, /NaN|undefined|Infinity/);
    if (figure.includes('Processor for one message')) continue;
    assert.ok((figure.match(/class="t e"/g) ?? []).length >= 2, 'ticks of the y axis');
    assert.ok((figure.match(/class="t m"/g) ?? []).length >= 4, 'ticks of the x axis and both titles');
    assert.match(figure, /<ul class="legend"><li>/);
    assert.match(figure, /<details><summary>The numbers/);
  }
  const overTime = figures[0]!;
  assert.equal(overTime.match(/<circle/g)?.length, 2 * 5);
  assert.match(textOf(figures[3]!), /workers projector postgres nats generators supervisor/);
  assert.match(textOf(figures[7]!), /projector worker 1 worker 2/);
});

test('the page needs nothing but itself, and follows dark and light', () => {
  const html = renderHtml(recorded);
  assert.doesNotMatch(html, /<script|<link|<img|src=|url\(|@import|https?:\/\//);
  assert.match(html, /prefers-color-scheme:dark/);
  assert.match(html, /name="viewport"/);
});

test('what makes the numbers doubtful is marked where they stand', () => {
  assert.match(renderHtml(recorded), /<div class="unsure"><b>53%<\/b><span>of the machine went to others/);
  const usage = { ...(recorded['usage'] as object), othersSeconds: 0.1, busySeconds: 2 };
  assert.doesNotMatch(renderHtml({ ...recorded, usage }), /<div class="unsure">/);
});

test('a field that nobody knows is shown, however deep it is', () => {
  const html = renderHtml({
    ...recorded,
    surprise: { inner: { waitMs: 12.5 }, list: ['a', 'b'] },
    phases: [
      { name: 'calm', seconds: 2 },
      { name: 'storm', seconds: 3, detail: { deep: true } },
    ],
    long: Array.from({ length: 70 }, (_, at) => at),
    alone: null,
  });
  const rest = textOf(sectionOf(html, 'Everything else in the result'));
  for (const words of [
    'inner, wait 12.5 ms',
    'a, b',
    'storm 3 s',
    '"deep":true',
    'and 20 more in the file',
    'alone none',
  ]) {
    assert.ok(rest.includes(words.replaceAll('"', '&quot;')), `${words} is missing in ${rest}`);
  }
  assert.ok(rest.includes('refused for good none'));
});

test('every number of a recorded result is somewhere on the page', () => {
  const text = textOf(renderHtml(recorded));
  const { check, wire, counters } = recorded as Record<string, Record<string, number>>;
  for (const [where, values] of Object.entries({ check, wire, counters })) {
    for (const [name, value] of Object.entries(values ?? {})) {
      if (typeof value !== 'number') continue;
      assert.ok(text.includes(writerOf(name)(value)), `${where}.${name} (${value}) is missing`);
    }
  }
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
