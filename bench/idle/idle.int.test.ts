// The idle scenario, small: what a connection costs cannot be told from forty, but that all of it is measured can.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasProcesses } from '../machine/processes.ts';
import { runBench } from '../testing/bench-run.ts';
import type { IdleResult } from './report.ts';

test(
  '[NUM-1] [NUM-3] idle connections are opened in steps and the memory of every part is told',
  { skip: !hasProcesses() },
  async () => {
    const size = [
      '--connections',
      '40',
      '--settle',
      '0',
      '--collections',
      '1',
      '--max-kb',
      '100000',
      '--messages',
      '2',
    ];
    const { code, stdout, stderr, result, leftovers } = await runBench('idle', ...size);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const { steps, talked, closed, connectionsPerSecond, heapBytesPerConversation } = result as IdleResult;
    assert.deepEqual(
      steps.map(({ connections }) => connections),
      [0, 10, 20, 40],
    );
    assert.equal(closed, 0);
    assert.equal(talked!.conversations, 20);
    assert.ok(talked!.compacted.workers.used > 2 ** 20);
    assert.equal(typeof heapBytesPerConversation, 'number');
    assert.match(stdout, /For each conversation that is in memory/);
    assert.ok(connectionsPerSecond > 0);
    for (const { settled, compacted } of steps) {
      for (const group of ['workers', 'projector', 'postgres', 'nats', 'supervisor'] as const) {
        assert.ok(compacted.groups[group]! > 2 ** 20, group);
      }
      assert.ok(compacted.workers.used > 2 ** 20 && compacted.workers.used < settled.workers.used * 1.1);
    }
    assert.match(stdout, /KB for each idle connection, all server processes together/);
    assert.deepEqual(leftovers, []);
  },
);

test('more connections than the processes can hold are refused before anything starts', async () => {
  const { code, stdout, stderr } = await runBench('idle', '--connections', '50000');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /too many for --workers 2.*Use at least 3/);
});
