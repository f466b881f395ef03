// The projector on real services: rows and checkpoint together, twice is once, two at a time do no harm.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import { connectNats } from '../../cluster/fabric/nats.ts';
import { systemClock as clock, systemTimers as timers } from '../../cluster/system-ports.ts';
import { decode, encode } from '../../protocol/codec/codec.ts';
import type { MessageSent } from '../../protocol/events/conversation-event.ts';
import type { JournalEntry } from '../../actors/runtime/journal-port.ts';
import { eventually, until } from '../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../ops/testing/services.ts';
import { noHeads } from '../journal/head.ts';
import { decodeRecord, encodeBatch, encodeEntry, type JournalBatch } from '../journal/record.ts';
import { JournalDamaged, JournalReader } from '../journal/reader.ts';
import { sealJournal } from '../journal/seal.ts';
import { JournalStreams } from '../journal/streams.ts';
import { JournalWriter } from '../journal/writer.ts';
import { migrate } from '../postgres/migrate.ts';
import { knownHead, reportHead, unfinishedJournals } from '../postgres/journal-registry.ts';
import { openPool } from '../postgres/pool.ts';
import { PostgresSessionStore } from '../postgres/session-store.ts';
import { readCheckpoint } from './checkpoints.ts';
import { JournalProjector } from './journal-projector.ts';
import { Projector } from './projector.ts';
import { silentLog } from '../../actors/runtime/testing/silent-log.ts';

let services: TestServices;
let connection: NatsConnection;
let streams: JournalStreams;
let pool: pg.Pool;

before(async () => {
  services = await acquireServices();
  await migrate(services.databaseUrl);
  connection = await connectNats(services.natsAccess, 'test');
  streams = new JournalStreams(connection, services.namespace);
  pool = openPool({ databaseUrl: services.databaseUrl, name: 'test', connectionsMax: 6, log: silentLog });
});
after(async () => {
  await connection?.close();
  await pool?.end();
  await services?.stop();
});

const a = '00000000-0000-7000-8000-00000000000a';
const b = '00000000-0000-7000-8000-00000000000b';
const conversationId = (number: number) => `00000000-0000-8000-8000-${String(number).padStart(12, '0')}`;
const keyOf = (conversation: number, seq: number) =>
  `00000000-0000-7000-${String(8000 + conversation)}-${String(seq).padStart(12, '0')}`;

const message = (number: number, seq: number, body: string): MessageSent => {
  const atMs = 1_700_000_000_000 + seq;
  return {
    seq,
    atMs,
    type: 'message',
    by: a,
    key: keyOf(number, seq),
    ordinal: seq - 1,
    body,
    replyTo: null,
    mentions: [],
    attachments: [],
    editedAtMs: null,
    reactions: [],
  };
};

/** A conversation of n messages, as its actor would journal it. */
function conversation(number: number, messages: number): JournalEntry[] {
  const base = { type: 'conversation', shard: 0, actorId: conversationId(number), epoch: 1 } as const;
  const created: JournalEntry = {
    ...base,
    event: {
      seq: 1,
      atMs: 1_700_000_000_000,
      type: 'created',
      by: a,
      kind: 'direct',
      memberIds: [a, b],
      name: '',
      description: '',
      avatarId: null,
    },
  };
  const sent = Array.from({ length: messages }, (_, index): JournalEntry => {
    const seq = index + 2;
    return {
      ...base,
      event: message(number, seq, `text ${seq}`),
    };
  });
  return [created, ...sent];
}

function projector(
  incarnation: string,
  onProjected: (batch: number, sealed: boolean) => void = () => undefined,
  isOver = false,
) {
  return new JournalProjector({
    pool,
    incarnation,
    isOver: () => isOver,
    knownHead: () => knownHead(pool, noHeads, incarnation),
    openReader: () => new JournalReader(connection, streams, incarnation, timers, silentLog),
    clock,
    timers,
    log: silentLog,
    onProjected: (_, batch, sealed) => onProjected(batch, sealed),
    onCommit: () => undefined,
  });
}

