// The journal on a real NATS: durable once, fenced for good, never guessed, never silently damaged.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as lasting } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from '../../cluster/fabric/nats.ts';
import { systemClock as clock, systemTimers as timers } from '../../cluster/system-ports.ts';
import type { JournalEntry } from '../../actors/runtime/journal-port.ts';
import { eventually } from '../../protocol/waiting.ts';
import { startPrivateServices, type PrivateServices } from '../../ops/testing/services.ts';
import { noHeads, type HeadKeeper } from './head.ts';
import { journalStart, JournalDamaged, JournalReader } from './reader.ts';
import type { JournalRecord } from './record.ts';
import { sealJournal } from './seal.ts';
import { JournalStreams } from './streams.ts';
import { JournalWriter } from './writer.ts';
import { silentLog } from '../../actors/runtime/testing/silent-log.ts';

let services: PrivateServices;
let connection: NatsConnection;
let streams: JournalStreams;

before(async () => {
  services = await startPrivateServices();
  connection = await connectNats(services.natsAccess, 'test');
  streams = new JournalStreams(connection, services.namespace);
});
after(async () => {
  await connection?.close();
  await services?.stop();
});

let made = 0;
async function open(
  head: Partial<HeadKeeper> = {},
  more: { readonly bytesMax?: number; readonly room?: { isFull: boolean } } = {},
): Promise<{ writer: JournalWriter; incarnation: string; fenced: string[] }> {
  const incarnation = `w${++made}`;
  const fenced: string[] = [];
  // The test before may have cost the connection, and a question that is lost with it times out.
  const isMade = (): Promise<boolean> =>
    streams.create(incarnation, more.bytesMax).then(
      () => true,
      () => false,
    );
  await eventually(isMade);
  const onFenced = (reason: string) => void fenced.push(reason);
  const writer = new JournalWriter({
    connection,
    streams,
    incarnation,
    head: { ...noHeads.open(incarnation), ...head },
    ...(more.room && { room: more.room }),
    clock,
    timers,
    log: silentLog,
    onFenced,
  });
  return { writer, incarnation, fenced };
}

const entry = (seq: number, body = 'text'): JournalEntry => ({
  type: 'conversation',
  shard: 1,
  actorId: 'c',
  epoch: 1,
  event: {
    seq,
    atMs: 1,
    type: 'message',
    by: 'sender',
    key: `key ${seq}`,
    ordinal: seq,
    body,
    replyTo: null,
    mentions: [],
    attachments: [],
    editedAtMs: null,
    reactions: [],
  },
});

function append(writer: JournalWriter, seq: number): Promise<number> {
  return new Promise((resolve) => writer.append([entry(seq)], resolve));
}

async function readUntil(
  incarnation: string,
  done: (records: JournalRecord[]) => boolean,
): Promise<JournalRecord[]> {
  const reader = new JournalReader(connection, streams, incarnation, timers, silentLog);
  const records: JournalRecord[] = [];
  for await (const { record } of reader.read(journalStart)) {
    records.push(record);
    if (done(records)) reader.stop();
  }
  return records;
}

const seqsOf = (records: JournalRecord[]) =>
  records
    .flatMap((record) => (record.type === 'batch' ? record.entries : []))
    .map((each) => (each.type === 'conversation' ? each.event.seq : 0));

test('[MSG-2] what is appended at the same time shares records, in order, each once', async () => {
  const { writer, incarnation } = await open();
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => append(writer, index + 1)));
  assert.ok(writer.totals.records < 100, `${writer.totals.records} records for 1000 entries`);
  const records = await readUntil(incarnation, (read) => seqsOf(read).length >= 1_000);
  assert.deepEqual(
    seqsOf(records),
    Array.from({ length: 1_000 }, (_, index) => index + 1),
  );
  assert.deepEqual(
    records.map(({ number }) => number),
    records.map((_, index) => index + 1),
  );
});

