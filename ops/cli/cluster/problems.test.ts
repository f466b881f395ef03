import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drained, noIntent } from '../../../cluster/fabric/operations/intent.ts';
import { madeUpCluster, madeUpJournal } from '../testing/made-up-cluster.ts';
import { problemsOf, type Asked } from './problems.ts';
import type { ClusterSnapshot } from './snapshot.ts';

const nothing: Asked = { silent: [], damagedJournals: 0, lowDisks: [] };
const whats = (cluster: ClusterSnapshot, asked = nothing): string =>
  problemsOf(cluster, asked)
    .map(({ what }) => what)
    .join('\n');

test('[OPS-2] a cluster where everyone is there has no problem', () => {
  assert.equal(whats(madeUpCluster()), '');
});

test('[OPS-2] whoever is missing is named, with what to do', () => {
  const cluster = madeUpCluster();
  const { members, hosts } = cluster;
  assert.match(whats({ ...cluster, leader: null }), /No leader/);
  assert.match(whats({ ...cluster, projectors: [] }), /No projector/);
  assert.match(
    whats({ ...cluster, postgresDown: 'connect ECONNREFUSED' }),
    /PostgreSQL does not answer \(connect/,
  );
  assert.match(whats({ ...cluster, members: members.slice(1) }), /256 shards .* have no living owner/);
  assert.match(whats({ ...cluster, members: members.slice(1) }), /Host one has 1 of its 2 workers/);
  assert.match(whats({ ...cluster, members: [] }), /No worker with the role actors/);
  const gone = { ...cluster, hosts: [hosts[0]!, { ...hosts[1]!, silentMs: 600_000 }] };
  assert.match(problemsOf(gone, nothing)[0]!.fix, /skein forget two/);
});

test('[OPS-2] journals that are left over, and damaged ones, are bad news', () => {
  const cluster = madeUpCluster();
  const left = madeUpJournal('w-gone', { lastRecord: 10, projected: 4 });
  assert.match(
    whats({ ...cluster, journals: [...cluster.journals, left] }),
    /1 journal .* w-gone \(6 records left\)/,
  );
  assert.match(whats(cluster, { ...nothing, damagedJournals: 1 }), /1 journal found damaged/);
  const damage = 'journal w-gone: record 12 was acknowledged and is not there';
  const head = { number: 12, hash: new Uint8Array(16) };
  const unfinished = [{ incarnation: 'w-gone', host: 'two', head, damage }];
  const [lost] = problemsOf({ ...cluster, unfinished }, { ...nothing, damagedJournals: 1 });
  assert.match(lost!.what, /host two: .*record 12 was acknowledged and is not there/);
  assert.match(lost!.fix, /skein journal repair w-gone/);
  assert.equal(whats({ ...cluster, unfinished: [{ ...unfinished[0]!, damage: null }] }), '');
  assert.match(whats(cluster, { ...nothing, silent: ['Worker one/1'] }), /Worker one\/1 does not answer/);
});

test('[OPS-2] a disk is bad news before it is full (FAULTS 36)', () => {
  const disk = { host: 'two', freeBytes: 3 * 1024 ** 2, full: false };
  const said = (full: boolean) => whats(madeUpCluster(), { ...nothing, lowDisks: [{ ...disk, full }] });
  assert.match(said(false), /host two is nearly full: 3\.0 MiB free$/);
  assert.match(said(true), /host two is full: 3\.0 MiB free; what people write is refused/);
});

test('[OPS-2] a drain is no problem unless nobody is left', () => {
  const drain = { sinceMs: 0, overMs: 0 };
  const intent = drained(noIntent, 'one', drain);
  assert.equal(whats(madeUpCluster({ intent })), '');
  assert.match(whats(madeUpCluster({ intent: drained(intent, 'two', drain) })), /No worker takes sockets/);
});
