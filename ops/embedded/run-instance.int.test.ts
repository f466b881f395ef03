// `npm start` as a person meets it, with a stub in place of the cluster: it starts, mends what dies, and stops clean.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { outsideOf, removeStateFolder } from './outside-data.ts';
import { freePort } from './ports.ts';
import { isAlive, signal } from './process-tree.ts';
import { patienceMs, until } from '../../protocol/waiting.ts';

const main = path.resolve(import.meta.dirname, '..', 'testing', 'stub-start.ts');
// Nobody else may pass: started by root, PostgreSQL's data lies outside.
const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-start-'));
const stateDir = path.join(folder, 'state');
let env: NodeJS.ProcessEnv = {};
let port = 0;

interface Started {
  child: ChildProcess;
  text(): string;
  says(pattern: RegExp): Promise<void>;
}

before(async () => {
  port = await freePort();
  env = {
    ...process.env,
    SKEIN_WEB_DIR: folder,
    SKEIN_LISTEN: `127.0.0.1:${port}`,
    SKEIN_STATE_DIR: stateDir,
  };
  env['SKEIN_POSTGRES_PORT'] = String(await freePort());
  env['SKEIN_NATS_PORT'] = String(await freePort());
  delete env['DATABASE_URL'];
  delete env['NATS_URL'];
});

after(() => removeStateFolder(folder));

function start(extra: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Started {
  const child = spawn(process.execPath, [main, ...args], { env: { ...env, ...extra } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  const says = async (pattern: RegExp): Promise<void> => {
    const said = await until(() => pattern.test(text));
    assert.ok(said, `${String(pattern)} was not said within ${patienceMs} ms, but:\n${text}`);
  };
  return { child, text: () => text, says };
}

async function exitOf({ child }: Started): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

const pidOfPostgres = (): number =>
  Number(readFileSync(path.join(stateDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
const pidOfNats = (): number => Number(readFileSync(path.join(stateDir, 'nats', 'nats.pid'), 'utf8'));
const pidOfSupervisor = async (): Promise<number> =>
  Number(await (await fetch(`http://127.0.0.1:${port}`)).text());

void test('starts everything, brings back what is killed, and leaves nothing behind', async () => {
  const run = start();
  await run.says(/Skein is ready:\s+http:\/\/localhost:\d+/);
  const outside = outsideOf(stateDir);
  assert.equal(outside !== null, process.getuid?.() === 0);
  if (outside !== null) assert.ok(run.text().includes(`its data is in ${outside}`), run.text());
  const second = start();
  assert.equal(await exitOf(second), 1);
  assert.match(second.text(), new RegExp(`already running on .* as process ${run.child.pid}`));

  signal(pidOfPostgres(), 'SIGKILL');
  await run.says(/PostgreSQL: ended unexpectedly \(signal SIGKILL\)[^]*PostgreSQL runs again/);
  signal(pidOfNats(), 'SIGKILL');
  await run.says(/NATS: ended unexpectedly \(signal SIGKILL\)[^]*NATS runs again/);
  signal(await pidOfSupervisor(), 'SIGKILL');
  await run.says(/The supervisor: ended unexpectedly \(signal SIGKILL\)[^]*The supervisor runs again/);

  const servers = [pidOfPostgres(), pidOfNats(), await pidOfSupervisor()];
  assert.ok(servers.every(isAlive));
  run.child.kill('SIGINT');
  assert.equal(await exitOf(run), 0);
  assert.match(run.text(), /Stopped\.\n$/);
  assert.deepEqual(servers.filter(isAlive), []);
  assert.ok(!existsSync(path.join(stateDir, 'lock')));
});

void test('killed outright it takes its servers along, and starts again on the same data', async () => {
  const run = start();
  await run.says(/Skein is ready/);
  const servers = [pidOfPostgres(), pidOfNats(), await pidOfSupervisor()];
  run.child.kill('SIGKILL');
  await exitOf(run);
  assert.ok(await until(() => !servers.some(isAlive)));
  const again = start();
  await again.says(/Skein is ready/);
  again.child.kill('SIGTERM');
  assert.equal(await exitOf(again), 0);
});

void test('a supervisor that cannot start is heard, and the rest is stopped', async () => {
  const run = start({ STUB_FAILURE: 'The signing key is missing: make one.' });
  assert.equal(await exitOf(run), 1);
  assert.match(run.text(), /\nThe signing key is missing: make one\.\n$/);
  assert.ok(!existsSync(path.join(stateDir, 'postgres', 'data', 'postmaster.pid')));
});

void test('a port in use and wrong settings are said before anything is started', async (context) => {
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  context.after(() => new Promise((resolve) => other.close(resolve)));
  const taken = start();
  assert.equal(await exitOf(taken), 1);
  assert.match(taken.text(), new RegExp(`Port ${port} on 127.0.0.1, wanted for Skein.*--port`));
  const wrong = start({}, ['--workers', 'many']);
  assert.equal(await exitOf(wrong), 1);
  assert.match(wrong.text(), /--workers is "many"; it must be a whole number from 1 to 64\./);
  const below = start({ SKEIN_PUBLIC_URL: 'https://chat.example.org/skein' });
  assert.equal(await exitOf(below), 1);
  assert.match(below.text(), /SKEIN_PUBLIC_URL must be an http\(s\) origin.*it does not work below a path/);
});

void test('a folder for uploads that cannot be used is said before anything is started', async () => {
  const blobDir = path.join(folder, 'no-folder');
  writeFileSync(blobDir, '');
  const unusable = start({ SKEIN_BLOB_DIR: blobDir });
  assert.equal(await exitOf(unusable), 1);
  assert.match(unusable.text(), /the folder for uploads cannot be written .* SKEIN_BLOB_DIR\.\n$/);
});
