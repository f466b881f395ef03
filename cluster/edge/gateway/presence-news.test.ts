import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { ManualTime } from '../../../actors/runtime/testing/manual-time.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';
import { decodeServerFrame } from '../../../protocol/codec/frames.ts';
import type { WatchPair } from '../../../storage/postgres/directory.ts';
import { PresenceNews } from './presence-news.ts';

const [ada, bob, eve] = [1, 2, 3].map((number) => `00000000-0000-7000-8000-00000000000${number}`) as [
  string,
  string,
  string,
];

/** News whose record answers, or does not, as the test says. */
function world() {
  const time = new ManualTime();
  const asked: (readonly WatchPair[])[] = [];
  const record = { blocked: [] as WatchPair[], down: false };
  const news = new PresenceNews({
    blockedOf: (pairs) => {
      asked.push(pairs);
      return record.down ? Promise.reject(new Error('down')) : Promise.resolve(record.blocked);
    },
    clock: time,
    timers: time,
    log: silentLog,
  });
  const heard: string[] = [];
  const socketOf = (name: string, userId: string) => ({
    userId,
    sendBytes: (bytes: Uint8Array) => {
      const frame = decodeServerFrame(bytes);
      if (!('presences' in frame)) return;
      for (const { online } of frame.presences) heard.push(`${name} ${online}`);
    },
  });
  /** Timers that are due run, and everything that follows from them in this moment. */
  const pass = async (ms: number) => {
    time.advance(ms);
    await nextTurn();
    await nextTurn();
  };
  return { news, asked, record, heard, socketOf, pass };
}

test('[ACC-5] nobody hears over a block, and news of a moment share one question', async () => {
  const { news, asked, record, heard, socketOf, pass } = world();
  const [bobs, eves] = [socketOf('bob', bob), socketOf('eve', eve)];
  record.blocked = [{ userId: ada, watcherId: bob }];
  news.of(ada, { sockets: new Set([bobs, eves]), online: true, lastSeenMs: null });
  news.of(bob, { sockets: new Set([eves]), online: false, lastSeenMs: null });
  await pass(0);
  assert.deepEqual(heard, ['eve true', 'eve false']);
  assert.deepEqual(asked, [
    [
      { userId: ada, watcherId: bob },
      { userId: ada, watcherId: eve },
      { userId: bob, watcherId: eve },
    ],
  ]);
});

test('[MSG-6] news wait while the record does not answer, the latest of each person', async () => {
  const { news, asked, record, heard, socketOf, pass } = world();
  const person = { sockets: new Set([socketOf('bob', bob)]), online: true, lastSeenMs: null };
  record.down = true;
  news.of(ada, person);
  await pass(0);
  person.online = false;
  news.of(ada, person);
  await pass(999);
  assert.deepEqual([heard, asked.length], [[], 1]);
  record.down = false;
  await pass(1);
  assert.deepEqual([heard, asked.length], [['bob false'], 2]);
  await pass(10_000);
  assert.equal(asked.length, 2);
});

test('[ACC-5] who looks away before the record has answered hears nothing', async () => {
  const { news, heard, socketOf, pass } = world();
  const sockets = new Set([socketOf('bob', bob)]);
  news.of(ada, { sockets, online: true, lastSeenMs: null });
  sockets.clear();
  await pass(0);
  assert.deepEqual(heard, []);
});
