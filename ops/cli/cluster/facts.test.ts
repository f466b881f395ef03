import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drained, noIntent, withFailover } from '../../../cluster/fabric/operations/intent.ts';
import { rolesLeftEmpty } from './emptying.ts';
import { lagBytesOf, lagOf, livingMembers, openMembers, outstandingMoves, unservedShards } from './facts.ts';
import { madeUpCluster, madeUpJournal, madeUpMember } from '../testing/made-up-cluster.ts';

const drain = { sinceMs: 0, overMs: 0 };

test('[OPS-2] a member that has not renewed for long, or that was failed over, does not live', () => {
  const cluster = madeUpCluster();
  const [first, second, ...others] = cluster.members;
  const silent = { ...cluster, members: [{ ...first!, silentMs: 10_000 }, second!, ...others] };
  assert.equal(livingMembers(silent).length, 3);
  assert.equal(unservedShards(silent).length, 256);
  const failedOver = { ...cluster, intent: withFailover(noIntent, first!.incarnation) };
  assert.equal(livingMembers(failedOver).length, 3);
});

test('[OPS-2] the moves outstanding are those that the leader will make', () => {
  assert.equal(outstandingMoves(madeUpCluster()).length, 0);
  const intent = drained(noIntent, 'two/1', drain);
  const moves = outstandingMoves(madeUpCluster({ intent }));
  assert.equal(moves.length, 256);
  assert.ok(moves.every(({ from, reason }) => from === 'w-two-1' && reason === 'drain'));
});

test('[OPS-2] a drain of the last with a role is seen before it is made', () => {
  const cluster = madeUpCluster({ intent: drained(noIntent, 'one', drain) });
  assert.deepEqual(
    openMembers(cluster, 'gateway').map(({ place }) => place),
    ['two/1', 'two/2'],
  );
  assert.deepEqual(
    rolesLeftEmpty(cluster, ({ host }) => host === 'two'),
    ['actors', 'gateway'],
  );
  assert.deepEqual(
    rolesLeftEmpty(cluster, ({ place }) => place === 'two/1'),
    [],
  );
  const apart = madeUpCluster({
    members: [madeUpMember('one', 1, { roles: ['gateway'] }), madeUpMember('two', 1), madeUpMember('two', 2)],
  });
  assert.deepEqual(
    rolesLeftEmpty(apart, ({ host }) => host === 'one'),
    [],
  );
  assert.deepEqual(
    rolesLeftEmpty(apart, ({ host }) => host === 'two'),
    ['actors'],
  );
});

test('[OPS-2] lag is what PostgreSQL does not have yet, and unknown without PostgreSQL', () => {
  const journal = madeUpJournal('w', { lastRecord: 30, projected: 25, records: 10, bytes: 1_000 });
  assert.deepEqual([lagOf(journal), lagBytesOf(journal)], [5, 500]);
  assert.equal(lagOf({ ...journal, projected: null }), null);
});
