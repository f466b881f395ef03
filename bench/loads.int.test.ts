// Every load, small: its own server, two generators, every message checked, nothing left behind.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { totalOf } from './chat/findings.ts';
import type { LoadResult } from './report/result.ts';

const program = path.join(import.meta.dirname, 'run.ts');
const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-bench-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, TMPDIR: folder };
    const child = execFile(process.execPath, [program, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const seconds = 2;
const warmup = 0.5;
/** With the warm-up, in whose first half the rate rises. */
const sentAt = (rate: number) => Math.round(rate * (seconds + warmup - warmup / 4));

/** Two seconds of it; fails unless all was sound and nothing is left behind. */
async function sound(name: string, ...args: string[]): Promise<LoadResult> {
  const json = path.join(folder, 'result.json');
  const { code, stdout, stderr } = await bench(
    name,
    ...args,
    '--seconds',
    String(seconds),
    '--warmup',
    String(warmup),
    '--json',
    json,
  );
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.deepEqual(readdirSync(folder), ['result.json']);
  const result = JSON.parse(readFileSync(json, 'utf8')) as LoadResult;
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
  return result;
}

test('[NUM-2] [DM-2] chat: every message once, in order, and in the history', async () => {
  const result = await sound('chat', '--connections', '20', '--rate', '20');
  assert.equal(result.accepted, sentAt(20));
  assert.deepEqual([result.delivery.count, result.acknowledgement.count], [40, 40]);
  const { conversations, views, historiesRead, shown } = result.check;
  assert.deepEqual([conversations, views, historiesRead, shown], [10, 20, 10, 2 * sentAt(20)]);
  assert.equal(result.repeatedOnTheWire, 0);
  assert.equal(result.wire.framesSent.send, sentAt(20));
  const parts = result.usage?.groups.map(({ group }) => group) ?? [];
  for (const part of ['workers', 'projector', 'postgres', 'nats', 'generators'] as const) {
    assert.ok(result.usage === null || parts.includes(part), part);
  }
});

test('[NUM-2] groups, with lean clients: every member sees every message', async () => {
  const result = await sound('groups', '--connections', '30', '--rate', '20', '--clients', 'wire');
  assert.deepEqual([result.accepted, result.check.views], [sentAt(20), 60]);
  assert.ok(result.check.shown >= sentAt(20) * 3 && result.check.views >= result.conversations * 3);
  assert.equal(result.repeatedOnTheWire, 0);
});

test('[NUM-2] hot-room as fast as it goes: every member sees every message', async () => {
  const result = await sound('hot-room', '--members', '12', '--window', '4');
  assert.equal(result.check.shown, result.accepted * 12);
  assert.ok(result.accepted > 20, String(result.accepted));
  const { accepted, delivered } = result.timeline.samples[1]!;
  assert.ok(delivered > accepted * 8, `${delivered} deliveries of ${accepted} messages`);
});

test('[REA-1] reactions: every acknowledged one is seen by all and counted in the end', async () => {
  const result = await sound('reactions', '--connections', '20', '--rate', '10', '--reactions', '40');
  assert.ok(result.check.reactions > 60, String(result.check.reactions));
  assert.equal(result.check.reactions, result.reactions?.made);
  assert.ok(result.reactions!.delivery.count > 0 && result.reactions!.acknowledgement.count > 0);
  assert.equal(result.check.historiesRead, result.conversations);
});

test('[NUM-2] soak: tells how memory goes on', async () => {
  const { memory, usage } = await sound('soak', '--connections', '10', '--rate', '10');
  assert.ok(usage === null || memory!.some(({ group, lastBytes }) => group === 'workers' && lastBytes > 0));
});

for (const clients of ['sdk', 'wire']) {
  test(`[NUM-2] [OFF-4] reconnect-storm (${clients}): everyone comes back, and nothing is lost`, async () => {
    const args = ['--connections', '20', '--rate', '40', '--cut-after', '1', '--clients', clients];
    const result = await sound('reconnect-storm', ...args);
    assert.deepEqual([result.comingBack?.took.count, result.comingBack?.away], [20, 0]);
    assert.equal(result.accepted, sentAt(40));
    assert.equal(result.wire.closes['cut'], 20);
    assert.equal(result.options.clients, clients);
  });
}

test('a run that cannot be carried out says why, and exits with 2', async () => {
  const { code, stdout, stderr } = await bench('chat', '--connections', '2', '--rate', '5000');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /--rate 5000 is more than 2 people may send/);
});