async function journalOf(incarnation: string, entries: JournalEntry[]): Promise<JournalWriter> {
  await streams.create(incarnation);
  const onFenced = () => undefined;
  const writer = new JournalWriter({
    connection,
    streams,
    incarnation,
    head: noHeads.open(incarnation),
    clock,
    timers,
    log: silentLog,
    onFenced,
  });
  for (const entry of entries) await new Promise((resolve) => writer.append([entry], resolve));
  return writer;
}

async function messagesOf(number: number): Promise<number[]> {
  const { rows } = await pool.query<{ seq: number }>(
    'select seq from messages where conversation_id = $1 order by seq',
    [conversationId(number)],
  );
  return rows.map(({ seq }) => seq);
}

const seqs = (messages: number) => Array.from({ length: messages }, (_, index) => index + 2);

test('[MSG-2] a sealed journal is projected to its end, head and members too', async () => {
  await journalOf('p1', conversation(1, 50));
  await sealJournal(connection, streams, 'p1', 'test', silentLog);
  await projector('p1').run();
  assert.deepEqual(await messagesOf(1), seqs(50));
  const { rows } = await pool.query(
    'select head_seq, head_ordinal from conversations where conversation_id = $1',
    [conversationId(1)],
  );
  assert.deepEqual(rows, [{ head_seq: 51, head_ordinal: 50 }]);
  assert.equal((await readCheckpoint(pool, 'p1')).sealed, true);
});

test('[MEN-2] a notification of what was read and is unread is told to its session again', async () => {
  const event = { seq: 1, atMs: 1_700_000_000_000, conversationId: conversationId(30), by: a } as const;
  const base = { type: 'session', shard: 0, actorId: b } as const;
  const cursor = { userId: b, deliveredSeq: 2, readSeq: 2, readOrdinal: 1 };
  await journalOf('p30', [
    ...conversation(30, 3),
    { ...base, event: { ...event, type: 'mentioned', messageSeq: 2, causeSeq: 2 } },
    { ...base, event: { ...event, seq: 2, type: 'mentioned', messageSeq: 3, causeSeq: 3 } },
    { type: 'cursors', shard: 0, actorId: conversationId(30), cursors: [cursor] },
  ]);
  await sealJournal(connection, streams, 'p30', 'test', silentLog);
  await projector('p30').run();
  const { rows } = await pool.query(
    `select user_id, seq, message_seq from pending_effects where conversation_id = $1 and type = 'mentions_read'`,
    [conversationId(30)],
  );
  assert.deepEqual(rows, [{ user_id: b, seq: 2, message_seq: 2 }]);
});

test('[MEN-2] mentions that were journaled before they had a cause of their own are projected', async () => {
  const mention = { seq: 7, atMs: 1_700_000_000_000, conversationId: conversationId(31), by: a } as const;
  const entry = encodeEntry({
    type: 'session',
    shard: 0,
    actorId: b,
    event: { ...mention, type: 'mentioned', messageSeq: 2, causeSeq: 2 },
  });
  const [type, shard, actorId, places] = decode(entry) as [number, number, string, unknown[]];
  const old = encode([type, shard, actorId, places.slice(0, -1)]);
  const { entries } = decodeRecord(encodeBatch('p31', 1, new Uint8Array(32), [old])) as JournalBatch;
  await journalOf('p31', [...entries]);
  await sealJournal(connection, streams, 'p31', 'test', silentLog);
  await projector('p31').run();
  const { rows } = await pool.query(
    'select seq, message_seq, cause_seq from notifications where conversation_id = $1',
    [conversationId(31)],
  );
  assert.deepEqual(rows, [{ seq: 7, message_seq: 2, cause_seq: 2 }]);
});

