// The floor's promise on a real NATS: nothing is durable before NATS has it, and what is durable can be read again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { eventually } from '../../protocol/waiting.ts';
import { startOwnNats } from './embedded-part.ts';
import { writeEntry } from './floor-frames.ts';
import { FloorJournal } from './floor-journal.ts';

/** Far longer than entries are gathered, and far shorter than a publisher waits for its answer. */
const frozenMs = 200;

async function recordsOf(natsUrl: string, stream: string): Promise<Buffer[]> {
  const connection = await connect({ servers: natsUrl });
  try {
    const { streams } = await jetstreamManager(connection);
    const { state } = await streams.info(stream);
    const records = [];
    for (let seq = 1; seq <= state.last_seq; seq++) {
      records.push(Buffer.from((await streams.getMessage(stream, { seq }))!.data));
    }
    return records;
  } finally {
    await connection.close();
  }
}

test('the floor finishes messages in order, when NATS has them, and several by one record', async () => {
  const nats = await startOwnNats();
  const finished: number[] = [];
  const journal = await FloorJournal.open<{ bytes: Buffer; number: number }>(nats.url, 'test', (entry) =>
    finished.push(entry.number),
  );
  const numbers = Array.from({ length: 101 }, (_, index) => index + 1);
  const entries = numbers.map((number) => ({
    bytes: writeEntry(6, 7, number, Buffer.from('hello')),
    number,
  }));
  try {
    journal.append(entries[0]!);
    await eventually(() => finished.length === 1);
    process.kill(nats.pid, 'SIGSTOP');
    for (const entry of entries.slice(1)) journal.append(entry);
    await delay(frozenMs);
    assert.deepEqual(finished, [1]);
    process.kill(nats.pid, 'SIGCONT');
    await eventually(() => finished.length === entries.length);
    assert.deepEqual(finished, numbers);
    const records = await recordsOf(nats.url, 'floor_test');
    assert.equal(records.length, 2);
    assert.deepEqual(Buffer.concat(records), Buffer.concat(entries.map(({ bytes }) => bytes)));
  } finally {
    process.kill(nats.pid, 'SIGCONT');
    await journal.close();
    await nats[Symbol.asyncDispose]();
  }
});
