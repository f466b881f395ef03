// Every load, small, each with its generators: every message and every page checked, nothing left behind. The first one
// starts a server of its own, as a person would; the others share one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { totalOf } from './verify/findings.ts';
import type { HistoryResult } from './history/report.ts';
import { endpointNames } from './http/endpoints.ts';
import type { HttpResult } from './http/report.ts';
import type { LoadResult } from './report/result.ts';
import { runBench, type BenchRun } from './testing/bench-run.ts';
import { startSharedServer, type SharedServer } from './testing/shared-server.ts';

const seconds = 2;
const warmup = 0.5;
const times = ['--seconds', String(seconds), '--warmup', String(warmup)];
/** With the warm-up, in whose first half the rate rises. */
const sentAt = (rate: number) => Math.round(rate * (seconds + warmup - warmup / 4));

let shared: SharedServer;
before(async () => {
  shared = await startSharedServer();
});
after(() => shared[Symbol.asyncDispose]());

/** Runs a load; fails unless all was sound and nothing is left behind. */
async function sound(...args: string[]): Promise<BenchRun> {
  const run = await runBench(...args);
  assert.equal(run.code, 0, `${run.stdout}\n${run.stderr}`);
  assert.deepEqual(run.leftovers, []);
  return run;
}

/** Two seconds of a load of messages. */
async function soundChat(name: string, ...args: string[]): Promise<LoadResult> {
  const { result: json, stdout } = await sound(name, ...times, ...args);
  const result = json as LoadResult;
  assert.equal(result.scenario, name);
  assert.equal(totalOf(result.check.live) + totalOf(result.check.history), 0);
  assert.match(stdout, new RegExp(`OK: all ${result.accepted} acknowledged messages were delivered`));
  const samples = result.timeline.samples.map(({ atS, accepted }) => ({ atS, accepted }));
  assert.deepEqual(
    samples.map(({ atS }) => atS),
    [0, 1],
  );
  assert.ok(samples.every(({ accepted }) => accepted > 0));
  assert.ok(result.projectedWithinSeconds !== null && result.projectedWithinSeconds < 30);
  const parts = result.usage?.groups.map(({ group }) => group) ?? [];
  for (const part of ['workers', 'projector', 'postgres', 'nats', 'generators'] as const) {
    assert.ok(result.usage === null || parts.includes(part), part);
  }
  return result;
}

test('[NUM-2] [DM-2] chat: every message once, in order, and in the history', async () => {
  const result = await soundChat('chat', '--connections', '20', '--rate', '20');
  assert.equal(result.accepted, sentAt(20));
  assert.deepEqual([result.delivery.count, result.acknowledgement.count], [40, 40]);
  const { conversations, views, historiesRead, shown } = result.check;
  assert.deepEqual([conversations, views, historiesRead, shown], [10, 20, 10, 2 * sentAt(20)]);
  assert.equal(result.repeatedOnTheWire, 0);
  assert.equal(result.wire.framesSent.send, sentAt(20));
});

test('[NUM-2] groups, with lean clients: every member sees every message', async () => {
  const load = ['--connections', '30', '--rate', '20', '--clients', 'wire'];
  const result = await soundChat('groups', ...load, ...shared.options);
  assert.deepEqual([result.accepted, result.check.views], [sentAt(20), 60]);
  assert.ok(result.check.shown >= sentAt(20) * 3 && result.check.views >= result.conversations * 3);
  assert.equal(result.repeatedOnTheWire, 0);
});

test('[NUM-2] hot-room as fast as it goes: every member sees every message', async () => {
  const result = await soundChat('hot-room', '--members', '12', '--window', '4', ...shared.options);
  assert.equal(result.check.shown, result.accepted * 12);
  assert.ok(result.accepted > 20, String(result.accepted));
  const { accepted, delivered } = result.timeline.samples[1]!;
  assert.ok(delivered > accepted * 8, `${delivered} deliveries of ${accepted} messages`);
});

test('[REA-1] reactions: every acknowledged one is seen by all and counted in the end', async () => {
  const load = ['--connections', '20', '--rate', '10', '--reactions', '40'];
  const result = await soundChat('reactions', ...load, ...shared.options);
  assert.ok(result.check.reactions > 60, String(result.check.reactions));
  assert.equal(result.check.reactions, result.reactions?.made);
  assert.ok(result.reactions!.delivery.count > 0 && result.reactions!.acknowledgement.count > 0);
  assert.equal(result.check.historiesRead, result.conversations);
});

test('[NUM-2] soak: tells how memory goes on', async () => {
  const load = ['--connections', '10', '--rate', '10'];
  const { memory, usage } = await soundChat('soak', ...load, ...shared.options);
  assert.ok(usage === null || memory!.some(({ group, lastBytes }) => group === 'workers' && lastBytes > 0));
});

for (const clients of ['sdk', 'wire']) {
  test(`[NUM-2] [OFF-4] reconnect-storm (${clients}): everyone comes back, and nothing is lost`, async () => {
    const load = ['--connections', '20', '--rate', '40', '--cut-after', '1', '--clients', clients];
    const result = await soundChat('reconnect-storm', ...load, ...shared.options);
    assert.deepEqual([result.comingBack?.took.count, result.comingBack?.away], [20, 0]);
    assert.equal(result.accepted, sentAt(40));
    assert.equal(result.wire.closes['cut'], 20);
    assert.equal(result.options.clients, clients);
  });
}

test('[DM-3] history: conversations are read page by page at the rate, and every page is whole', async () => {
  const load = ['--conversations', '6', '--messages', '150', '--rate', '40'];
  const { result, stdout } = await sound('history', ...load, ...times, ...shared.options);
  const { asked, answered, latency, faults, eventsPerPage } = result as HistoryResult;
  assert.deepEqual([asked, answered, latency.count, faults], [100, 100, 80, 0]);
  assert.ok(eventsPerPage > 60 && eventsPerPage <= 100, String(eventsPerPage));
  assert.match(stdout, /OK: all 100 pages held every event/);
});

test('[ACC-2] http: every endpoint is asked with the tokens of many people and answers', async () => {
  const load = ['--connections', '4', '--people', '8', '--messages', '20', '--seconds', '1', '--warmup', '0'];
  const { result } = await sound('http', ...load, ...shared.options);
  const { endpoints } = result as HttpResult;
  assert.deepEqual(
    endpoints.map(({ endpoint }) => endpoint),
    endpointNames,
  );
  for (const { path, answered, latency, unexpected, errors } of endpoints) {
    assert.ok(answered > 10, path);
    assert.deepEqual([latency.count, unexpected, errors], [answered, {}, 0], path);
  }
});

test('[ACC-6] http: requests beyond the limits are counted apart, and fail nothing', async () => {
  // Small pages from memory, so that a slow machine comes beyond the limits of both workers too.
  const people = ['--connections', '50', '--people', '2', '--messages', '1'];
  const load = [...people, '--seconds', '6', '--warmup', '0'];
  const { result, stdout } = await sound('http', ...load, '--endpoints', 'events', ...shared.options);
  const [events] = (result as HttpResult).endpoints;
  assert.ok(events!.answered > 0 && events!.refused > 0, stdout);
  assert.match(stdout, /use more --people, or less load/);
});

test('[ACC-6] overload: readers who would be stopped by their own limits are refused with what to change', async () => {
  const size = ['--conversations', '2', '--messages', '20', '--times', '1000'];
  const { code, stdout, stderr } = await runBench('overload', ...size, ...shared.options);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /Use at least --conversations \d+/);
});