test('[MEN-2] the end of a mention is news also to those who have read further, and told once', async () => {
  const id = conversationId(32);
  const base = { type: 'session', shard: 0, actorId: b } as const;
  const event = { atMs: 1_700_000_000_000, conversationId: id, messageSeq: 2 } as const;
  const cursor = { userId: b, deliveredSeq: 5, readSeq: 5, readOrdinal: 4 };
  await journalOf('p32', [
    ...conversation(32, 4),
    { ...base, event: { ...event, seq: 8, type: 'mentioned', by: a, causeSeq: 2 } },
    { type: 'cursors', shard: 0, actorId: id, cursors: [cursor] },
    { ...base, event: { ...event, seq: 9, type: 'mentionEnded', messageSeq: 3, causeSeq: 5 } },
  ]);
  await sealJournal(connection, streams, 'p32', 'test', silentLog);
  await projector('p32').run();
  const store = new PostgresSessionStore(pool);
  const isNoted = (isMention: boolean, messageSeq: number, seq: number) =>
    store.hasNoted(b, { conversationId: id, seq, messageSeq, isMention });
  assert.equal(await isNoted(false, 2, 4), false, 'an end that comes late');
  assert.equal(await isNoted(true, 2, 4), true, 'a mention of what was read');
  assert.equal(await isNoted(true, 2, 6), false, 'a mention of what was not');
  assert.equal(await isNoted(false, 3, 5), true, 'an end that is there');
});

test('two projectors of one journal at once write every row once (FAULTS 3)', async () => {
  const writer = await journalOf('p2', conversation(2, 5));
  const both = [projector('p2'), projector('p2')];
  const running = both.map((each) => each.run());
  for (const entry of conversation(3, 200)) await new Promise((resolve) => writer.append([entry], resolve));
  await sealJournal(connection, streams, 'p2', 'test', silentLog);
  await Promise.all(running);
  assert.deepEqual(await messagesOf(2), seqs(5));
  assert.deepEqual(await messagesOf(3), seqs(200));
});

test('projecting a journal again from its beginning changes nothing (FAULTS 8)', async () => {
  await journalOf('p3', conversation(4, 30));
  await sealJournal(connection, streams, 'p3', 'test', silentLog);
  await projector('p3').run();
  await pool.query("delete from journal_checkpoints where incarnation = 'p3'");
  await projector('p3').run();
  assert.deepEqual(await messagesOf(4), seqs(30));
});

test('a batch that PostgreSQL refuses is tried again; the checkpoint never runs ahead of the rows (FAULTS 14)', async (t) => {
  const writer = await journalOf('p4', conversation(5, 3));
  let projected = 0;
  const running = projector('p4', (batch) => (projected = batch));
  const run = running.run();
  t.after(async () => {
    running.stop();
    await run;
  });
  await eventually(() => projected === writer.lastBatch);
  const before = projected;
  await pool.query("alter table messages add constraint broken check (body <> 'late') not valid");
  const base = { type: 'conversation', shard: 0, actorId: conversationId(5), epoch: 1 } as const;
  const next: JournalEntry = { ...base, event: message(5, 5, 'late') };
  await new Promise((resolve) => writer.append([next], resolve));
  await assert.rejects(eventually(() => projected > before, { timeoutMs: 1_000 }));
  assert.equal((await readCheckpoint(pool, 'p4')).position.number, before);
  await pool.query('alter table messages drop constraint broken');
  await eventually(() => projected > before);
  assert.deepEqual(await messagesOf(5), [2, 3, 4, 5]);
});

for (const [what, incarnation, number, end] of [
  ['what somebody waits for', 'p6', 7, (writer) => void writer.projected(writer.lastBatch)],
  ['a sealed journal', 'p7', 8, () => sealJournal(connection, streams, 'p7', 'test', silentLog)],
] satisfies [string, string, number, (writer: JournalWriter) => void | Promise<void>][])
  test(`[OPS-3] ${what} is projected at once, without gathering first`, async (t) => {
    // The gathering is never over: whoever gathers does so until they are hurried.
    const projecting = {
      connection,
      streams,
      pool,
      heads: noHeads,
      isMine: (each: string) => each === incarnation,
      gatherMs: 600_000,
      clock,
      timers,
      log: silentLog,
    };
    const [created, ...messages] = conversation(number, 3);
    const writer = await journalOf(incarnation, [created!]);
    const all = new Projector(projecting);
    all.start();
    t.after(() => all.stop());
    await eventually(() => all.totals.commits === 1);
    for (const entry of messages) await new Promise((resolve) => writer.append([entry], resolve));
    assert.equal(await until(() => all.totals.commits > 1, { timeoutMs: 500 }), false);
    await end(writer);
    await eventually(() => all.totals.commits > 1);
    assert.deepEqual(await messagesOf(number), [2, 3, 4]);
  });