test('a sealed journal takes nothing more from its owner, and says so once (FAULTS 5)', async () => {
  const { writer, incarnation, fenced } = await open();
  await append(writer, 1);
  await sealJournal(connection, streams, incarnation, 'leader', silentLog);
  let answered = false;
  writer.append([entry(2)], () => (answered = true));
  await eventually(() => fenced.length > 0);
  assert.deepEqual(fenced, ['the journal was sealed by a successor']);
  assert.equal(answered, false);
  const records = await readUntil(incarnation, (read) => read.at(-1)?.type === 'seal');
  assert.deepEqual(seqsOf(records), [1]);
});

test('sealing twice, or an empty journal, does no harm (FAULTS 4)', async () => {
  const { incarnation } = await open();
  await sealJournal(connection, streams, incarnation, 'one', silentLog);
  await sealJournal(connection, streams, incarnation, 'two', silentLog);
  const records = await readUntil(incarnation, (read) => read.at(-1)?.type === 'seal');
  assert.equal(records.length, 1);
  assert.equal(records[0]!.type === 'seal' && records[0]!.by, 'one');
});

test('a seal racing with appends: each append is in front of the seal or never answered (FAULTS 6)', async () => {
  for (let round = 0; round < 10; round++) {
    const { writer, incarnation, fenced } = await open();
    const answered: number[] = [];
    let seq = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < 10; i++) {
        const mine = ++seq;
        writer.append([entry(mine)], () => void answered.push(mine));
      }
    }, 2);
    await eventually(() => answered.length > 50);
    await sealJournal(connection, streams, incarnation, 'leader', silentLog);
    await eventually(() => fenced.length === 1);
    clearInterval(timer);
    const records = await readUntil(incarnation, (read) => read.at(-1)?.type === 'seal');
    const recorded = new Set(seqsOf(records));
    assert.ok(
      answered.every((each) => recorded.has(each)),
      'an answered append is not in the journal',
    );
  }
});

test('an append that timed out while NATS stood still lands exactly once (FAULTS 9)', async () => {
  const { writer, incarnation } = await open();
  await append(writer, 1);
  services.nats.pause();
  const pending = [2, 3, 4].map((seq) => append(writer, seq));
  try {
    await eventually(() => writer.totals.repeats > 0);
  } finally {
    services.nats.resume();
  }
  await Promise.all(pending);
  await append(writer, 5);
  const records = await readUntil(incarnation, (read) => seqsOf(read).includes(5));
  assert.deepEqual(seqsOf(records), [1, 2, 3, 4, 5]);
});

test('kill -9 of NATS loses nothing that was answered, and appends go on (FAULTS 7)', async () => {
  const { writer, incarnation } = await open();
  const answered: number[] = [];
  let seq = 0;
  const timer = setInterval(() => {
    const mine = ++seq;
    writer.append([entry(mine)], () => void answered.push(mine));
  }, 1);
  await eventually(() => answered.length > 100);
  await services.nats.kill();
  await services.nats.restart();
  const before = answered.length;
  await eventually(() => answered.length > before + 100);
  clearInterval(timer);
  await eventually(() => answered.length === seq);
  const records = await readUntil(incarnation, (read) => seqsOf(read).length >= seq);
  assert.deepEqual(
    seqsOf(records),
    Array.from({ length: seq }, (_, index) => index + 1),
  );
});

test('who reads goes on soon after NATS stood still and then lost the connection (FAULTS 9)', async () => {
  const { writer, incarnation } = await open();
  await append(writer, 1);
  const reader = new JournalReader(connection, streams, incarnation, timers, silentLog);
  let read = 0;
  const reading = (async () => {
    for await (const { record } of reader.read(journalStart)) read = record.number;
  })();
  await eventually(() => read === 1);
  services.nats.pause();
  try {
    // The reader misses its heartbeats, and its question after them is lost.
    await lasting(7_000);
  } finally {
    services.nats.resume();
  }
  await services.nats.kill();
  await services.nats.restart();
  await append(writer, 2);
  // A quarter of a minute less than the client's own pause, which the reader must not sit through.
  await eventually(() => read === 2, { timeoutMs: 12_000 });
  reader.stop();
  await reading;
});

