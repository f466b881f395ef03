// How patiently a server that keeps ending is started again, and that giving up and stopping really end it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exit } from './child-process.ts';
import { keepRunning, restartDelayMs, type Restartable } from './keep-running.ts';

const policy = { attemptsMax: 4, firstDelayMs: 1, delayMsMax: 3, stableMs: 60_000 };

/** A server that ends when told to, by the test or by `stop`. */
function mortal(pid: number): Restartable & { end: (exit: Exit) => void } {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  const stop = async (): Promise<void> => resolve({ code: 0, signal: null });
  return { pid, exited: promise, stop, kill: stop, end: resolve };
}

void test('waits not at all, then twice as long each time up to the bound, then gives up', () => {
  const delays = [1, 2, 3, 4, 5].map((attempt) => restartDelayMs(attempt, policy));
  assert.deepEqual(delays, [0, 1, 2, 3, undefined]);
});

void test('starts a server again that ended by itself', async () => {
  const started: ReturnType<typeof mortal>[] = [];
  const second = Promise.withResolvers<void>();
  const kept = await keepRunning({
    name: 'Mortal',
    policy,
    note: (line) => void (/runs again/.test(line) && second.resolve()),
    start: async () => {
      const next = mortal(started.length + 1);
      started.push(next);
      return next;
    },
  });
  started[0]?.end({ code: null, signal: 'SIGKILL' });
  await second.promise;
  assert.equal(kept.current().pid, 2);
  await kept.stop();
  assert.equal(started.length, 2);
});

void test('a start that waits for what it lacks is not one of those that failed (FAULTS 36)', async () => {
  let starts = 0;
  let lacks = 3 * policy.attemptsMax;
  const first = mortal(1);
  const again = Promise.withResolvers<void>();
  const kept = await keepRunning({
    name: 'Mortal',
    policy,
    note: (line) => void (/runs again/.test(line) && again.resolve()),
    untilPossible: () => Promise.resolve(lacks-- > 0),
    start: async () => {
      starts += 1;
      if (starts > 1 && lacks > 0) throw new Error('no room');
      return starts === 1 ? first : mortal(2);
    },
  });
  first.end({ code: 1, signal: null });
  await again.promise;
  assert.ok(starts > 2 * policy.attemptsMax);
  await kept.stop();
});

void test('gives up on one that cannot be started any more', async () => {
  let starts = 0;
  const first = mortal(1);
  const kept = await keepRunning({
    name: 'Mortal',
    policy,
    note: () => undefined,
    start: async () => {
      starts += 1;
      if (starts > 1) throw new Error('no room');
      return first;
    },
  });
  first.end({ code: 1, signal: null });
  assert.match(await kept.gaveUp, /^Mortal ended 4 times in a row/);
  assert.equal(starts, 1 + policy.attemptsMax);
});
