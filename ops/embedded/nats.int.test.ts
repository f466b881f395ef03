// The embedded NATS: acknowledged appends survive stops and crashes, and what cannot work says so in one sentence.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { natsOptions } from '../../cluster/fabric/nats.ts';
import { opensToTests, unlimitedAccess } from '../testing/services.ts';
import { findNatsServer } from './nats-binary.ts';
import { startNats, type RunningNats } from './nats.ts';
import { freePort } from './ports.ts';
import { isAlive } from './process-tree.ts';

const stateDir = mkdtempSync(path.join(os.tmpdir(), 'skein-nats-'));
const settings = { explicitBinary: process.env['SKEIN_NATS_SERVER'], ...opensToTests(stateDir) };
const enter = () => connect(natsOptions(unlimitedAccess(nats.url, settings.clusterSecretFile)));
let port = 0;
let nats: RunningNats;

before(async () => {
  port = await freePort();
  nats = await startNats({ stateDir, port, ...settings });
  const connection = await enter();
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'trial', subjects: ['trial.>'] });
  await connection.close();
});

after(async () => {
  await nats.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

/** Appends one record; answers the sequence number it was given. */
async function append(): Promise<number> {
  const connection = await enter();
  try {
    return (await jetstream(connection).publish('trial.record', 'payload')).seq;
  } finally {
    await connection.close();
  }
}

void test('syncs every append and bounds its store', () => {
  const config = readFileSync(path.join(stateDir, 'nats', 'nats.conf'), 'utf8');
  assert.match(config, /sync_interval: always/);
  assert.match(config, /max_file_store: \d+/);
  assert.match(config, /max_payload: 1048576/);
});

void test('keeps its streams over a stop and a start', async () => {
  const first = await append();
  await nats.stop();
  nats = await startNats({ stateDir, port, ...settings });
  assert.equal(await append(), first + 1);
});

void test('keeps what it acknowledged when it is killed', async () => {
  const first = await append();
  await nats.kill();
  nats = await startNats({ stateDir, port, ...settings });
  assert.equal(await append(), first + 1);
});

void test('stops one that an earlier run left behind', async () => {
  const leftover = nats;
  nats = await startNats({ stateDir, port, ...settings });
  assert.ok(!isAlive(leftover.pid));
});

void test('a port in use and a damaged store are said in a sentence', async () => {
  await nats.stop();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  await assert.rejects(
    startNats({ stateDir, port, ...settings }),
    new RegExp(`Port ${port} .*SKEIN_NATS_PORT`),
  );
  await new Promise((resolve) => other.close(resolve));

  const broken = mkdtempSync(path.join(os.tmpdir(), 'skein-nats-broken-'));
  rmSync(path.join(broken, 'nats'), { recursive: true, force: true });
  nats = await startNats({ stateDir: broken, port, ...settings });
  await nats.stop();
  rmSync(path.join(broken, 'nats', 'jetstream'), { recursive: true, force: true });
  writeFileSync(path.join(broken, 'nats', 'jetstream'), 'not a folder');
  await assert.rejects(startNats({ stateDir: broken, port, ...settings }), /is damaged \(it is no folder\)/);
  rmSync(broken, { recursive: true, force: true });
  nats = await startNats({ stateDir, port, ...settings });
});

void test('a program that is none is said in a sentence', async () => {
  await assert.rejects(
    findNatsServer({ explicit: '/does/not/exist' }),
    /SKEIN_NATS_SERVER names \/does\/not\/exist/,
  );
  await assert.rejects(findNatsServer({ explicit: process.execPath }), /is missing or no nats-server/);
});
