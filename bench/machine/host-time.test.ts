import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostTimeOf, measuredWith } from './host-time.ts';
import type { StolenInterval } from './stolen-time.ts';

/** A second each, one after the other, with the share that was taken. */
function seconds(...shares: readonly number[]): StolenInterval[] {
  return shares.map((share, at) => ({ fromMs: at * 1_000, untilMs: (at + 1) * 1_000, share }));
}

const quiet = Array.from({ length: 9 }, () => 0);

test('a run in which the host took nothing worth telling is valid', () => {
  assert.deepEqual(hostTimeOf(seconds(...quiet, 0.05), []), {
    valid: true,
    parts: [{ name: '', seconds: 10, takenSeconds: 0, valid: true }],
    taken: [],
    sentences: ['In 0 of 10 s the host took more than 5% of the machine.'],
  });
});

test('a tenth of the seconds may be taken, and more makes the run invalid', () => {
  const once = hostTimeOf(seconds(0.051, ...quiet), []);
  assert.deepEqual([once.valid, once.taken], [true, [{ part: '', atS: 0, share: 0.051 }]]);
  const twice = hostTimeOf(seconds(0.4, ...quiet, 0.2), []);
  assert.equal(twice.valid, false);
  assert.deepEqual(twice.sentences, [
    'In 2 of 11 s the host took more than 5% of the machine: INVALID, more than a tenth; measure again.',
  ]);
});

test('each part is judged by its own seconds, and what lies outside by none', () => {
  const readings = seconds(1, 0, 0, 1, 0, 0);
  const parts = [
    ...measuredWith({ fromUs: 900_000, seconds: 2 }, 'first'),
    ...measuredWith({ fromUs: 2_900_000, seconds: 2 }, 'second'),
  ];
  const { valid, parts: judged, taken, sentences } = hostTimeOf(readings, parts);
  assert.equal(valid, false);
  assert.deepEqual(judged, [
    { name: 'first', seconds: 2, takenSeconds: 0, valid: true },
    { name: 'second', seconds: 2, takenSeconds: 1, valid: false },
  ]);
  assert.deepEqual(taken, [{ part: 'second', atS: 0.1, share: 1 }]);
  assert.match(sentences.join(), /^second: in 1 of 2 s .* INVALID/);
});

test('a reading that came late stands for all of its seconds', () => {
  const late = [...seconds(0, 0), { fromMs: 2_000, untilMs: 5_000, share: 0.9 }];
  assert.deepEqual(hostTimeOf(late, []).parts, [{ name: '', seconds: 5, takenSeconds: 3, valid: false }]);
});
