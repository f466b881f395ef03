// Membership on a real NATS: what is seen of others, and what a worker may believe of itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { connectNats } from '../nats.ts';
import { changeIntent, IntentWatch, readIntent } from '../operations/intent-store.ts';
import { drained, noIntent, pinned } from '../operations/intent.ts';
import { systemClock as clock, systemTimers as timers } from '../../system-ports.ts';
import { claimHostName, hostKey } from '../../processes/supervisor/host-name.ts';
import { Announcement } from './announcement.ts';
import { ClusterKv, type Versioned } from './cluster-kv.ts';
import { Member, memberKey } from './member.ts';
import { Members } from './members.ts';
import { silentLog as log } from '../../../actors/runtime/testing/silent-log.ts';

let services: TestServices;
let connection: NatsConnection;
let kv: ClusterKv;

before(async () => {
  services = await acquireServices();
  connection = await connectNats(services.natsAccess, 'test');
  kv = await ClusterKv.open(connection, services.namespace);
});
after(async () => {
  await connection?.close();
  await services?.stop();
});

const about = (incarnation: string) => ({
  incarnation,
  host: 'a',
  place: 'a/1',
  roles: ['actors'] as const,
  pid: 1,
  startedAtMs: 0,
  weight: 1,
});

test('those who come and go are seen, and one that was deleted does not come back by a late reading', async (t) => {
  let changes = 0;
  const members = new Members<object>({ kv, kind: 'some', timers, log, onChange: () => changes++ });
  await kv.put('some.early', { n: 1 });
  await members.start();
  t.after(() => members.stop());
  assert.deepEqual([...members.all.keys()], ['early']);
  await kv.put('some.late', { n: 1 });
  await eventually(() => members.all.has('late'));
  await kv.put('some.late', { n: 2 });
  await eventually(() => (members.all.get('late')?.value as { n: number }).n === 2);
  assert.equal(changes, 2);
  await kv.delete('some.early');
  await eventually(() => !members.all.has('early'));
  assert.equal(await members.confirm('early'), null);
  assert.equal((await members.confirm('late'))?.value && changes, 3);
});

test('a list misses nobody, however often the keys are written meanwhile', async () => {
  const names = ['a', 'b'];
  for (const name of names) await kv.put(`busy.${name}`, 0);
  let listing = true;
  const writing = names.map(async (name) => {
    for (let n = 1; listing; n++) await kv.put(`busy.${name}`, n);
  });
  const sizes: number[] = [];
  for (let round = 0; round < 20; round++) {
    const lists = await Promise.all(Array.from({ length: 30 }, () => kv.list('busy')));
    sizes.push(...lists.map(({ size }) => size));
  }
  listing = false;
  await Promise.all(writing);
  assert.deepEqual(new Set(sizes), new Set([names.length]));
});

test('what was deleted is forgotten in time, and a key that is in use again is not', async () => {
  const manager = await jetstreamManager(connection);
  const stream = `KV_${services.namespace}_cluster`;
  const marks = async (): Promise<string[]> => {
    const { state } = await manager.streams.info(stream, { subjects_filter: `$KV.*.gone.>` });
    return Object.keys(state.subjects ?? {}).map((subject) => subject.split('.').at(-1)!);
  };
  await kv.put('gone.once', 1);
  await kv.delete('gone.once');
  await kv.put('gone.back', 1);
  await kv.delete('gone.back');
  assert.notEqual(await kv.compareAndSet('gone.back', 2, 0), null);
  assert.deepEqual([...(await kv.list('gone')).keys()], ['back']);
  await kv.forgetDeleted(60_000);
  assert.deepEqual((await marks()).sort(), ['back', 'once']);
  await kv.forgetDeleted(-60_000);
  assert.deepEqual(await marks(), ['back']);
  assert.equal((await kv.get('gone.back'))?.value, 2);
});

test('[OPS-4] a worker whose renewals are not answered neither serves nor looks alive', async (t) => {
  const deaf = new DeafKv(kv);
  const member = new Member({
    about: about('w1'),
    kv: deaf as unknown as ClusterKv,
    clock,
    timers,
    log,
    onDeclaredDead: () => undefined,
  });
  t.after(() => member.leave());
  await member.join('');
  assert.equal(member.valid, true);
  deaf.answers = false;
  await eventually(() => !member.valid);
  const silentSince = (await kv.get(memberKey('w1')))!.revision;
  const asked = deaf.asked;
  await eventually(() => deaf.asked >= asked + 2);
  assert.equal((await kv.get(memberKey('w1')))!.revision, silentSince);
  deaf.answers = true;
  await eventually(() => member.valid);
});

test('a worker that the others counted as gone does not come back under its name', async (t) => {
  let declaredDead = '';
  const onDeclaredDead = (reason: string) => (declaredDead = reason);
  const member = new Member({ about: about('w2'), kv, clock, timers, log, onDeclaredDead });
  t.after(() => member.leave());
  await member.join('');
  await kv.delete(memberKey('w2'));
  await eventually(() => declaredDead !== '');
  assert.equal(member.valid, false);
  assert.equal(await kv.get(memberKey('w2')), null);
});

test('[OPS-7] a second supervisor of the same name is refused, one after a crash is not', async (t) => {
  const first = new Announcement({ kv, key: hostKey('same'), about: { host: 'same', pid: 17 }, timers, log });
  await claimHostName(kv, 'same', timers);
  await first.start();
  t.after(() => first.stop());
  await assert.rejects(
    claimHostName(kv, 'same', timers),
    /Another supervisor .* calls itself same .*SKEIN_HOST/,
  );
  // A crash leaves a record that nobody renews.
  await kv.put(hostKey('crashed'), { host: 'crashed', pid: 18 });
  await claimHostName(kv, 'crashed', timers);
});

test('[OPS-2] wishes of several operators at once are all kept, and those who follow hear of them', async (t) => {
  const heard: number[] = [];
  const watch = new IntentWatch(kv, timers, log, ({ pins }) => heard.push(Object.keys(pins).length));
  await watch.start();
  t.after(() => watch.stop());
  await Promise.all(
    Array.from({ length: 8 }, (_, shard) => changeIntent(kv, (intent) => pinned(intent, [shard], 'a/1'))),
  );
  await changeIntent(kv, (intent) => drained(intent, 'b', { sinceMs: 1, overMs: 1 }));
  const { pins, drains } = await readIntent(kv);
  assert.equal(Object.keys(pins).length, 8);
  assert.deepEqual(Object.keys(drains), ['b']);
  await eventually(() => heard.at(-1) === 8 && 'b' in watch.intent.drains);
  assert.deepEqual(await changeIntent(kv, () => noIntent), noIntent);
});

/** The KV over a network that may swallow the answers, though what was asked arrives. */
class DeafKv {
  answers = true;
  asked = 0;
  readonly #kv: ClusterKv;

  constructor(store: ClusterKv) {
    this.#kv = store;
  }

  async compareAndSet(key: string, value: unknown, revision: number): Promise<number | null> {
    this.asked++;
    const answer = await this.#kv.compareAndSet(key, value, revision);
    if (this.answers) return answer;
    throw new Error('timeout');
  }

  get<Value>(key: string): Promise<Versioned<Value> | null> {
    return this.answers ? this.#kv.get<Value>(key) : Promise.reject(new Error('timeout'));
  }

  delete(key: string): Promise<void> {
    return this.#kv.delete(key);
  }
}
