// Draining with sockets and a clock that the test moves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTime } from '../../../actors/runtime/testing/manual-time.ts';
import { drainBounds, Draining, type Leaver } from './draining.ts';

class Socket implements Leaver {
  closed = false;
  closingSinceMs: number | null = null;
  requests = 0;
  isQuiet(): boolean {
    return this.requests === 0;
  }
  close(_reason: 'going_away', nowMs: number): void {
    this.closingSinceMs = nowMs;
  }
}

function world(count: number) {
  const sockets = new Set(Array.from({ length: count }, () => new Socket()));
  const time = new ManualTime();
  const draining = new Draining<Socket>(sockets, time, time);
  const gone = (socket: Socket) => {
    socket.closed = true;
    sockets.delete(socket);
  };
  return {
    draining,
    sockets,
    gone,
    closing: () => [...sockets].filter(({ closingSinceMs }) => closingSinceMs !== null),
    /** Closed sockets answer the close within a tick. */
    after(ms: number) {
      for (let passed = 0; passed < ms; passed += drainBounds.tickMs) {
        for (const socket of sockets) if (socket.closingSinceMs !== null) gone(socket);
        time.advance(drainBounds.tickMs);
      }
    },
    ticking: () => time.pending > 0,
  };
}

/** Outcome of a promise, if it is settled already. */
async function outcome(promise: Promise<boolean>): Promise<boolean | 'open'> {
  return Promise.race([promise, new Promise<'open'>((resolve) => setImmediate(() => resolve('open')))]);
}

void test('[OPS-6] sockets are closed evenly over the time; it resolves when nobody is left', async () => {
  const it = world(100);
  const done = it.draining.start({ overMs: 10_000 });
  assert.equal(it.closing().length, 0);
  for (let second = 1; second < 10; second++) {
    it.after(1_000);
    const left = 100 - it.draining.drained;
    assert.ok(Math.abs(left - (100 - 10 * second)) <= 1, `${left} left after ${second} s`);
  }
  assert.equal(await outcome(done), 'open');
  it.after(1_100);
  assert.deepEqual([await outcome(done), it.sockets.size, it.draining.drained], [true, 0, 100]);
  assert.equal(it.ticking(), false);
});

void test('[OPS-6] a socket with a request under way is waited for, and not for ever', async () => {
  const it = world(3);
  const [answered, stuck] = [...it.sockets];
  answered!.requests = 1;
  stuck!.requests = 1;
  const done = it.draining.start({ overMs: 0 });
  it.after(1_000);
  assert.deepEqual([...it.sockets], [answered, stuck]);
  assert.equal(answered!.closingSinceMs, null);
  answered!.requests = 0;
  it.after(100);
  assert.deepEqual([...it.sockets], [stuck]);
  it.after(drainBounds.patienceMs - 2_000);
  assert.equal(stuck!.closingSinceMs, null);
  it.after(1_500);
  assert.deepEqual([it.sockets.size, await outcome(done)], [0, true]);
});

void test('[OPS-6] undrain: whoever is not closed yet stays, even one whose turn had come', async () => {
  const it = world(10);
  const [first] = it.sockets;
  first!.requests = 1;
  const done = it.draining.start({ overMs: 10_000 });
  it.after(5_000);
  it.draining.end();
  assert.equal(await outcome(done), false);
  const left = it.sockets.size;
  assert.ok(left >= 5 && it.sockets.has(first!));
  first!.requests = 0;
  it.after(20_000);
  assert.equal(it.sockets.size, left - it.closing().length);
  assert.equal(first!.closingSinceMs, null);
});

void test('a second call sets the pace for whoever is left; both resolve', async () => {
  const it = world(100);
  const slow = it.draining.start({ overMs: 600_000 });
  it.after(1_000);
  assert.ok(it.sockets.size >= 99);
  const quick = it.draining.start({ overMs: 1_000 });
  it.after(1_200);
  assert.deepEqual([it.sockets.size, await outcome(slow), await outcome(quick)], [0, true, true]);
});

void test('those who leave by themselves count; nobody else is closed sooner for it', () => {
  const it = world(100);
  void it.draining.start({ overMs: 10_000 });
  for (const socket of [...it.sockets].slice(50)) it.gone(socket);
  it.after(5_000);
  assert.ok(it.draining.drained <= 1, `${it.draining.drained}`);
});

void test('nobody is there: it resolves at once', async () => {
  const it = world(0);
  assert.equal(await outcome(it.draining.start({ overMs: 60_000 })), true);
  assert.equal(it.ticking(), false);
});
