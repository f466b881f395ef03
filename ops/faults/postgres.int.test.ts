// PostgreSQL is killed, slow, deadlocked and full while people chat: nobody waits for it, and whatever it holds fits
// its checkpoints.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PoolClient } from 'pg';
import { eventually } from '../../protocol/waiting.ts';
import { disagreements } from './checkpoints.ts';
import type { Load } from '../../bench/verify/load.ts';
import { rounds } from '../../protocol/testing/rounds.ts';
import { Stage } from './stage.ts';

let stage: Stage;

before(async () => {
  stage = await Stage.open({ workers: 2 });
  await stage.balanced();
});
after(() => stage?.close());

const projectorWaits = `select 1 from pg_stat_activity
  where application_name = 'skein projector' and wait_event_type = 'Lock'`;
const noRoom = `create sequence refused; create function no_room() returns trigger language plpgsql as
  $$ begin perform nextval('refused'); raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`;

/** While the record is unavailable or slow, people notice nothing. */
async function goesOnFor(load: Load, ms: number): Promise<void> {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs) await load.goesOn(200);
}

async function agrees(load: Load): Promise<void> {
  for (let look = 0; look < 5; look++) {
    assert.deepEqual(await disagreements(stage.cluster.database, stage.audit), []);
    await load.goesOn(50);
  }
}

/** Runs with a transaction of ours that holds this lock, and lets go of it. */
async function whileLocked(lock: string, run: (holder: PoolClient) => Promise<void>): Promise<void> {
  const holder = await stage.cluster.database.connect();
  try {
    await holder.query('begin');
    await holder.query(lock);
    await run(holder);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

const downMs = rounds(300_000, 8_000);
test(`[MSG-3] the chat goes on while PostgreSQL is down for ${downMs / 1000} s, and is recorded later (FAULTS 13)`, async () => {
  await stage.underLoad(async (load) => {
    await stage.services.postgres.kill();
    await goesOnFor(load, downMs);
    const heads = new Map(load.pairs.map((seat) => [seat, seat.lastSeq]));
    await eventually(() => load.pairs.every((seat) => seat.lastSeq >= heads.get(seat)! + 10));
    await stage.services.postgres.restart();
    await load.goesOnEverywhere(20);
  });
});

const lockedMs = rounds(5_000, 3_000);
test(`a record that is locked for ${lockedMs / 1_000} s holds up nobody and is written in the end (FAULTS 14)`, async () => {
  await stage.underLoad(async (load) => {
    await whileLocked('lock table messages in exclusive mode', () => goesOnFor(load, lockedMs));
    await agrees(load);
  });
});

test('a projection that a deadlock ends is repeated (FAULTS 14)', async () => {
  const { database } = stage.cluster;
  await stage.underLoad(async (load) => {
    await whileLocked('lock table messages in exclusive mode', async (holder) => {
      // The projector is to be the one that finds the deadlock, and ends it by failing.
      await holder.query(`set local deadlock_timeout = '60s'`);
      await eventually(async () => (await database.query(projectorWaits)).rowCount! > 0);
      const free = 'select incarnation from journal_checkpoints for update skip locked';
      const held = await holder.query(
        `with free as (${free}) select incarnation from journal_checkpoints
         where incarnation not in (select incarnation from free)`,
      );
      const [first] = held.rows as { incarnation: string }[];
      assert.ok(first, 'the projector holds no checkpoint');
      // It waits for our table, we for its checkpoint.
      await holder.query('update journal_checkpoints set updated_at = now() where incarnation = $1', [
        first.incarnation,
      ]);
    });
    const deadlocks = 'select deadlocks from pg_stat_database where datname = current_database()';
    // PostgreSQL counts them a little later.
    await eventually(async () => Number((await database.query(deadlocks)).rows[0].deadlocks) > 0);
    await agrees(load);
  });
});

test('PostgreSQL without room refuses, and takes everything once it has some (FAULTS 14)', async () => {
  const { database } = stage.cluster;
  await stage.underLoad(async (load) => {
    await database.query(noRoom);
    await database.query(
      'create trigger no_room before insert on messages for each row execute function no_room()',
    );
    try {
      await goesOnFor(load, 3_000);
      await agrees(load);
    } finally {
      await database.query('drop function no_room cascade');
    }
    // A sequence counts in transactions that fail, too.
    const { rows } = await database.query<{ refused: boolean }>('select is_called as refused from refused');
    assert.deepEqual(rows, [{ refused: true }]);
    await agrees(load);
  });
});
