// The overload scenario, small: its own server, more pages than it can read, and every one of them whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBench } from '../peers/testing/bench-run.ts';
import type { OverloadResult } from './report.ts';

test('more is asked than can be done: it says so with a time to wait, and is back soon after (FAULTS 19)', async () => {
  const size = ['--workers', '1', '--conversations', '150', '--messages', '120'];
  const times = ['--times', '8', '--seconds', '6', '--calm', '12'];
  const { code, stdout, stderr, result, leftovers } = await runBench('overload', ...size, ...times);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  const { parts, asked, answered, faults, withoutWait, capacity, recoveredWithinSeconds } =
    result as OverloadResult;
  assert.deepEqual(
    parts.map(({ name, seconds }) => [name, seconds.length]),
    [
      ['before', 12],
      ['overload', 6],
      ['after', 12],
    ],
  );
  assert.ok(Math.abs(parts[1]!.rate - 8 * capacity) < 1);
  assert.deepEqual([answered - asked, faults, withoutWait], [0, 0, 0]);
  assert.ok(parts[1]!.seconds.some(({ refusals }) => refusals['overloaded']! > 0));
  assert.notEqual(recoveredWithinSeconds, null);
  assert.match(stdout, /OK: every request was answered/);
  assert.deepEqual(leftovers, []);
});

test('readers who would be stopped by their own limits are refused with what to change', async () => {
  const few = ['--conversations', '2', '--messages', '20', '--times', '1000'];
  const { code, stderr } = await runBench('overload', ...few);
  assert.equal(code, 2);
  assert.match(stderr, /Use at least --conversations \d+/);
});
