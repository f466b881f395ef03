// Signing out ends a sign-in's sockets on every worker and its access tokens, before they expire; over a real identity
// provider, real workers and PostgreSQL (ACC-7).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { WebSocket } from 'ws';
import { freePort } from '../../../ops/embedded/ports.ts';
import { signal } from '../../../ops/embedded/process-tree.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster } from '../../../ops/testing/test-cluster.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';
import { closeCodes } from '../../../protocol/close-codes.ts';
import { decode, encode } from '../../../protocol/codec/codec.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { protocolVersion } from '../../../protocol/version.ts';
import { noteEnded } from '../../../storage/postgres/ended-sessions.ts';
import { refresh, signIn, signUp } from '../../identity/testing/sign-up.ts';
import { systemClock as clock, systemTimers as timers } from '../../system-ports.ts';
import { RestClient } from '../http/rest/testing/rest-client.ts';
import type { Identity } from './authenticator.ts';
import { endedBounds, EndedSessions } from './ended-sessions.ts';
import { metricByWorker } from './testing/worker-metrics.ts';

const password = 'correct horse battery';
const workers = 2;

let services: TestServices;
let cluster: TestCluster;
let people = 0;
const open: WebSocket[] = [];

before(async () => {
  services = await acquireServices();
  const env = { SKEIN_IDENTITY_PORT: String(await freePort()) };
  cluster = await TestCluster.start({ services, workers, env });
});

after(async () => {
  for (const socket of open) socket.terminate();
  await cluster?.stop();
  await services?.stop();
});

/** A bare socket: its first frame's opcode, and the code it was closed with. */
interface Greeted {
  readonly socket: WebSocket;
  welcomed: boolean;
  closeCode: number | null;
}

async function greet(token: string): Promise<Greeted> {
  const socket = new WebSocket(`${cluster.url.replace('http', 'ws')}/ws`);
  open.push(socket);
  const greeted: Greeted = { socket, welcomed: false, closeCode: null };
  const hello = [opcodes.hello, 1, protocolVersion, token, crypto.randomUUID(), 'bare'];
  socket.on('open', () => socket.send(encode(hello)));
  socket.on('message', (data: Buffer) => (greeted.welcomed ||= decode(data)[0] === opcodes.welcome));
  socket.on('close', (code) => (greeted.closeCode = code));
  socket.on('error', () => undefined);
  await eventually(() => greeted.welcomed || greeted.closeCode !== null);
  // Nobody listened: a worker that starts again does so in the end.
  return greeted.closeCode === 1006 ? greet(token) : greeted;
}

/** Sockets of one sign-in, until every worker has some of them. */
async function everywhere(token: string): Promise<Greeted[]> {
  const before = await metricByWorker(cluster, 'skein_sockets');
  const greeted: Greeted[] = [];
  await eventually(async () => {
    greeted.push(...(await Promise.all([greet(token), greet(token), greet(token)])));
    const now = await metricByWorker(cluster, 'skein_sockets');
    return [...now].every(([worker, sockets]) => sockets > (before.get(worker) ?? 0));
  });
  assert.ok(greeted.every(({ welcomed }) => welcomed));
  return greeted;
}

const closedWith = (greeted: readonly Greeted[], code: number) => () =>
  greeted.every(({ closeCode }) => closeCode === code);

function newPerson() {
  people += 1;
  return { handle: `leaver_${people}`, displayName: `Leaver ${people}`, password };
}

function revoke(refreshToken: string): Promise<Response> {
  return fetch(`${cluster.url}/oauth/token/revocation`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'skein-web', token: refreshToken }),
  });
}

void test('[ACC-7][ACC-2] a sign-in that ends takes its sockets on all workers and its tokens along, others stay', async () => {
  const person = newPerson();
  const here = await signUp(cluster.url, person);
  const there = await signIn(cluster.url, person);
  const sockets = await everywhere(here.accessToken);
  const stays = await greet(there.accessToken);
  assert.equal((await revoke(here.refreshToken)).status, 200);
  await eventually(closedWith(sockets, closeCodes.signed_out));
  assert.equal((await greet(here.accessToken)).closeCode, closeCodes.signed_out);
  const answer = await new RestClient(cluster.url, here.accessToken).get('/v1/blocks');
  assert.deepEqual([answer.status, answer.json.code], [401, 'unauthenticated']);
  assert.equal(stays.closeCode, null);
  assert.equal((await new RestClient(cluster.url, there.accessToken).get('/v1/blocks')).status, 200);
});

void test('[ACC-7] the SDK signs its own sign-in out, and is told that it is signed out', async () => {
  const person = newPerson();
  const here = await signUp(cluster.url, person);
  const there = await signIn(cluster.url, person);
  const token = async (stale: boolean) =>
    stale ? (await refresh(cluster.url, here.refreshToken)).accessToken : here.accessToken;
  const client = await cluster.connect(person.handle, { token });
  await client.signOut();
  await eventually(() => client.state.name === 'signed_out');
  client.close();
  assert.equal((await greet(there.accessToken)).welcomed, true);
});

