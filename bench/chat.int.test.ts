// The whole bench, small: its own server, two generators, every message checked, nothing left behind.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { ChatResult } from './report/result.ts';

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

test('[NUM-2] [DM-2] a small load on a server of its own: every message once, in order, and in the history', async () => {
  const json = path.join(folder, 'result.json');
  const load = ['--connections', '20', '--rate', '20', '--seconds', '2', '--warmup', '0.5'];
  const { code, stdout, stderr } = await bench('chat', ...load, '--json', json);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /OK: all 50 acknowledged messages were delivered once and in order/);
  const result = JSON.parse(readFileSync(json, 'utf8')) as ChatResult;
  assert.equal(result.accepted, 50);
  assert.deepEqual([result.delivery.count, result.acknowledgement.count], [40, 40]);
  assert.deepEqual([result.check.conversations, result.check.historiesRead], [10, 10]);
  assert.equal(result.check.shown, 100);
  assert.equal(result.repeatedOnTheWire, 0);
  assert.equal(result.wire.framesSent.send, 50);
  const parts = result.usage?.groups.map(({ group }) => group) ?? [];
  for (const part of ['workers', 'projector', 'postgres', 'nats', 'generators']) {
    assert.ok(result.usage === null || parts.includes(part as (typeof parts)[number]), part);
  }
  assert.deepEqual(readdirSync(folder), ['result.json']);
});

test('a run that cannot be carried out says why, and exits with 2', async () => {
  const { code, stdout, stderr } = await bench('chat', '--connections', '2', '--rate', '5000');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /--rate 5000 is more than 2 people may send/);
});
