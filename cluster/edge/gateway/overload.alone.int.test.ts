// FAULTS 19 and 20 on a real process: far more is asked than it can do. It says so, with a time to wait; it stays a
// member of the cluster with bounded memory, and when the flood ends it serves as before.
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, until } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../../ops/testing/test-cluster.ts';
import { closeCodes } from '../../../protocol/close-codes.ts';
import type { SkeinClient } from '../../../protocol/client/index.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { admissionBounds } from '../admission/bounds.ts';
import type { MemberRecord } from '../../fabric/membership/member.ts';
import type { ShardMap } from '../../fabric/placement/shard-map.ts';
import type { FloodOrder, FloodReport } from './testing/flood.ts';
import { metric, patiently } from './testing/worker-metrics.ts';

const floodSockets = 150;
/** Refusals are told so many different times to wait. */
const waitsMin = 100;
/** Of a worker; it begins with about 150. */
const residentBytesMax = 1024 * 1024 * 1024;

let services: TestServices;
let cluster: TestCluster;
let flood: ChildProcess;
let ada: SkeinClient;
let bob: SkeinClient;
let room: string;
let mapBefore: ShardMap | undefined;

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services, workers: 1 });
  [ada, bob] = await Promise.all([cluster.connect('ada'), cluster.connect('bob')]);
  room = (await ada.openDirect(userIdOf(bob))).conversationId;
  mapBefore = await cluster.shardMap();
});

after(async () => {
  flood?.kill('SIGKILL');
  ada?.close();
  bob?.close();
  await cluster?.stop();
  await services?.stop();
});

async function reportOf(message: 'report' | 'end'): Promise<FloodReport> {
  const answer = once(flood, 'message') as Promise<[FloodReport]>;
  flood.send(message);
  return (await answer)[0];
}

/** Answer to an upgrade: 101, or a refusal. */
function knock(): Promise<{ status: number; retryAfter: string | undefined }> {
  const { hostname: host, port } = new URL(cluster.url);
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  return new Promise((resolve) => {
    const request = http.get({ host, port, path: '/ws', headers, agent: false });
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve({ status: 101, retryAfter: undefined });
    });
    request.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'] });
    });
    // Not even refused in time.
    request.on('error', () => resolve({ status: 0, retryAfter: undefined }));
  });
}

/** Many people, each of whom asks for many conversations again and again: the dearest of all frames. */
async function startFlood(name: string, isPatient: boolean): Promise<void> {
  const tokens = Array.from({ length: floodSockets }, (_, at) => cluster.issuer.token(`${name}_${at}`));
  const wishes = Array.from({ length: limits.subscribeBatchMax }, () => [crypto.randomUUID(), 0, null]);
  const order: FloodOrder = {
    url: `${cluster.url.replace('http', 'ws')}/ws`,
    tokens: await Promise.all(tokens),
    atOnce: limits.requestsInFlightMax,
    isPatient,
    request: [opcodes.subscribe, wishes],
  };
  flood = fork(path.join(import.meta.dirname, 'testing/flood.ts'));
  flood.send(order);
}

/** The worker is the one it was, nothing of Ada's is lost, and everyone is taken again. */
async function assertRecovered(before: MemberRecord, sent: readonly Promise<unknown>[]): Promise<void> {
  await eventually(async () => (await metric(cluster, 'skein_admission_state')) === 0);
  await Promise.all(sent);
  assert.equal((await knock()).status, 101);
  assert.equal((await bob.history(room, 'after', 0)).events[0]!.seq, 1);
  const now = await patiently(() => cluster.workers());
  assert.deepEqual(
    now.map(({ pid, incarnation }) => [pid, incarnation]),
    [[before.pid, before.incarnation]],
  );
  assert.deepEqual(await cluster.shardMap(), mapBefore, 'it stayed a member');
}

function assertWaitsTold({ waitsMs, withoutWait }: FloodReport): void {
  assert.equal(withoutWait, 0, 'every refusal names a time to wait');
  assert.ok(waitsMs.min >= admissionBounds.retryAfterMsMin, `${waitsMs.min}`);
  assert.ok(waitsMs.max <= 2 * admissionBounds.retryAfterMsMax, `${waitsMs.max}`);
  assert.ok(waitsMs.different > waitsMin, 'and not the same one for all');
}

void test('FAULTS 19: more than a worker can do is answered overloaded; it stays a member, bounded, and recovers', async (context) => {
  const [worker] = await patiently(() => cluster.workers());
  await startFlood('patient', true);
  const sent: Promise<unknown>[] = [];
  const refusals: { status: number; retryAfter: string | undefined }[] = [];
  let resident = 0;
  const look = async () => {
    resident = Math.max(resident, await metric(cluster, 'process_resident_memory_bytes'));
    sent.push(ada.send(room, `message ${sent.length}`));
    const answer = await knock();
    if (answer.status > 101) refusals.push(answer);
    const { refused } = await reportOf('report');
    return refusals.length > 0 && (refused['overloaded'] ?? 0) > 5_000;
  };
  assert.ok(await until(look, { everyMs: 50 }), 'it says that it is overloaded');
  for (const { status, retryAfter } of refusals) {
    assert.equal(status, 503);
    assert.ok(Number(retryAfter) >= 1, retryAfter);
  }
  for (let times = 0; times < 20; times++) await look();
  const told = await reportOf('end');
  context.diagnostic(`${JSON.stringify(told)}, at most ${Math.round(resident / 2 ** 20)} MiB`);
  assertWaitsTold(told);
  assert.ok(resident < residentBytesMax, `${resident} bytes`);
  await assertRecovered(worker!, sent);
});

void test('FAULTS 19: who does not wait as told is closed with 4250, and the others are served again', async (context) => {
  const [worker] = await patiently(() => cluster.workers());
  await startFlood('impatient', false);
  const sent: Promise<unknown>[] = [];
  // On a machine of its own all of them, in a second; a busy one may not let them ask that fast.
  const isTurnedOut = async () => {
    sent.push(ada.send(room, `message ${sent.length}`));
    const { closed, waitsMs } = await reportOf('report');
    return (closed[closeCodes.try_again_later] ?? 0) > 0 && waitsMs.different > waitsMin;
  };
  assert.ok(await until(isTurnedOut, { everyMs: 50 }), JSON.stringify(await reportOf('report')));
  const told = await reportOf('end');
  context.diagnostic(JSON.stringify(told));
  assertWaitsTold(told);
  await assertRecovered(worker!, sent);
});
