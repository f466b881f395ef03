// Links over a real NATS that stands still, or is gone: memory stays bounded, and whoever missed something learns of it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import { startNats } from '../../../ops/embedded/nats.ts';
import { freePort } from '../../../ops/embedded/ports.ts';
import { eventually } from '../../../protocol/waiting.ts';
import {
  breakable,
  opensToTests,
  unlimitedAccess,
  type BreakableService,
} from '../../../ops/testing/services.ts';
import { connectNats } from '../nats.ts';
import { systemClock as clock, systemTimers as timers } from '../../system-ports.ts';
import { linkBounds } from './bounds.ts';
import { Bus } from './bus.ts';
import { encodeLinkBatch, encodeMessage } from './link-frames.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';

const stateDir = mkdtempSync(path.join(os.tmpdir(), 'skein-bus-'));

let nats: BreakableService;
let tests: ReturnType<typeof opensToTests>;
const peers: Peer[] = [];

/** One end of links, with what it was told, in order. */
interface Peer {
  readonly name: string;
  readonly bus: Bus;
  readonly connection: NatsConnection;
  readonly told: ({ from: string; message: unknown } | { lost: string })[];
}

before(async () => {
  const port = await freePort();
  const explicitBinary = process.env['SKEIN_NATS_SERVER'];
  tests = opensToTests(stateDir);
  nats = await breakable(() => startNats({ stateDir, port, explicitBinary, ...tests }));
});

afterEach(async () => {
  // A test that failed may have left it frozen.
  nats.resume();
  for (const { bus, connection } of peers.splice(0)) {
    bus.stop();
    await connection.close();
  }
});

