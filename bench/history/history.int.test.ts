// The history scenario, small: its own server, every page of every walk checked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBench } from '../peers/testing/bench-run.ts';
import type { HistoryResult } from './report.ts';

test('[DM-3] conversations are read page by page at the rate, and every page is whole', async () => {
  const size = [
    '--conversations',
    '6',
    '--messages',
    '150',
    '--rate',
    '40',
    '--seconds',
    '2',
    '--warmup',
    '0.5',
  ];
  const { code, stdout, stderr, result, leftovers } = await runBench('history', ...size);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  const { asked, answered, latency, faults, eventsPerPage } = result as HistoryResult;
  assert.deepEqual([asked, answered, latency.count, faults], [100, 100, 80, 0]);
  assert.ok(eventsPerPage > 60 && eventsPerPage <= 100, String(eventsPerPage));
  assert.match(stdout, /OK: all 100 pages held every event/);
  assert.deepEqual(leftovers, []);
});

test('[ACC-6] a rate that the limits forbid is refused with what to change', async () => {
  const { code, stderr } = await runBench('history', '--conversations', '2', '--rate', '1000');
  assert.equal(code, 2);
  assert.match(stderr, /Use at least --conversations 5/);
});
