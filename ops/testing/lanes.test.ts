// Which test files run beside each other, and which alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInLanes } from './lanes.ts';
import { jobsOf } from './test-files.ts';

const files = [
  'a.test.ts',
  'b.test.tsx',
  'c.test.ts',
  'd.int.test.ts',
  'e.alone.int.test.ts',
  'f.e2e.test.ts',
];

void test('unit tests share two processes, others have one each, and the lonely ones come last', () => {
  assert.deepEqual(jobsOf(files), [
    { files: ['a.test.ts', 'c.test.ts'], alone: false },
    { files: ['b.test.tsx'], alone: false },
    { files: ['f.e2e.test.ts'], alone: false },
    { files: ['d.int.test.ts'], alone: false },
    { files: ['e.alone.int.test.ts'], alone: true },
  ]);
});

void test('as many jobs run at a time as there are lanes, and one that wants to be alone runs alone', async () => {
  const running = new Set<string>();
  const most = new Map<string, number>();
  const results = await runInLanes(jobsOf(files), 2, async ({ files: [file] }) => {
    running.add(file!);
    for (const each of running) most.set(each, Math.max(most.get(each) ?? 0, running.size));
    await new Promise((resolve) => setImmediate(resolve));
    running.delete(file!);
    return [file!];
  });
  assert.deepEqual(
    results.toSorted(),
    jobsOf(files)
      .map(({ files: [file] }) => file!)
      .toSorted(),
  );
  assert.equal(most.get('e.alone.int.test.ts'), 1);
  assert.equal(Math.max(...most.values()), 2);
});