after(async () => {
  await nats?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

async function peer(name: string): Promise<Peer> {
  const connection = await connectNats(unlimitedAccess(nats.url, tests.clusterSecretFile), name);
  const bus = new Bus({ connection, namespace: 'test', incarnation: name, clock, timers, log: silentLog });
  const told: Peer['told'] = [];
  bus.start({
    message: (from, message) => void told.push({ from, message }),
    loss: (from) => void told.push({ lost: from }),
  });
  await connection.flush();
  const made = { name, bus, connection, told };
  peers.push(made);
  return made;
}

const payload = 'x'.repeat(64 * 1024);
type Numbered = [number: number, payload: string];

/** Numbers in the order of arrival; `lost` stands where the receiver was told of a loss. */
function arrivals({ told }: Peer, from: string): (number | 'lost')[] {
  return told
    .filter((one) => from === ('lost' in one ? one.lost : one.from))
    .map((one) => ('lost' in one ? 'lost' : (one.message as Numbered)[0]));
}

/** Nothing is handed on after a gap before the receiver knows of the gap; nothing comes twice or out of order. */
function assertLossesAreTold(seen: readonly (number | 'lost')[]): void {
  let expected = 0;
  let told = false;
  for (const one of seen) {
    if (one === 'lost') told = true;
    else {
      assert.ok(one >= expected, `${one} after ${expected - 1}`);
      assert.ok(one === expected || told, `${one} came after ${expected - 1} without a word`);
      expected = one + 1;
      told = false;
    }
  }
}

/** Sends numbered messages, a few in each turn of the event loop. */
async function flood(ada: Peer, to: string, from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number++) {
    ada.bus.send(to, [number, payload] satisfies Numbered);
    if (number % 8 === 7) await new Promise((resolve) => setImmediate(resolve));
  }
}

void test('messages arrive in order, and what NATS has confirmed counts no more', async () => {
  const [ada, bob] = await Promise.all([peer('ada'), peer('bob')]);
  await flood(ada, 'bob', 0, 400);
  await eventually(() => arrivals(bob, 'ada').length === 400);
  assert.deepEqual(
    arrivals(bob, 'ada'),
    Array.from({ length: 400 }, (_, number) => number),
  );
  await eventually(() => ada.bus.bytesUnconfirmed === 0);
  assert.deepEqual([ada.bus.totals.dropped, bob.bus.totals.losses, ada.bus.refuseCommand('bob')], [0, 0, 0]);
});

void test('FAULTS 20: what a worker asks of itself is done in order, a part in each turn, and others get theirs', async () => {
  const ada = await peer('ada');
  const count = 20 * linkBounds.localMessagesPerTurn;
  for (let number = 0; number < count; number++) ada.bus.send('ada', [number, '']);
  const done: number[] = [];
  while (ada.told.length < count) {
    done.push(ada.told.length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(done.length >= 20, `${done}`);
  assert.deepEqual(
    arrivals(ada, 'ada'),
    Array.from({ length: count }, (_, number) => number),
  );
});

void test('FAULTS 9: a frozen NATS fills a link up to its bound and no further; the receiver learns what it missed', async () => {
  const [ada, bob] = await Promise.all([peer('ada'), peer('bob')]);
  await flood(ada, 'bob', 0, 10);
  await eventually(() => arrivals(bob, 'ada').length === 10);
  await eventually(() => ada.bus.bytesUnconfirmed < 1_000);
  nats.pause();
  let sent = 10;
  for (; ada.bus.refuseCommand('bob') === 0; sent += 8) await flood(ada, 'bob', sent, 8);
  assert.ok(ada.bus.bytesUnconfirmed > linkBounds.commandBytesUnconfirmedMax);
  assert.equal(ada.bus.totals.dropped, 0, 'commands are refused before anything is lost');
  // NATS has stood still for long: nothing of this is confirmed any more.
  const handedOver = ada.connection.stats().outBytes - ada.bus.bytesUnconfirmed;
  // Four times what may be kept.
  await flood(ada, 'bob', sent, 2_048);
  sent += 2_048;
  assert.ok(ada.bus.bytesUnconfirmed <= linkBounds.bytesUnconfirmedMax, `${ada.bus.bytesUnconfirmed}`);
  const kept = ada.connection.stats().outBytes - handedOver;
  assert.ok(kept <= 1.01 * linkBounds.bytesUnconfirmedMax, `the client library was given ${kept} bytes`);
  assert.ok(ada.bus.totals.dropped > 1_000);
  ada.bus.send('ada', [0, 'to itself']);
  await eventually(() => ada.told.length === 1);
  assert.equal(ada.bus.refuseCommand('ada'), 0);

  nats.resume();
  await eventually(() => ada.bus.refuseCommand('bob') === 0);
  await flood(ada, 'bob', sent, 20);
  await eventually(() => arrivals(bob, 'ada').at(-1) === sent + 19);
  const seen = arrivals(bob, 'ada');
  assert.ok(seen.includes('lost'));
  assertLossesAreTold(seen);
  await eventually(() => ada.bus.bytesUnconfirmed === 0);
});

void test("[OPS-6] a batch under the name of its receiver is nobody's, and nothing of it is taken", async () => {
  const [ada, bob] = [await peer('ada'), await peer('bob')];
  const forged = encodeLinkBatch('bob', 1, { waitMs: 0, part: 0 }, [encodeMessage(['forged'])]);
  ada.connection.publish('test.link.bob', forged);
  ada.bus.send('bob', [0, 'honest'] satisfies Numbered);
  await eventually(() => bob.told.length > 0);
  assert.deepEqual(bob.told, [{ from: 'ada', message: [0, 'honest'] }]);
  assert.equal(bob.bus.undecodable, 1);
});

void test('a loss at the very end is told by the next heartbeat', async () => {
  const [ada, bob] = await Promise.all([peer('ada'), peer('bob')]);
  nats.pause();
  await flood(ada, 'bob', 0, 1_024);
  assert.ok(ada.bus.totals.dropped > 0);
  nats.resume();
  await eventually(() => arrivals(bob, 'ada').at(-1) === 'lost');
  assertLossesAreTold(arrivals(bob, 'ada'));
});

void test('what still fits after something was dropped is not taken for the next of what was before', async () => {
  const [ada, bob] = await Promise.all([peer('ada'), peer('bob')]);
  nats.pause();
  await flood(ada, 'bob', 0, 1_024);
  const before = ada.bus.totals.dropped;
  // In one turn of the event loop, and so in one batch if nothing was lost.
  ada.bus.send('bob', [1_024, 'small']);
  ada.bus.send('bob', [1_025, payload]);
  ada.bus.send('bob', [1_026, 'small']);
  assert.equal(ada.bus.totals.dropped, before + 1);
  nats.resume();
  await eventually(() => arrivals(bob, 'ada').at(-1) === 1_026);
  const seen = arrivals(bob, 'ada');
  assert.deepEqual(seen.slice(-4), ['lost', 1_024, 'lost', 1_026]);
  assertLossesAreTold(seen);
});

void test('FAULTS 7: while NATS is gone a link keeps no more than its bound, and works again afterwards', async () => {
  const [ada, bob] = await Promise.all([peer('ada'), peer('bob')]);
  await flood(ada, 'bob', 0, 10);
  await eventually(() => arrivals(bob, 'ada').length === 10);
  await nats.kill();
  let sent = 10;
  let most = 0;
  for (let round = 0; round < 20; round++, sent += 128) {
    await flood(ada, 'bob', sent, 128);
    most = Math.max(most, ada.bus.bytesUnconfirmed);
    await new Promise((resolve) => timers.setTimeout(() => resolve(undefined), 50));
  }
  assert.ok(most <= linkBounds.bytesUnconfirmedMax, `${most}`);
  await nats.restart();
  await eventually(() => ada.bus.refuseCommand('bob') === 0);
  // Bob's subscription may come back later than Ada's connection: what is sent before that is lost, and told.
  const first = sent;
  const reached = async () => {
    await flood(ada, 'bob', sent++, 1);
    const last = arrivals(bob, 'ada').at(-1);
    return typeof last === 'number' && last >= first;
  };
  await eventually(reached, { everyMs: 100 });
  assertLossesAreTold(arrivals(bob, 'ada'));
  await eventually(() => ada.bus.bytesUnconfirmed < 1_000);
});

void test('FAULTS 19: an overloaded worker keeps the commands of others back, until it says otherwise or nothing', async () => {
  const [ada, bob] = await Promise.all([peer('ada'), peer('bob')]);
  let waitMs = 700;
  bob.bus.tellLoad(() => ({ part: waitMs > 0 ? 1 : 0, waitMs }));
  bob.bus.send('ada', [0, 'an answer']);
  await eventually(() => ada.bus.refuseCommand('bob') === 700);
  assert.equal(ada.bus.refuseCommand('somebody else'), 0);
  waitMs = 0;
  await eventually(() => ada.bus.refuseCommand('bob') === 0);
  waitMs = 900;
  await eventually(() => ada.bus.refuseCommand('bob') === 900);
  bob.bus.stop();
  await eventually(() => ada.bus.refuseCommand('bob') === 0);
});
