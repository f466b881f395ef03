// Full mailboxes and full hosts: whoever comes too many is told when to come again, and nobody else notices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activation, Activator } from './activation.ts';
import { ActorHost } from './actor-host.ts';
import { bounds } from './bounds.ts';
import { accept, refuse, type Reply } from './reply.ts';
import { ManualTime } from './testing/manual-time.ts';
import { silentLog } from './testing/silent-log.ts';

const busy: Reply = refuse('overloaded', bounds.overloadedRetryAfterMs);
const command = (actor: number, text: unknown) => {
  const id = `00000000-0000-8000-8000-${actor.toString(16).padStart(12, '0')}`;
  return { address: { kind: 'conversation', id } as const, command: text };
};

/** A host whose actors echo what they are told, once the store lets them load. */
function world(activationsMax: number = bounds.activationsMax) {
  const loaded = Promise.withResolvers<void>();
  const echo: Activation<unknown> = {
    handle: (command) => ({ kind: 'read', reply: accept(command) }),
    idle: true,
    describe: () => ({}),
    dispose: () => undefined,
  };
  const activator: Activator<unknown> = {
    activate: () => loaded.promise.then(() => echo),
    answerCold: () => null,
  };
  const journal = {
    refuses: null,
    projectedBatch: 0,
    append: (_entries: unknown, onDurable: (batch: number) => void) => onDurable(1),
    projected: () => Promise.resolve(),
  };
  const time = new ManualTime();
  const host = new ActorHost({
    journal,
    effects: { send: () => undefined },
    clock: time,
    timers: time,
    log: silentLog,
    activators: { conversation: activator, session: activator },
    publish: () => undefined,
    publishEach: () => undefined,
    drop: () => Promise.resolve(true),
    activationsMax,
  });
  return { host, load: () => loaded.resolve() };
}

void test('a full mailbox answers overloaded with a time to wait; what was in it is answered in order', async () => {
  const { host, load } = world();
  const replies: Reply[] = [];
  const late: Reply[] = [];
  for (let number = 0; number < bounds.mailboxCommandsMax; number++)
    host.dispatch(command(1, number), (reply) => void replies.push(reply));
  host.dispatch(command(1, 'one too many'), (reply) => void late.push(reply));
  assert.deepEqual([replies.length, late], [0, [busy]]);
  assert.ok(bounds.overloadedRetryAfterMs > 0);
  host.dispatch(command(2, 'to another'), (reply) => void late.push(reply));
  assert.equal(late.length, 1, 'another mailbox has room');
  load();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    replies,
    Array.from({ length: bounds.mailboxCommandsMax }, (_, number) => accept(number)),
  );
  host.dispatch(command(1, 'again'), (reply) => void late.push(reply));
  assert.deepEqual(late, [busy, accept('to another'), accept('again')]);
});

void test('a host with as many actors as it may hold answers overloaded to others, and serves those it has', async () => {
  const most = 1_000;
  const { host, load } = world(most);
  for (let number = 0; number < most; number++) host.dispatch(command(number, 'first'), () => undefined);
  const replies: Reply[] = [];
  host.dispatch(command(most, 'one too many'), (reply) => void replies.push(reply));
  assert.deepEqual(replies, [busy]);
  load();
  await new Promise((resolve) => setImmediate(resolve));
  host.dispatch(command(7, 'known'), (reply) => void replies.push(reply));
  assert.deepEqual(replies, [busy, accept('known')]);
});
