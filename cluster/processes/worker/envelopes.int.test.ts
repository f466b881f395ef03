// Two workers on a real NATS that swallows a batch: what was in it, question or answer, is known to be lost, and asked
// again at once. No time passes for the routers, so nothing is repeated because an answer is late.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { NatsConnection } from '@nats-io/transport-node';
import { accept, type Reply } from '../../../actors/runtime/reply.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { Bus } from '../../fabric/bus/bus.ts';
import { connectNats } from '../../fabric/nats.ts';
import { emptyShardMap, reassign } from '../../fabric/placement/shard-map.ts';
import type { ShardMapWatch } from '../../fabric/placement/shard-map-watch.ts';
import { Arrivals } from '../../fabric/routing/arrivals.ts';
import { post, type CommandEnvelope } from '../../fabric/routing/envelopes.ts';
import { Router } from '../../fabric/routing/router.ts';
import { systemClock as clock, systemTimers as timers } from '../../system-ports.ts';
import type { Clients } from './clients.ts';
import { loseLink, receive } from './envelopes.ts';
import type { Links } from './links.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';

const address = { kind: 'conversation', id: '00000000-0000-8000-8000-000000000001' } as const;
const still = { now: () => 0, monotonicMs: () => 0 };
const none = () => undefined;
/** Ids of people, by which the questions are told apart. */
const people = {
  first: '00000000-0000-8000-8000-000000000011',
  second: '00000000-0000-8000-8000-000000000012',
  third: '00000000-0000-8000-8000-000000000013',
};
const map = reassign(
  emptyShardMap,
  emptyShardMap.owners.map(() => 'owner'),
);
let services: TestServices;
const closers: (() => unknown)[] = [];

before(async () => {
  services = await acquireServices();
});
after(async () => {
  for (const close of closers) await close();
  await services?.stop();
});

interface Worker {
  readonly router: Router;
  readonly asked: unknown[];
  readonly connection: NatsConnection;
  /** The next batch with this in it does not arrive. */
  swallow: string | null;
}

/** A worker that answers every command with the name of who asks, once it is let. */
async function worker(incarnation: string): Promise<Worker> {
  const connection = await connectNats(services.natsAccess, incarnation);
  const made = { incarnation, connection, asked: [] as unknown[], swallow: null as string | null };
  const publish: NatsConnection['publish'] = (subject, batch, ...more) => {
    if (made.swallow === null || !Buffer.from(batch as Uint8Array).includes(made.swallow))
      return connection.publish(subject, batch, ...more);
    made.swallow = null;
  };
  const lossy = new Proxy(connection, {
    get: (target, name) => {
      const value: unknown = name === 'publish' ? publish : Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const { namespace } = services;
  const bus = new Bus({ connection: lossy, namespace, incarnation, clock, timers, log: silentLog });
  const watch = { map, onChange: none, refresh: () => Promise.resolve() } as unknown as ShardMapWatch;
  const router = new Router(bus, watch, still, timers, silentLog);
  const shards = {
    command(from: string, { correlation, command }: CommandEnvelope) {
      const name = command.type === 'describe' ? command.by : command.type;
      made.asked.push(name);
      bus.send(from, post({ type: 'reply', correlation, reply: accept(name) }));
    },
  };
  const arrivals = new Arrivals(incarnation, silentLog);
  const links = { arrivals, bus, router, shards } as unknown as Links;
  const clients = { following: { linkLost: none }, watching: { linkLost: none } } as unknown as Clients;
  bus.start({
    message: (from, message) => receive(from, message, links, clients),
    loss: (from) => loseLink(from, links, clients),
  });
  await connection.flush();
  closers.push(() => (router.stop(), bus.stop(), connection.close()));
  return Object.assign(made, { router });
}

test('[OPS-4] a lost question, and a lost answer, are known to be lost and asked for again', async () => {
  const [gateway, owner] = await Promise.all([worker('gateway'), worker('owner')]);
  const ask = (by: string): Promise<Reply> => gateway.router.ask(address, { type: 'describe', by });
  const { first, second, third } = people;
  assert.deepEqual(await ask(first), accept(first));
  gateway.swallow = second;
  const question = ask(second);
  await eventually(() => gateway.swallow === null);
  assert.deepEqual(await question, accept(second));
  assert.deepEqual([owner.asked, gateway.router.totals.repeated], [[first, second], 1]);

  owner.swallow = third;
  const answer = ask(third);
  await eventually(() => owner.swallow === null);
  assert.deepEqual(await answer, accept(third));
  assert.deepEqual(owner.asked.slice(2), [third, third]);
  assert.equal(gateway.router.totals.repeated, 2);
});