void test('[ACC-7] REST: out everywhere ends browsers, refresh tokens and access tokens, for workers that start later too', async () => {
  const person = newPerson();
  const [here, there] = [await signUp(cluster.url, person), await signIn(cluster.url, person)];
  const other = await signUp(cluster.url, newPerson());
  const sockets = [...(await everywhere(here.accessToken)), ...(await everywhere(there.accessToken))];
  assert.equal((await new RestClient(cluster.url, here.accessToken).delete('/v1/sessions')).status, 204);
  await eventually(closedWith(sockets, closeCodes.signed_out));
  await assert.rejects(refresh(cluster.url, there.refreshToken), /invalid_grant/);
  const killed = cluster.pidsOf('worker/main.ts');
  for (const pid of killed) signal(pid, 'SIGKILL');
  await eventually(async () => {
    const pids = (await cluster.workers()).map(({ pid }) => pid);
    return pids.length === workers && !pids.some((pid) => killed.includes(pid));
  });
  // Each of the new ones serves.
  await everywhere(other.accessToken);
  for (const { accessToken } of [here, there])
    assert.equal((await greet(accessToken)).closeCode, closeCodes.signed_out);
  // Nobody is shut out: the password opens the door again.
  assert.equal((await greet((await signIn(cluster.url, person)).accessToken)).welcomed, true);
});

void test('[ACC-7] REST: tokens of an outside issuer end by the time they were issued, and fresh ones are taken', async () => {
  const before = await RestClient.of(cluster, 'outsider');
  assert.equal((await before.delete('/v1/session')).json.code, 'session_unknown');
  assert.equal((await before.delete('/v1/sessions')).status, 204);
  await eventually(async () => (await before.get('/v1/blocks')).status === 401);
  await eventually(
    async () => (await (await RestClient.of(cluster, 'outsider')).get('/v1/blocks')).status === 200,
  );
});

void test('[ACC-7] a token of an outside issuer is taken for a day at most, and its sign-out is remembered for longer', async () => {
  const hours = 3_600;
  const tokenOf = (ageSeconds: number) =>
    cluster.issuer.token('long_lived', { sid: 'long', ageSeconds, expiresInSeconds: 48 * hours });
  const [young, old] = [await tokenOf(23 * hours), await tokenOf(25 * hours)];
  const answerTo = async (token: string) =>
    (await new RestClient(cluster.url, token).get('/v1/blocks')).status;
  assert.deepEqual([await answerTo(young), await answerTo(old)], [200, 401]);
  assert.equal((await new RestClient(cluster.url, young).delete('/v1/session')).status, 204);
  await eventually(async () => (await answerTo(young)) === 401);
  const { rows } = await cluster.database.query<{ hours: number }>(
    `select extract(epoch from max(expires_at - ended_at))::float8 / 3600 as hours from ended_sessions`,
  );
  assert.ok(rows[0]!.hours > 24, `it is forgotten after ${rows[0]!.hours} hours`);
});

void test('[ACC-7] what commits late is not missed, and what no longer fits is refused by its age', async () => {
  const pool = new pg.Pool({ connectionString: services.databaseUrl, max: 3 });
  const ended = new EndedSessions({ pool, clock, timers, log: silentLog, subjectsMax: 2 });
  const of = (sessionId: string, issuedAtMs: number): Identity => {
    const times = { issuedAtMs, expiresAtMs: Infinity };
    return { userId: '', handle: '', displayName: null, ...times, sessionId, isExternal: false };
  };
  const now = Date.now() + 2 * endedBounds.clockToleranceMs;
  assert.equal(ended.ageMs, null);
  const late = await pool.connect();
  await late.query('begin');
  await late.query(
    `insert into ended_sessions (subject, expires_at) values ('session:late', now() + interval '1 hour')`,
  );
  await noteEnded(pool, 'early');
  await ended.read();
  assert.deepEqual([ended.has(of('early', now)), ended.has(of('late', now))], [true, false]);
  await late.query('commit');
  late.release();
  await ended.read();
  assert.equal(ended.has(of('late', now)), true);
  for (const sessionId of ['third', 'fourth']) await noteEnded(pool, sessionId);
  await ended.read();
  assert.equal(ended.size, 2);
  assert.equal(ended.has(of('fourth', now)), true);
  // Forgotten, but no token of theirs is younger than their end.
  for (const sessionId of ['early', 'late'])
    assert.equal(ended.has(of(sessionId, Date.now() - 60_000)), true);
  assert.equal(ended.has(of('another', now)), false);
  ended.stop();
});
