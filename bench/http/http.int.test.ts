// The HTTP scenario, small: every endpoint answers what it should, and what is refused is told apart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBench } from '../peers/testing/bench-run.ts';
import { endpointNames } from './endpoints.ts';
import type { HttpResult } from './report.ts';

test('[ACC-2] every endpoint is asked with the tokens of many people and answers', async () => {
  const size = ['--connections', '4', '--people', '8', '--messages', '20', '--seconds', '1', '--warmup', '0'];
  const { code, stdout, stderr, result, leftovers } = await runBench('http', ...size);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  const { endpoints } = result as HttpResult;
  assert.deepEqual(
    endpoints.map(({ endpoint }) => endpoint),
    endpointNames,
  );
  for (const { path, answered, latency, unexpected, errors } of endpoints) {
    assert.ok(answered > 10, path);
    assert.deepEqual([latency.count, unexpected, errors], [answered, {}, 0], path);
  }
  assert.deepEqual(leftovers, []);
});

test('[ACC-6] what the limits refuse is counted apart, and fails nothing', async () => {
  // Limits hold for each worker, so one; from memory, so that a slow machine comes beyond them too.
  const load = ['--connections', '50', '--people', '2', '--workers', '1', '--seconds', '10', '--warmup', '0'];
  const { code, stdout, stderr, result } = await runBench('http', ...load, '--endpoints', 'events');
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  const [events] = (result as HttpResult).endpoints;
  assert.ok(events!.answered > 0 && events!.refused > 0, stdout);
  assert.match(stdout, /use more --people, or less load/);
});

test('an endpoint that is not there is refused with those that are', async () => {
  const { code, stderr } = await runBench('http', '--endpoints', 'readyz,elsewhere');
  assert.equal(code, 2);
  assert.match(stderr, /--endpoints names elsewhere; there are readyz, conversations/);
});
