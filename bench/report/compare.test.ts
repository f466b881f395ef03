// A comparison that calls an accident a success is worse than none.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { compareNumbers, compareSettings, directionOf, type Side } from './compare-numbers.ts';
import { compare, renderComparisonHtml, renderComparisonText } from './compare.ts';
import { readResult } from './files.ts';
import type { AnyResult } from './found.ts';

const real = readResult(path.join(import.meta.dirname, 'testing', 'chat.json'));
/** The recorded run had half of a busy machine; here it has all of it. */
const recorded: AnyResult = { ...real, usage: { ...(real['usage'] as object), othersSeconds: 0.1 } };
const one = (value: number): Side => ({ median: value, min: value, max: value, runs: 1 });
const several = (min: number, median: number, max: number): Side => ({ min, median, max, runs: 3 });

test('lower is better for times and costs, higher for rates, and neither for what was done', () => {
  assert.equal(directionOf('delivery.p50Ms', one(10), one(5)), 'better');
  assert.equal(directionOf('cpuMsPerMessage.workers', one(1), one(2)), 'worse');
  assert.equal(directionOf('usage.groups.nats.peakMemoryBytes', one(100), one(200)), 'worse');
  assert.equal(directionOf('deliveredPerSecond', one(500), one(400)), 'worse');
  assert.equal(directionOf('wire.framesSent.send', one(5), one(50)), 'different');
  assert.equal(directionOf('check.live.lost', one(0), one(1)), 'worse');
});

test('what differs by little, or within what several runs differ by anyway, is noise', () => {
  assert.equal(directionOf('delivery.p50Ms', one(10), one(10.9)), 'noise');
  assert.equal(directionOf('delivery.p50Ms', one(10), one(11.5)), 'worse');
  assert.equal(directionOf('delivery.p50Ms', several(9, 10, 12), several(11, 13, 14)), 'noise');
  assert.equal(directionOf('delivery.p50Ms', several(9, 10, 10.5), several(11, 13, 14)), 'worse');
  assert.equal(directionOf('delivery.p50Ms', several(10, 10, 10), several(10.1, 10.1, 10.1)), 'noise');
  assert.equal(directionOf('counters.skein_effects_sent_total', one(1), one(8)), 'noise');
  assert.equal(directionOf('counters.skein_effects_sent_total', one(100), one(800)), 'different');
});

test('one message lost in one of several runs is never noise', () => {
  assert.equal(directionOf('check.live.lost', several(0, 0, 0), several(0, 0, 1)), 'worse');
});

test('a percentile of a few messages is not judged, nor is a maximum', () => {
  const run = (count: number, ms: number): AnyResult => ({
    scenario: 'chat',
    delivery: { count, p50Ms: ms, p99Ms: ms, p999Ms: ms, maxMs: ms },
  });
  const judged = (count: number) =>
    Object.fromEntries(
      compareNumbers([run(count, 10)], [run(count, 20)]).map(({ path: name, direction }) => [
        name.replace('delivery.', ''),
        direction,
      ]),
    );
  assert.deepEqual(judged(1_000), {
    count: 'same',
    p50Ms: 'worse',
    p99Ms: 'worse',
    p999Ms: 'noise',
    maxMs: 'noise',
  });
  assert.equal(judged(999)['p99Ms'], 'noise');
});

test('a single run that had half of its machine proves nothing; several may, and a lost message does', () => {
  const slower = { ...real, connectSeconds: 100, check: { live: { lost: 1 } } };
  const faster = { ...real, connectSeconds: 1, check: { live: { lost: 0 } } };
  const judged = (before: AnyResult[], after: AnyResult[], name: string) =>
    compareNumbers(before, after).find((each) => each.path === name)?.direction;
  assert.equal(judged([faster], [slower], 'connectSeconds'), 'noise');
  assert.equal(judged([faster], [slower], 'check.live.lost'), 'worse');
  assert.equal(judged([faster, faster], [slower, slower], 'connectSeconds'), 'worse');
  const text = renderComparisonText(
    compare([{ file: 'a.json', result: faster }], [{ file: 'b.json', result: slower }]),
  );
  assert.match(text, /a\.json +53% of the machine to others/);
});

test('medians of several runs count, and their spread is told', () => {
  const run = (ms: number): AnyResult => ({ ...recorded, connectSeconds: ms });
  const found = compareNumbers([run(1), run(9), run(2)], [run(20), run(40), run(30), run(50)]);
  const { before, after, ratio, direction } = found.find(({ path: name }) => name === 'connectSeconds')!;
  assert.deepEqual(before, { median: 2, min: 1, max: 9, runs: 3 });
  assert.deepEqual(after, { median: 35, min: 20, max: 50, runs: 4 });
  assert.deepEqual([ratio, direction], [17.5, 'worse']);
});

test('groups go by their names, wherever they stand in the list', () => {
  const run = (...names: string[]): AnyResult => ({
    scenario: 'chat',
    usage: { groups: names.map((group) => ({ group, cpuSeconds: group.length })) },
  });
  const found = compareNumbers([run('nats', 'workers')], [run('redis', 'workers', 'nats')]);
  assert.deepEqual(
    found.map(({ path: name, direction }) => [name, direction]),
    [
      ['usage.groups.nats.cpuSeconds', 'same'],
      ['usage.groups.workers.cpuSeconds', 'same'],
    ],
  );
});

test('settings that differ come first, also those that differ within a side', () => {
  const options = (rate: number) => ({
    ...recorded,
    options: { ...(recorded['options'] as object), rate, json: `${rate}` },
  });
  assert.deepEqual(compareSettings([recorded], [options(80)]), [
    { path: 'options.rate', before: '50', after: '80' },
  ]);
  assert.deepEqual(compareSettings([recorded], [recorded]), []);
  const mixed = [recorded, options(80)];
  assert.equal(compareSettings(mixed, mixed).length, 1);
  const named = (result: AnyResult) => [{ file: 'x.json', result }];
  const text = renderComparisonText(compare(named(recorded), named(options(80))));
  assert.ok(
    text.indexOf('SETTINGS DIFFER') > 0 && text.indexOf('SETTINGS DIFFER') < text.indexOf('are the same'),
  );
});

test('text and page say what changed, by what rule, and what could not be compared', () => {
  const delivery = { ...(recorded['delivery'] as object), p50Ms: 500 };
  const after: AnyResult = {
    ...recorded,
    delivery,
    extra: { newNumber: 7 },
    verdict: { sound: false, sentences: [] },
    host: { valid: false, parts: [{ seconds: 9, takenSeconds: 2 }] },
  };
  const compared = compare([{ file: 'a.json', result: recorded }], [{ file: 'b.json', result: after }]);
  const text = renderComparisonText(compared);
  assert.match(text, /Worse\n.*before +after +ratio\n +delivery\.p50Ms +[\d.]+ ms +500 ms +×/);
  assert.match(text, /after +NOT SOUND, INVALID/);
  assert.doesNotMatch(text, /takenSeconds/);
  assert.match(text, /Not in all files: extra\.newNumber/);
  assert.match(text, /Noise: single runs that differ by less than 10%/);
  const html = renderComparisonHtml(compared);
  for (const words of [
    'delivery.p50Ms',
    'NOT SOUND',
    'extra.newNumber',
    '<h2>Worse</h2>',
    'settings are the same',
  ])
    assert.ok(html.includes(words), `${words} is missing`);
});
