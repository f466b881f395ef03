import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CliError } from '../errors.ts';
import { madeUpCluster } from '../testing/made-up-cluster.ts';
import { describeShards, hostOrPlace, shardsNamed, workerNamed } from './names.ts';

test('[OPS-2] shards are read one by one and as ranges', () => {
  assert.deepEqual(shardsNamed(['7']), [7]);
  assert.deepEqual(shardsNamed(['9,7', '0-2', '7']), [0, 1, 2, 7, 9]);
  for (const wrong of ['', 'x', '1024', '5-3', '-1', '1-2-3', '1.5'])
    assert.throws(() => shardsNamed([wrong]), { name: 'CliError', exitCode: 2 }, wrong);
});

test('[OPS-2] shards are named as ranges, and not endlessly', () => {
  assert.equal(describeShards([0, 1, 2, 7]), '0-2, 7');
  assert.equal(describeShards([0, 2, 4, 6], 2), '0, 2, …');
});

test('[OPS-2] a wrong name is answered with those that there are', () => {
  const cluster = madeUpCluster();
  assert.deepEqual(hostOrPlace(cluster, 'two'), { name: 'two', kind: 'host' });
  assert.deepEqual(hostOrPlace(cluster, 'two/2'), { name: 'two/2', kind: 'place' });
  assert.equal(workerNamed(cluster, 'w-one-2').place, 'one/2');
  assert.throws(
    () => hostOrPlace(cluster, 'three'),
    (error: CliError) =>
      error.exitCode === 2 && /hosts are: one, two; the places: one\/1,/.test(error.message),
  );
  assert.throws(() => workerNamed(cluster, 'w-gone'), /one\/1 \(w-one-1\)/);
});
