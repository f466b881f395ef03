// The router without a network: a bus that records, a map that the test changes, and a clock that it moves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenedConversation } from '../../../actors/conversation/commands.ts';
import { accept, refuse, type Reply } from '../../../actors/runtime/reply.ts';
import type { InboxRead } from '../../../actors/session/commands.ts';
import type { Bus } from '../bus/bus.ts';
import { emptyShardMap, reassign, type ShardMap } from '../placement/shard-map.ts';
import type { MapListener, ShardMapWatch } from '../placement/shard-map-watch.ts';
import { unpost, type Posted } from './envelopes.ts';
import { Router, routingBounds } from './router.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';

const address = { kind: 'conversation', id: '00000000-0000-8000-8000-000000000001' } as const;

function world() {
  const sent: { to: string; command: string; correlation: number }[] = [];
  const listeners: MapListener[] = [];
  const waits = new Map<string, number>();
  let nowMs = 0;
  let tick = () => {};
  const watch = {
    map: emptyShardMap as ShardMap,
    onChange: (listener: MapListener) => void listeners.push(listener),
    refresh: () => Promise.resolve(),
  };
  const bus = {
    send(to: string, posted: Posted) {
      const envelope = unpost(posted);
      assert.ok(envelope.type === 'command' && envelope.command.type === 'describe');
      sent.push({ to, command: envelope.command.by, correlation: envelope.correlation });
    },
    refuseCommand: (to: string) => waits.get(to) ?? 0,
  };
  const timers = {
    setTimeout: () => () => {},
    afterTurn: setImmediate,
    setInterval: (run: () => void) => {
      tick = run;
      return () => {};
    },
  };
  const clock = { now: () => nowMs, monotonicMs: () => nowMs };
  const router = new Router(
    bus as unknown as Bus,
    watch as unknown as ShardMapWatch,
    clock,
    timers,
    silentLog,
  );
  return {
    router,
    sent,
    /** A command that says this. */
    ask: (by: string) => router.ask(address, { type: 'describe', by }),
    /** By worker: what commands to it have to wait. */
    waits,
    /** Everything belongs to this worker from now on. */
    owner(incarnation: string) {
      const before = watch.map;
      watch.map = reassign(
        before,
        before.owners.map(() => incarnation),
      );
      for (const listener of listeners) listener(watch.map, before);
    },
    after(ms: number) {
      for (let passed = 0; passed < ms; passed += routingBounds.tickMs) {
        nowMs += routingBounds.tickMs;
        tick();
      }
    },
  };
}

test('[OPS-3] commands for a shard without an owner are held, and go out in the order they came', () => {
  const { ask, sent, owner } = world();
  for (const command of ['a', 'b', 'c']) void ask(command);
  assert.equal(sent.length, 0);
  owner('w1');
  assert.deepEqual(
    sent.map(({ to, command }) => `${to} ${command}`),
    ['w1 a', 'w1 b', 'w1 c'],
  );
});

test('[OPS-4] what the old owner has not answered goes to the new one at once, in order', async () => {
  const { router, ask, sent, owner } = world();
  owner('w1');
  const answers = ['a', 'b', 'c'].map((command) => ask(command));
  router.onReply('w1', sent[1]!.correlation, accept('b is done'));
  sent.length = 0;
  owner('w2');
  assert.deepEqual(
    sent.map(({ to, command }) => `${to} ${command}`),
    ['w2 a', 'w2 c'],
  );
  assert.deepEqual(await answers[1], accept('b is done'));
});

test('a command without an answer is repeated once, and times out in the end', async () => {
  const { router, ask, sent, owner, after } = world();
  owner('w1');
  const answer = ask('a');
  after(routingBounds.deadlineMs);
  assert.equal(sent.length, 2);
  const reply = await answer;
  assert.equal(!reply.ok && reply.error.code, 'timeout');
  assert.equal(router.waiting, 0);
});

test('[OPS-4] what may have been lost with a link is repeated at once, in order, and nothing else is', () => {
  const { router, ask, sent, owner } = world();
  owner('w1');
  for (const command of ['a', 'b', 'c']) void ask(command);
  router.onReply('w1', sent[1]!.correlation, accept('b is done'));
  sent.length = 0;
  router.linkLost('w2');
  assert.equal(sent.length, 0);
  router.linkLost('w1');
  assert.deepEqual(
    sent.map(({ to, command }) => `${to} ${command}`),
    ['w1 a', 'w1 c'],
  );
});

