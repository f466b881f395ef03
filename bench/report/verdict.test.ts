// A verdict that is too kind is worse than none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMeasurements } from '../chat/scenario.ts';
import { Latency } from '../latency.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import { chatResult, type ChatResult } from './result.ts';
import { renderChat } from './table.ts';
import { verdictOf } from './verdict.ts';

const none = { lost: 0, doubled: 0, outOfOrder: 0, contradicted: 0, neverSent: 0 };
const options = {
  connections: 20,
  rate: 100,
  seconds: 10,
  warmup: 0,
  bytes: 100,
  workers: 2,
  generators: 1,
  receipts: true,
  server: null,
  keep: false,
  json: undefined,
  profile: undefined,
};

interface Change {
  live?: Partial<typeof none>;
  history?: Partial<typeof none>;
  accepted?: number;
  delivered?: number;
  latencyUs?: number;
  latenessUs?: number;
  utilization?: number;
  extraEvents?: number;
  resumed?: boolean;
}

function resultOf(change: Change): ChatResult {
  const { accepted = 1_000, delivered = accepted, latencyUs = 2_000, latenessUs = 500 } = change;
  const latencyOf = (us: number) => {
    const latency = new Latency();
    for (let count = 0; count < delivered; count++) latency.record(us);
    return latency.encode();
  };
  const counter = new WireCounter();
  const events = 2 * accepted + (change.extraEvents ?? 0);
  for (let count = 0; count < events; count++) counter.received(new Uint8Array([0x92, 0xcc, 128]), 128);
  if (change.resumed) counter.closed(4201);
  const measured: ChatMeasurements = {
    generators: [
      {
        delivery: latencyOf(latencyUs),
        acknowledgement: latencyOf(latencyUs),
        lateness: latencyOf(latenessUs),
        acceptedWithin: accepted,
        deliveredWithin: delivered,
        refusedForGood: {},
        wire: counter.totals,
        utilization: change.utilization ?? 0.1,
      },
    ],
    counts: {
      online: 20,
      paired: 20,
      sent: 1_000,
      accepted,
      refused: 0,
      shownToPeer: delivered,
      shownToSender: delivered,
    },
    check: {
      conversations: 10,
      accepted,
      shown: 2 * accepted,
      historiesRead: 10,
      live: { ...none, ...change.live },
      history: { ...none, ...change.history },
      examples: [],
    },
    usage: null,
    counters: { skein_journal_records_total: 500 },
    connectSeconds: 1,
    pairSeconds: 1,
    stragglersSeconds: 0,
  };
  const surroundings = {
    cores: 2,
    processor: 'any',
    memoryBytes: 2 ** 33,
    system: 'any',
    node: 'v22',
    nats: null,
    postgres: null,
  };
  return chatResult({ command: 'bench', startedAt: 'now', surroundings, notes: [] }, options, measured);
}

test('[NUM-2] a run where everything is in order is sound', () => {
  const { sound, sentences } = verdictOf(resultOf({}));
  assert.ok(sound);
  assert.match(sentences.join('\n'), /^OK: all 1000 acknowledged[^]*It kept up[^]*were met/);
});

test('[NUM-2] one finding of any kind, live or in the history, fails the run', () => {
  for (const kind of Object.keys(none)) {
    for (const where of ['live', 'history'] as const) {
      const { sound, sentences } = verdictOf(resultOf({ [where]: { [kind]: 1 } }));
      assert.ok(!sound);
      assert.match(sentences[0]!, /^FAILED: .* 1 /);
    }
  }
});

test('[NUM-2] an event that came twice over the wire fails the run, unless a resume explains it', () => {
  assert.ok(!verdictOf(resultOf({ extraEvents: 1 })).sound);
  const resumed = resultOf({ extraEvents: 1, resumed: true });
  assert.equal(resumed.repeatedOnTheWire, null);
  assert.ok(verdictOf(resumed).sound);
});

test('a run in which nothing was acknowledged proves nothing and fails', () => {
  assert.ok(!verdictOf(resultOf({ accepted: 0 })).sound);
});

test('[DM-2] latencies above the bound and rates below the wish are said', () => {
  assert.match(verdictOf(resultOf({ latencyUs: 600_000 })).sentences.join('\n'), /were NOT met/);
  assert.match(verdictOf(resultOf({ delivered: 900 })).sentences.join('\n'), /NOT keep up: 90\.0 of 100/);
  assert.match(verdictOf(resultOf({ delivered: 960 })).sentences.join('\n'), /It kept up/);
});

test('[NUM-2] what came only by a resume is said', () => {
  const { sound, sentences } = verdictOf(resultOf({ extraEvents: -3, resumed: true }));
  assert.ok(sound);
  assert.match(sentences.join('\n'), /Only 99\.85% came without a resume/);
});

test('what the generators did to the numbers themselves is said', () => {
  assert.match(verdictOf(resultOf({ latenessUs: 80_000 })).sentences.join('\n'), /sent 80 ms late/);
  assert.match(verdictOf(resultOf({ utilization: 0.97 })).sentences.join('\n'), /97% busy: use more/);
});

test('the table says what was run, measured and concluded', () => {
  const table = renderChat(resultOf({ live: { lost: 2 } }));
  for (const words of [
    'p99.9',
    'acknowledged or seen, but missing',
    'no /proc',
    'journal_records',
    'FAILED',
    '100 messages/s',
  ]) {
    assert.ok(table.includes(words), `${words} is missing in:\n${table}`);
  }
});
