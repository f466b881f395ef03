// Redis, which holds nothing but how much of their limits people have used, is killed, frozen and flushed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Redis } from 'ioredis';
import { redisMissing, startPrivateRedis } from '../testing/redis.ts';
import type { BreakableService } from '../testing/services.ts';
import { Stage } from './stage.ts';

const skip = await redisMissing();
let redis: BreakableService;
let stage: Stage;

before(async () => {
  if (skip) return;
  redis = await startPrivateRedis();
  stage = await Stage.open({ workers: 2, env: { REDIS_URL: redis.url } });
  await stage.balanced();
});
after(async () => {
  await stage?.close();
  await redis?.stop();
});

/** Transactions that PostgreSQL has committed so far. */
async function commits(): Promise<number> {
  const text = 'select xact_commit as count from pg_stat_database where datname = current_database()';
  const { rows } = await stage.cluster.database.query<{ count: string }>(text);
  return Number(rows[0]!.count);
}

test('nobody notices that Redis is killed, frozen or flushed (FAULTS 16)', { skip }, async (t) => {
  await stage.underLoad(async (load) => {
    /** Of PostgreSQL, for each message. */
    const costOf = async (messages: number): Promise<number> => {
      const from = await commits();
      await load.goesOn(messages);
      return ((await commits()) - from) / messages;
    };
    const usual = await costOf(600);
    redis.pause();
    await load.goesOn(300);
    redis.resume();
    const admin = new Redis(redis.url);
    await admin.flushall();
    await load.goesOn(300);
    await admin.quit();
    await redis.kill();
    const without = await costOf(600);
    await redis.restart();
    await load.goesOn(300);
    t.diagnostic(
      `transactions for each message: ${usual.toFixed(2)} with Redis, ${without.toFixed(2)} without`,
    );
    assert.ok(without < 2 * usual + 1, `${without} transactions for each message instead of ${usual}`);
  });
});
