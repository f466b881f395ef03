// A verdict that is too kind is worse than none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CountBySecond, LatencyBySecond } from '../chat/by-second.ts';
import { noFindings } from '../verify/findings.ts';
import type { LoadMeasurements } from '../chat/load.ts';
import type { LoadOptions } from '../chat/options.ts';
import { Latency } from '../latency.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import { loadResult, type LoadResult } from './result.ts';
import { renderLoad } from './table.ts';

const none = noFindings();
const options: LoadOptions = {
  layout: { kind: 'pairs' },
  window: null,
  reactionRate: 0,
  cutAfter: null,
  watchMemory: false,
  clients: 'sdk',
  connectRate: 1000,
  seed: 1,
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
  options?: Partial<LoadOptions>;
  recipients?: number;
  /** Microseconds until each was back. */
  back?: number[];
  away?: number;
  reactionUs?: number;
  projectedWithinSeconds?: number;
}

function encoded(...us: number[]): string {
  const latency = new Latency();
  for (const each of us) latency.record(each);
  return latency.encode();
}

/** So many in each of ten seconds. */
function bySecond(total: number): number[] {
  const counts = new CountBySecond();
  for (let count = 0; count < total; count++) counts.add(count % 10);
  return counts.counts(10);
}

function resultOf(change: Change): LoadResult {
  const { accepted = 1_000, delivered = accepted, latencyUs = 2_000, latenessUs = 500 } = change;
  const latencyOf = (us: number) => encoded(...new Array<number>(delivered).fill(us));
  const counter = new WireCounter();
  const events = 2 * accepted + (change.extraEvents ?? 0);
  for (let count = 0; count < events; count++) counter.received(new Uint8Array([0x92, 0xcc, 128]), 128);
  if (change.resumed) counter.closed(4201);
  const measured: LoadMeasurements = {
    generators: [
      {
        delivery: latencyOf(latencyUs),
        acknowledgement: latencyOf(latencyUs),
        lateness: latencyOf(latenessUs),
        reactionAcknowledgement: encoded(),
        reactionDelivery: change.reactionUs === undefined ? encoded() : encoded(change.reactionUs),
        comingBack: encoded(...(change.back ?? [])),
        deliveryBySecond: new LatencyBySecond().encode(10),
        acceptedBySecond: bySecond(accepted),
        deliveredBySecond: bySecond(delivered),
        refusedForGood: {},
        wire: counter.totals,
        utilization: change.utilization ?? 0.1,
      },
    ],
    counts: {
      online: 20,
      ...{ opened: 20, following: 20, sent: 1_000, accepted, refused: 0, toDeliver: accepted, delivered },
      ...{ shownToWriter: accepted, reacted: 0, reactionsSettled: 0, away: change.away ?? 0 },
    },
    check: {
      conversations: 10,
      views: 20,
      accepted,
      reactions: 0,
      shown: 2 * accepted,
      historiesRead: 10,
      live: { ...none, ...change.live },
      history: { ...none, ...change.history },
      examples: [],
    },
    usage: null,
    counters: { skein_journal_records_total: 500 },
    connectSeconds: 1,
    openSeconds: 1,
    stragglersSeconds: 0,
    projectedWithinSeconds: change.projectedWithinSeconds ?? null,
    conversations: 10,
    recipientsPerMessage: change.recipients ?? 1,
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
  const context = { scenario: 'chat', command: 'bench', startedAt: 'now', surroundings, notes: [] } as const;
  return loadResult(context, { ...options, ...change.options }, measured);
}

test('[NUM-2] a run where everything is in order is sound', () => {
  const { sound, sentences } = resultOf({}).verdict;
  assert.ok(sound);
  assert.match(sentences.join('\n'), /^OK: all 1000 acknowledged[^]*It kept up[^]*were met/);
});

test('[NUM-2] one finding of any kind, live or in the history, fails the run', () => {
  for (const kind of Object.keys(none)) {
    for (const where of ['live', 'history'] as const) {
      const { sound, sentences } = resultOf({ [where]: { [kind]: 1 } }).verdict;
      assert.ok(!sound);
      assert.match(sentences[0]!, /^FAILED: .* 1 /);
    }
  }
});

test('[NUM-2] an event that came twice over the wire fails the run, unless a resume explains it', () => {
  assert.ok(!resultOf({ extraEvents: 1 }).verdict.sound);
  const resumed = resultOf({ extraEvents: 1, resumed: true });
  assert.equal(resumed.repeatedOnTheWire, null);
  assert.ok(resumed.verdict.sound);
});

test('a run in which nothing was acknowledged proves nothing and fails', () => {
  assert.ok(!resultOf({ accepted: 0 }).verdict.sound);
});

test('[DM-2] latencies above the bound and rates below the wish are said', () => {
  assert.match(resultOf({ latencyUs: 600_000 }).verdict.sentences.join('\n'), /were NOT met/);
  assert.match(resultOf({ delivered: 900 }).verdict.sentences.join('\n'), /NOT keep up: 90\.0 of 100/);
  assert.match(resultOf({ delivered: 960 }).verdict.sentences.join('\n'), /It kept up/);
});

test('[NUM-2] what came only by a resume is said', () => {
  const { sound, sentences } = resultOf({ extraEvents: -3, resumed: true }).verdict;
  assert.ok(sound);
  assert.match(sentences.join('\n'), /Only 99\.85% came without a resume/);
});

test('what the generators did to the numbers themselves is said', () => {
  assert.match(resultOf({ latenessUs: 80_000 }).verdict.sentences.join('\n'), /sent 80 ms late/);
  assert.match(resultOf({ utilization: 0.97 }).verdict.sentences.join('\n'), /97% busy: use more/);
});

test('the table says what was run, measured and concluded', () => {
  const table = renderLoad(resultOf({ live: { lost: 2 } }));
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

test('[NUM-2] people who do not come back fail the run, and the time until they do is told', () => {
  const cut: Partial<LoadOptions> = { cutAfter: 1 };
  assert.ok(!resultOf({ options: cut, away: 1 }).verdict.sound);
  const { sound, sentences } = resultOf({ options: cut, back: [100_000, 2_500_000], resumed: true }).verdict;
  assert.ok(sound);
  assert.match(sentences.join('\n'), /Of 2 people who lost .* half .* 0\.10 s.* the last one after 2\.50 s/);
});

test('a closed loop tells what it reached, and when that is the limit of its people', () => {
  const closed = resultOf({ options: { window: 8 }, delivered: 19_000 }).verdict.sentences.join('\n');
  assert.match(
    closed,
    /With 8 messages under way it took 100\.0 messages and made 1900\.0 deliveries a second/,
  );
  assert.doesNotMatch(closed, /rate limit|DM-2/);
  const limited = resultOf({ options: { window: 8, connections: 2 } }).verdict.sentences.join('\n');
  assert.match(limited, /what 2 people may send by the rate limit/);
});

test('a message to many counts as kept up with when all of them had it', () => {
  const sentences = (delivered: number) =>
    resultOf({ recipients: 3, delivered }).verdict.sentences.join('\n');
  assert.match(sentences(3_000), /It kept up/);
  assert.match(sentences(1_000), /NOT keep up: 100\.0 of 300\.0 deliveries/);
});

test('[REA-2] how soon reactions were seen is told', () => {
  const sentences = (reactionUs: number) =>
    resultOf({ options: { reactionRate: 1 }, reactionUs }).verdict.sentences.join('\n');
  assert.match(sentences(20_000), /20\.0 ms at p95; REA-2's 50 ms were met/);
  assert.match(sentences(80_000), /were NOT met/);
});

test('when everything was in PostgreSQL is told where it is known', () => {
  assert.match(
    resultOf({ projectedWithinSeconds: 1.25 }).verdict.sentences.join('\n'),
    /PostgreSQL 1\.3 s after/,
  );
  assert.doesNotMatch(resultOf({}).verdict.sentences.join('\n'), /PostgreSQL/);
});
