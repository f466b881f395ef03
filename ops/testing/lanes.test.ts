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
  'g.e2e.test.ts',
  'ops/faults/h.int.test.ts',
  'ops/faults/i.int.test.ts',
];

void test('unit tests share two processes, others have one each, and the lonely ones come last', () => {
  assert.deepEqual(jobsOf(files), [
    { files: ['a.test.ts', 'c.test.ts'], kind: 'unit', alone: false },
    { files: ['b.test.tsx'], kind: 'unit', alone: false },
    { files: ['d.int.test.ts'], kind: 'other', alone: false },
    { files: ['f.e2e.test.ts'], kind: 'journey', alone: false },
    { files: ['g.e2e.test.ts'], kind: 'journey', alone: false },
    { files: ['ops/faults/h.int.test.ts'], kind: 'fault', alone: false },
    { files: ['ops/faults/i.int.test.ts'], kind: 'fault', alone: false },
    { files: ['e.alone.int.test.ts'], kind: 'other', alone: true },
  ]);
});

void test('a lane takes the kind that the fewest others run, the longest first', async () => {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const ran = runInLanes(jobsOf(files), 2, async ({ files: [file] }) => {
    started.push(file!);
    await new Promise<void>((end) => ends.set(file!, end));
    return [file!];
  });
  const endOf = async (file: string) => {
    ends.get(file)!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  assert.deepEqual(started, ['ops/faults/h.int.test.ts', 'f.e2e.test.ts']);
  await endOf('f.e2e.test.ts');
  await endOf('ops/faults/h.int.test.ts');
  assert.deepEqual(started.slice(2), ['g.e2e.test.ts', 'ops/faults/i.int.test.ts']);
  await endOf('g.e2e.test.ts');
  for (const file of ['a.test.ts', 'b.test.tsx', 'd.int.test.ts']) await endOf(file);
  assert.deepEqual(started.slice(4), ['a.test.ts', 'b.test.tsx', 'd.int.test.ts']);
  await endOf('ops/faults/i.int.test.ts');
  assert.equal(started.at(-1), 'e.alone.int.test.ts');
  await endOf('e.alone.int.test.ts');
  assert.equal((await ran).length, jobsOf(files).length);
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
