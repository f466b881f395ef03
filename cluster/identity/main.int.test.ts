// The process as its supervisor sees it: ready when it listens, gone when it is told to, and a sentence when it cannot.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { acquireServices } from '../../ops/testing/services.ts';
import type { TestServices } from '../../ops/testing/services.ts';
import { migrate } from '../../storage/postgres/migrate.ts';
import { testKeysSecret } from './testing/running-identity.ts';

let services: TestServices;

before(async () => {
  services = await acquireServices();
  await migrate(services.databaseUrl);
});

after(async () => {
  await services?.stop();
});

function start(settings: Record<string, string>): { child: ChildProcess; output: () => string } {
  const main = path.join(import.meta.dirname, 'main.ts');
  const env = {
    DATABASE_URL: services.databaseUrl,
    SKEIN_PUBLIC_URL: 'http://chat.example.org',
    SKEIN_KEYS_SECRET: testKeysSecret,
    ...settings,
  };
  const child = fork(main, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  return { child, output: () => text };
}

void test('[ACC-1] it reports ready, shrugs off an interrupt and stops on SIGTERM', async () => {
  const { child, output } = start({});
  const [message] = await once(child, 'message');
  assert.deepEqual(message, { type: 'ready' });
  child.kill('SIGINT');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0, output());
});

void test('[ACC-1] it stops when its supervisor is gone', async () => {
  const { child, output } = start({});
  await once(child, 'message');
  child.disconnect();
  const [code] = await once(child, 'exit');
  assert.equal(code, 0, output());
});

void test('[ACC-1] a wrong setting ends the start with the reason, and no secret', async () => {
  const { child, output } = start({
    SKEIN_PUBLIC_URL: 'chat.example.org/path',
    DATABASE_URL: 'postgres://u:hush@h/d',
  });
  const [code] = await once(child, 'exit');
  assert.equal(code, 1);
  assert.match(output(), /SKEIN_PUBLIC_URL must be an http\(s\) origin/);
  assert.doesNotMatch(output(), /hush/);
});
