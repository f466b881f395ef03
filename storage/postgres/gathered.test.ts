// Many reads of one moment as one query, whatever becomes of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTime } from '../../actors/runtime/testing/manual-time.ts';
import { Gathered } from './gathered.ts';

/** Answers each wish with itself in capitals, except `nothing`; refuses queries that hold `broken`. */
function world(wishesPerQuery: number) {
  const queries: (readonly string[])[] = [];
  const time = new ManualTime();
  const gathered = new Gathered<string, string>({
    query: (wishes) => {
      queries.push(wishes);
      if (wishes.includes('broken')) return Promise.reject(new Error('PostgreSQL is away'));
      const found = wishes.map((wish, index) => [index + 1, wish.toUpperCase()] as const);
      // Rows come in no order.
      return Promise.resolve(found.filter(([, row]) => row !== 'NOTHING').reverse());
    },
    wishesPerQuery,
    clock: time,
    timers: time,
  });
  const later = () => time.advance(1_000);
  return { gathered, queries, later };
}

test('reads of one moment share a query, and each gets its own answer or null', async () => {
  const { gathered, queries } = world(100);
  const answers = ['a', 'nothing', 'b', 'a'].map((wish) => gathered.read(wish));
  assert.deepEqual(queries, []);
  assert.deepEqual(await Promise.all(answers), ['A', null, 'B', 'A']);
  assert.deepEqual(queries, [['a', 'nothing', 'b', 'a']]);
});

test('what comes soon after waits for the next query', async () => {
  const { gathered, queries, later } = world(100);
  assert.equal(await gathered.read('a'), 'A');
  const second = [gathered.read('b'), gathered.read('c')];
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(queries.length, 1);
  later();
  assert.deepEqual(await Promise.all(second), ['B', 'C']);
  assert.equal(queries.length, 2);
});

test('more than a query takes are several; one that fails fails its own reads only', async () => {
  const { gathered, queries } = world(2);
  const answers = ['a', 'b', 'c', 'broken', 'd'].map((wish) => gathered.read(wish));
  const settled = await Promise.allSettled(answers);
  assert.deepEqual(queries, [['a', 'b'], ['c', 'broken'], ['d']]);
  assert.deepEqual(
    settled.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as Error).message)),
    ['A', 'B', 'PostgreSQL is away', 'PostgreSQL is away', 'D'],
  );
});