test('a worker that does not serve the shard is asked again, soon at first and then rarely', () => {
  const { router, ask, sent, owner, after } = world();
  owner('w1');
  void ask('a');
  for (let second = 0; second < 5; second++) {
    for (let step = 0; step < 1_000; step += routingBounds.tickMs) {
      const before = sent.length;
      after(routingBounds.tickMs);
      if (sent.length > before || step === 0) router.onNotOwner(sent.at(-1)!.correlation);
    }
  }
  assert.ok(sent.length >= 5 && sent.length <= 15, `${sent.length} transmissions in 5 s`);
});

test('an answer that comes twice is taken once', async () => {
  const { router, ask, sent, owner } = world();
  owner('w1');
  const answer = ask('a');
  router.onReply('w1', sent[0]!.correlation, accept(1));
  router.onReply('w1', sent[0]!.correlation, accept(2));
  assert.deepEqual(await answer, accept(1));
});

test('a full router answers overloaded with a time to wait, and takes commands again when answers have come', async () => {
  const { router, ask, sent, owner } = world();
  owner('w1');
  const answers = Array.from({ length: routingBounds.pendingMax }, (_, at) => ask(String(at)));
  const { overloadedRetryAfterMs } = routingBounds;
  assert.deepEqual(await ask('one too many'), refuse('overloaded', overloadedRetryAfterMs));
  assert.deepEqual([router.waiting, router.totals.refusedFull], [routingBounds.pendingMax, 1]);
  router.onReply('w1', sent[0]!.correlation, accept('done'));
  await answers[0];
  void ask('room again');
  assert.equal(sent.at(-1)!.command, 'room again');
});

test('FAULTS 19: commands to a worker that is overloaded, or over a full link, are not begun', async () => {
  const { router, ask, sent, waits, owner, after } = world();
  owner('w1');
  const before = ask('begun before');
  waits.set('w1', 700);
  assert.deepEqual(await ask('not now'), refuse('overloaded', 700));
  assert.deepEqual([router.waiting, router.totals.refusedBusy, sent.length], [1, 1, 1]);
  // A command under way is seen through: it may have taken effect.
  after(routingBounds.repeatAfterMs);
  assert.equal(sent.length, 2);
  owner('w2');
  void ask('elsewhere');
  assert.deepEqual([sent.at(-1)!.to, sent.at(-1)!.command], ['w2', 'elsewhere']);
  router.onReply('w1', sent[0]!.correlation, accept('done'));
  assert.deepEqual(await before, accept('done'));
});

test('[OPS-3] a former owner’s refusal is not the answer once the present owner was asked; its acceptance is', async () => {
  const { router, ask, sent, owner } = world();
  owner('w1');
  const answers = ['a', 'b'].map((command) => ask(command));
  owner('w2');
  const [a, b] = sent as [(typeof sent)[0], (typeof sent)[0]];
  router.onReply('w1', a.correlation, refuse('conversation_not_found'));
  router.onReply('w2', a.correlation, accept('by w2'));
  router.onReply('w1', b.correlation, accept('by w1'));
  assert.deepEqual(await Promise.all(answers), [accept('by w2'), accept('by w1')]);
});

void test('the compiler holds commands and answers together, whatever kind of actor they are for', () => {
  const { router } = world();
  const session = { kind: 'session', id: address.id } as const;
  const opened: Promise<Reply<OpenedConversation>> = router.ask(address, { type: 'describe', by: 'ada' });
  const read: Promise<Reply<InboxRead>> = router.ask(session, { type: 'follow', afterSeq: null });
  // @ts-expect-error the answer is that of another command
  const other: Promise<Reply<InboxRead>> = router.ask(session, { type: 'blocks' });
  // @ts-expect-error there is no such command
  const misspelt = router.ask(address, { type: 'descibe', by: 'ada' });
  // @ts-expect-error a session has no such command
  const elsewhere = router.ask(session, { type: 'describe', by: 'ada' });
  // @ts-expect-error the command lacks a field
  const partial = router.ask(session, { type: 'follow' });
  // They wait for an owner of the shard.
  assert.equal(router.waiting, [opened, read, other, misspelt, elsewhere, partial].length);
});