test('[MSG-2] a journal whose stream is deleted has ended: its owner learns it and answers nobody (FAULTS 34)', async () => {
  const { writer, incarnation, fenced } = await open();
  await append(writer, 1);
  await streams.delete(incarnation);
  let answered = false;
  writer.append([entry(2)], () => (answered = true));
  await eventually(() => fenced.length > 0);
  assert.deepEqual(fenced, ['the journal was deleted']);
  assert.equal(answered, false);
});

test('[MSG-2] the head of a journal is kept before anybody is answered (FAULTS 32)', async () => {
  const kept: number[] = [];
  const { writer } = await open({ keep: ({ number }) => void kept.push(number) });
  for (const seq of [1, 2, 3]) {
    const batch = await append(writer, seq);
    assert.equal(kept.at(-1), batch);
  }
});

test('[MSG-2] a journal whose head cannot be kept ends, and nobody is answered (FAULTS 32)', async () => {
  const keep = () => {
    throw new Error('no room');
  };
  const { writer, fenced } = await open({ keep });
  let answered = false;
  writer.append([entry(1)], () => (answered = true));
  await eventually(() => fenced.length > 0);
  assert.equal(answered, false);
});

test('a record that is missing from the middle is noticed (FAULTS 12)', async () => {
  const { writer, incarnation } = await open();
  for (const seq of [1, 2, 3]) await append(writer, seq);
  const manager = await jetstreamManager(connection);
  await manager.streams.deleteMessage(streams.streamOf(incarnation), 2);
  await assert.rejects(
    readUntil(incarnation, () => false),
    JournalDamaged,
  );
});

test('[MSG-3] a full backlog refuses until the projector has caught up', async () => {
  const { writer } = await open();
  const body = 'x'.repeat(400_000);
  const batches: number[] = [];
  for (let seq = 1; writer.refuses === null; seq++) {
    writer.append([entry(seq, body)], (batch) => {
      batches.push(batch);
    });
    if (seq % 50 === 0) await writer.drain();
    assert.ok(seq < 2_000, 'the soft limit never came');
  }
  await writer.drain();
  assert.equal(writer.refuses, 'overloaded');
  writer.noteProjected(Math.max(...batches));
  assert.equal(writer.refuses, null);
  assert.equal(writer.backlogBytes, 0);
});

test('[MSG-3] a store that is full refuses what is new, and takes what it owes once there is room (FAULTS 11)', async () => {
  const { writer, incarnation } = await open({}, { bytesMax: 4 * 1024 * 1024 });
  const body = 'x'.repeat(400_000);
  const durable: number[] = [];
  for (let seq = 1; seq <= 12; seq++) writer.append([entry(seq, body)], (batch) => durable.push(batch));
  await eventually(() => writer.refuses === 'storage_full');
  assert.ok(durable.length < 12);
  await streams.trim(incarnation, durable.at(-1)!);
  await writer.drain();
  assert.equal(durable.length, 12);
  assert.equal(writer.refuses, null);
});

test('[MSG-3] a disk without room refuses what is new and keeps what was taken (FAULTS 36)', async () => {
  const room = { isFull: false };
  const { writer } = await open({}, { room });
  const first = append(writer, 1);
  room.isFull = true;
  assert.equal(writer.refuses, 'storage_full');
  assert.equal(await first, 1);
  room.isFull = false;
  assert.equal(writer.refuses, null);
});

test('[MSG-2] a journal that is not heard of for seconds refuses what is new rather than let it wait', async () => {
  const { writer } = await open();
  assert.equal(await append(writer, 1), 1);
  services.nats.pause();
  try {
    const second = append(writer, 2);
    await eventually(() => writer.refuses === 'unavailable');
    services.nats.resume();
    assert.equal(await second, 2);
    assert.equal(writer.refuses, null);
  } finally {
    services.nats.resume();
  }
});

test('[MSG-2] a stream that lost all its records is sealed where it stands (FAULTS 32)', async () => {
  const { writer, incarnation } = await open();
  assert.equal(await append(writer, 1), 1);
  const manager = await jetstreamManager(connection);
  await manager.streams.purge(streams.streamOf(incarnation));
  await sealJournal(connection, streams, incarnation, 'test', silentLog);
  const { last, streamSeq } = await streams.end(incarnation);
  assert.equal(last?.seq, 2);
  assert.equal(streamSeq, 2);
});
