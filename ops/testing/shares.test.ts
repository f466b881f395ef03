// How a run's time is told apart by folders, and the table that says what each may take.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { secondsOf, sharesIn, timeOf } from './shares.ts';
import { findTests } from './test-files.ts';

const root = path.resolve(import.meta.dirname, '../..');
const table = `# Contributing

## The ten minutes

| Folder | Seconds |
| --- | --- |
| \`ops\` | 20 |
| \`ops/faults\` | 300 |

## Something else

| \`web-client\` | 7 |
`;

void test('while two files run each takes half of the time, and alone all of it', () => {
  const spans = [
    { file: 'a', startedMs: 0, endedMs: 30 },
    { file: 'b', startedMs: 10, endedMs: 20 },
    { file: 'c', startedMs: 40, endedMs: 50 },
  ];
  assert.deepEqual(
    [...timeOf(spans)],
    [
      ['a', 25],
      ['b', 5],
      ['c', 10],
    ],
  );
});

void test('a file counts for the longest folder of the table that it is in', () => {
  const shares = sharesIn(table);
  assert.deepEqual(shares, [
    { folder: 'ops', seconds: 20 },
    { folder: 'ops/faults', seconds: 300 },
  ]);
  const times = new Map([
    ['ops/faults/x', 2_000],
    ['ops/cli/y', 3_000],
    ['opsx/z', 1_000],
  ]);
  assert.deepEqual([...secondsOf(shares, times).values()], [3, 2]);
});

void test('every test file is in a folder of the table, and together they take no more than ten minutes', () => {
  const guide = path.join(root, 'CONTRIBUTING.md');
  assert.ok(existsSync(guide));
  const shares = sharesIn(readFileSync(guide, 'utf8'));
  const homeless = findTests(root, []).filter(
    (file) => !shares.some(({ folder }) => file.startsWith(`${folder}/`)),
  );
  assert.deepEqual(homeless, []);
  const total = shares.reduce((sum, { seconds }) => sum + seconds, 0);
  assert.ok(total <= 600, `${total} s`);
});
