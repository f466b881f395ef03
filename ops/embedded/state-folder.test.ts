// One instance per state folder, of a layout this version knows, and secrets that stay the same.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { openStateFolder, stateSecret } from './state-folder.ts';

function temporaryDir(context: TestContext): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'skein-state-'));
  context.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

void test('a folder in use names the process that holds it', async (context) => {
  const dir = temporaryDir(context);
  const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(other, 'spawn');
  writeFileSync(path.join(dir, 'lock'), String(other.pid));
  assert.throws(() => openStateFolder(dir), new RegExp(`already running on .* as process ${other.pid}`));
  other.stdin.end();
  await once(other, 'exit');
  openStateFolder(dir).release();
});

void test('a lock left behind by a process that is gone is taken over', (context) => {
  const dir = temporaryDir(context);
  openStateFolder(dir).release();
  writeFileSync(path.join(dir, 'lock'), 'nonsense');
  const folder = openStateFolder(dir);
  assert.match(readFileSync(path.join(dir, 'lock'), 'utf8'), new RegExp(`^${process.pid} `));
  assert.throws(() => openStateFolder(dir), /already running/);
  folder.release();
});

void test('a lock of an earlier process that had the id which we have now is taken over', (context) => {
  const dir = temporaryDir(context);
  writeFileSync(path.join(dir, 'lock'), `${process.pid} 1`);
  openStateFolder(dir).release();
});

void test('a lock that is a folder is said in a sentence, and stays', (context) => {
  const dir = temporaryDir(context);
  mkdirSync(path.join(dir, 'lock', 'kept'), { recursive: true });
  assert.throws(() => openStateFolder(dir), new RegExp(`${dir}/lock is a folder, and should be a file`));
  assert.deepEqual(readdirSync(dir).sort(), ['lock', 'logs']);
  assert.deepEqual(readdirSync(path.join(dir, 'lock')), ['kept']);
});

void test('a folder of another layout or of something else is refused with a sentence', (context) => {
  const dir = temporaryDir(context);
  writeFileSync(path.join(dir, 'holiday.jpg'), '');
  assert.throws(() => openStateFolder(dir), /holds holiday\.jpg but no version file/);
  writeFileSync(path.join(dir, 'version'), '99');
  assert.throws(() => openStateFolder(dir), /written by another version of Skein \(layout "99"/);
  writeFileSync(path.join(dir, 'version'), '1');
  openStateFolder(dir).release();
});

void test('a secret is made once, stays, and is for its owner alone', (context) => {
  const dir = temporaryDir(context);
  const secret = stateSecret(dir, 'trial');
  assert.ok(secret.length >= 32);
  assert.equal(stateSecret(dir, 'trial'), secret);
  assert.equal(statSync(path.join(dir, 'secrets', 'trial')).mode & 0o777, 0o600);
  writeFileSync(path.join(dir, 'secrets', 'trial'), '');
  assert.throws(() => stateSecret(dir, 'trial'), /is empty/);
  writeFileSync(path.join(dir, 'secrets', 'trial'), Buffer.from([0x25, 0xff, 0x00, 0x40, 0x2f, 0x3a]));
  assert.throws(() => stateSecret(dir, 'trial'), /trial is damaged: restore it/);
  mkdirSync(path.join(dir, 'secrets', 'folder'));
  assert.throws(
    () => stateSecret(dir, 'folder'),
    /folder is a folder, and should be a file that holds a secret/,
  );
});
