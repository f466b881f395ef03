// When a server counts as back, and what makes a run unsound.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunContext } from '../idle/run-rows.ts';
import { Latency } from '../latency.ts';
import type { FloodResults, FloodSecond } from './generator.ts';
import type { OverloadOptions } from './options.ts';
import { overloadResult } from './report.ts';

const options = { calm: 4, seconds: 2, conversations: 1 } as OverloadOptions;

function second(ms: number, more: Partial<FloodSecond> = {}): FloodSecond {
  const latency = new Latency();
  latency.record(ms * 1_000);
  return { due: 1, heldBack: 0, pages: 1, refusals: {}, latency: latency.encode(), ...more };
}

const calm = [second(10), second(20), second(10), second(10)];
const flooded = [second(800, { refusals: { overloaded: 7 } }), second(900, { heldBack: 3 })];

function resultOf(after: readonly FloodSecond[], more: Partial<FloodResults> = {}, during = flooded) {
  const seconds = [...calm, ...during, ...after];
  const counts = { asked: 10, answered: 10, withoutWait: 0, closed: 0, faults: 0, examples: [] };
  const generators = [{ seconds, ...counts, ...more }];
  const measured = { capacity: 1, calmRate: 1, overloadRate: 5, generators, usage: null };
  return overloadResult({} as RunContext, options, measured);
}

test('it is back when nothing is refused, held back or late for three seconds', () => {
  const ill = [second(10, { refusals: { overloaded: 1 } }), second(10, { heldBack: 1 }), second(501)];
  assert.equal(resultOf(calm).recoveredWithinSeconds, 0);
  for (const each of ill) {
    assert.equal(resultOf([each, ...calm]).recoveredWithinSeconds, 1);
    assert.equal(resultOf([second(10), second(10), each, second(10)]).recoveredWithinSeconds, null);
  }
  assert.equal(resultOf(calm).verdict.sound, true);
  assert.match(resultOf([ill[0]!]).verdict.sentences.join(), /not back by the end/);
});

test('on a machine that is slow before the overload it need not be faster after it', () => {
  const slow = [second(450), second(450), second(450), second(450)];
  const generators = [{ seconds: [...slow, ...flooded, second(880), second(880), second(880), second(880)] }];
  const counts = { asked: 1, answered: 1, withoutWait: 0, closed: 0, faults: 0, examples: [] };
  const measured = { capacity: 1, calmRate: 1, overloadRate: 5, usage: null };
  const all = { ...measured, generators: generators.map((each) => ({ ...each, ...counts })) };
  assert.equal(overloadResult({} as RunContext, options, all).recoveredWithinSeconds, 0);
});

test('what was not answered, not whole, refused without a time, or no overload, is unsound', () => {
  const bad: [Partial<FloodResults>, RegExp][] = [
    [{ answered: 9 }, /1 requests were never answered/],
    [{ faults: 2, examples: ['a page'] }, /2 pages were not what was asked for/],
    [{ withoutWait: 4 }, /4 refusals did not say/],
  ];
  for (const [more, sentence] of bad) {
    const { verdict } = resultOf(calm, more);
    assert.equal(verdict.sound, false);
    assert.match(verdict.sentences.join(), sentence);
  }
  const { verdict } = resultOf(calm, {}, [second(10), second(10, { refusals: { unavailable: 1 } })]);
  assert.match(verdict.sentences.join(), /this was no overload/);
});