test('a damaged journal is projected up to the damage, and says so without taking others along (FAULTS 12)', async () => {
  await journalOf('p5', conversation(6, 5));
  const manager = await jetstreamManager(connection);
  await manager.streams.deleteMessage(streams.streamOf('p5'), 4);
  await assert.rejects(projector('p5').run(), JournalDamaged);
  assert.deepEqual(await messagesOf(6), [2, 3]);
  assert.equal((await readCheckpoint(pool, 'p5')).position.number, 3);
});

/** A journal whose worker has told PostgreSQL how far it acknowledged. */
async function toldJournalOf(incarnation: string, number: number): Promise<void> {
  const writer = await journalOf(incarnation, conversation(number, 5));
  await reportHead(pool, incarnation, 'host', writer.head);
}

const damageOf = (incarnation: string, isOver = false): Promise<string> =>
  projector(incarnation, undefined, isOver)
    .run()
    .then(
      () => 'none',
      (error: unknown) => (error instanceof JournalDamaged ? error.message : String(error)),
    );

test('[MSG-2] a journal whose end is lost is not drained, and what is missing is named (FAULTS 12, 32)', async () => {
  await toldJournalOf('lost_end', 21);
  // A new stream stands in for one of which NATS has dropped the end: it counts on from the last record that is left.
  const manager = await jetstreamManager(connection);
  const left = await Promise.all(
    [1, 2, 3].map((seq) => manager.streams.getMessage(streams.streamOf('lost_end'), { seq })),
  );
  await streams.delete('lost_end');
  await streams.create('lost_end');
  for (const record of left) await jetstream(connection).publish(streams.subjectOf('lost_end'), record!.data);
  await sealJournal(connection, streams, 'lost_end', 'leader', silentLog);
  assert.match(await damageOf('lost_end'), /records 4 to 6 were acknowledged and are not there/);
  assert.deepEqual(await messagesOf(21), [2, 3]);
  assert.equal((await readCheckpoint(pool, 'lost_end')).sealed, false);
  assert.ok((await unfinishedJournals(pool)).includes('lost_end'));
});

test('[MSG-2] a journal without a stream is over when all that was acknowledged is projected, and damaged otherwise (FAULTS 33, 35)', async () => {
  await toldJournalOf('lost_stream', 22);
  await streams.delete('lost_stream');
  // Its worker may live: the stream may be about to be made.
  assert.equal(await damageOf('lost_stream'), 'none');
  assert.equal((await readCheckpoint(pool, 'lost_stream')).sealed, false);
  assert.match(await damageOf('lost_stream', true), /has no stream: records 1 to 6 were acknowledged/);

  await toldJournalOf('read_stream', 23);
  const running = projector('read_stream');
  const run = running.run();
  await eventually(async () => (await messagesOf(23)).length === 5);
  running.stop();
  await run;
  await streams.delete('read_stream');
  assert.equal(await damageOf('read_stream', true), 'none');
  assert.equal((await readCheckpoint(pool, 'read_stream')).sealed, true);
  assert.ok(!(await unfinishedJournals(pool)).includes('read_stream'));
});

test('[MSG-2] a journal that ends before what is projected is drained, if nothing else was acknowledged (FAULTS 35)', async () => {
  for (const [incarnation, number, told] of [
    ['read_end', 24, 6],
    ['unread_end', 25, 7],
  ] as const) {
    const writer = await journalOf(incarnation, conversation(number, 5));
    const running = projector(incarnation);
    const run = running.run();
    await eventually(async () => (await messagesOf(number)).length === 5);
    running.stop();
    await run;
    await reportHead(pool, incarnation, 'host', { ...writer.head, number: told });
    await streams.delete(incarnation);
    await streams.create(incarnation);
    await sealJournal(connection, streams, incarnation, 'leader', silentLog);
  }
  assert.equal(await damageOf('read_end'), 'none');
  assert.equal((await readCheckpoint(pool, 'read_end')).sealed, true);
  assert.match(await damageOf('unread_end'), /record 7 was acknowledged and is not there/);
});
