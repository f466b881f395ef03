import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTime } from '../../../actors/runtime/testing/manual-time.ts';
import { limits } from '../../../protocol/limits.ts';
import { largeAnswerBounds, LargeAnswers } from './large-answers.ts';

const done = { ok: true, value: null } as const;

/** Answers that come when the test says so. */
class Pages {
  readonly asked: string[] = [];
  readonly #ends: (() => void)[] = [];
  readonly large: LargeAnswers;

  constructor(time: ManualTime, atOnceMax: number) {
    this.large = new LargeAnswers(time, time, atOnceMax);
  }

  ask(userId: string) {
    return this.large.ask(userId, () => {
      this.asked.push(userId);
      return new Promise<typeof done>((resolve) => this.#ends.push(() => resolve(done)));
    });
  }

  async end(count = 1): Promise<void> {
    for (const end of this.#ends.splice(0, count)) end();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

void test('[ACC-6] one who asks for hundreds has a few under way, and others come in between', async () => {
  const pages = new Pages(new ManualTime(), 2);
  for (let count = 0; count < 300; count++) void pages.ask('mallory');
  await pages.end(0);
  void pages.ask('ada');
  void pages.ask('bob');
  await pages.end(1);
  await pages.end(1);
  await pages.end(1);
  assert.deepEqual(pages.asked, ['mallory', 'mallory', 'mallory', 'ada', 'bob']);
  assert.equal(pages.large.underWay, 2);
});

void test('[ACC-6] a person has no more under way than one may have, though there is room', async () => {
  const pages = new Pages(new ManualTime(), 100);
  for (let count = 0; count < 50; count++) void pages.ask('mallory');
  await pages.end(0);
  assert.equal(pages.asked.length, limits.pagesAtOncePerUserMax);
  for (let count = 0; count < 50; count++) await pages.end(1);
  assert.equal(pages.asked.length, 50);
  assert.equal(pages.large.underWay, 0);
});

void test('[ACC-6] a turn that comes too late is refused, and takes none', async () => {
  const time = new ManualTime();
  const pages = new Pages(time, 1);
  const silent = pages.ask('mallory');
  await pages.end(0);
  const waiting = [1, 2, 3, 4].map((at) => pages.ask(`person ${at}`));
  const answers = Promise.all(waiting);
  // Nothing is answered: a request whose shard has no owner gives its turn on after a moment.
  for (let at = 0; at < 10; at++) {
    time.advance(largeAnswerBounds.turnMsMax / 2);
    await pages.end(0);
  }
  assert.deepEqual(pages.asked, ['mallory', 'person 1']);
  const codes = (await answers).map((reply) => (reply.ok ? 'ok' : reply.error.code));
  assert.deepEqual(codes, ['unavailable', 'overloaded', 'overloaded', 'overloaded']);
  assert.equal((await silent).ok, false);
  assert.equal(pages.large.underWay, 0);
  const fresh = pages.ask('bob');
  await pages.end(0);
  await pages.end(4);
  assert.equal((await fresh).ok, true);
  assert.equal(time.pending, 0);
});
