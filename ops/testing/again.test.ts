// Which failures are tried again, with a host that takes what the test says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAgain, shareThatExcuses } from './again.ts';

interface Machine {
  /** Files that fail in each run. */
  readonly failing: readonly (readonly string[])[];
  /** Share that the host took during each run. */
  readonly shares: readonly number[];
}

async function runOn({ failing, shares }: Machine, files: readonly string[]) {
  const runs: (readonly string[])[] = [];
  const said: string[] = [];
  let waits = 0;
  const results = await runAgain(files, {
    run: (some) => {
      const bad = failing[runs.length]!;
      const at = { startedMs: runs.length, endedMs: runs.length };
      runs.push(some);
      return Promise.resolve(some.map((file) => ({ ...at, file, ok: !bad.includes(file) })));
    },
    worstShare: (from) => shares[from]!,
    quiet: () => Promise.resolve(void waits++),
    say: (line) => void said.push(line),
  });
  return { runs, said, waits, failed: results.filter(({ ok }) => !ok).map(({ file }) => file), results };
}

void test('what failed on a machine that ran is not run again', async () => {
  const { runs, failed, said } = await runOn({ failing: [['b']], shares: [shareThatExcuses - 0.01] }, [
    'a',
    'b',
  ]);
  assert.deepEqual([runs.length, failed, said], [1, ['b'], []]);
});

void test('what failed while the host kept the processor is run again, alone, once it is there, and counted once', async () => {
  const { runs, failed, said, waits, results } = await runOn({ failing: [['b'], []], shares: [0.93, 0] }, [
    'a',
    'b',
  ]);
  assert.deepEqual(runs, [['a', 'b'], ['b']]);
  assert.deepEqual([failed, waits, results.length], [[], 1, 2]);
  assert.match(said.join('\n'), /93 %.*Again: b$/);
});

void test('what fails again on a machine that runs has failed', async () => {
  const { runs, failed } = await runOn({ failing: [['a'], ['a']], shares: [1, 0] }, ['a']);
  assert.deepEqual([runs.length, failed], [2, ['a']]);
});

void test('a host that never gives the processor ends it after three runs', async () => {
  const { runs, failed } = await runOn({ failing: [['a'], ['a'], ['a'], []], shares: [1, 1, 1, 1] }, ['a']);
  assert.deepEqual([runs.length, failed], [3, ['a']]);
});
