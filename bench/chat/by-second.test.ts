import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeLatencies } from '../latency.ts';
import { CountBySecond, LatencyBySecond } from './by-second.ts';
import { memoryTrends } from './memory-trend.ts';
import { timelineOf } from './timeline.ts';

test('every second keeps what was due in it, also what comes long after', () => {
  const latencies = new LatencyBySecond();
  for (let second = 0; second < 100; second++) {
    latencies.record(second, 1_000 * (second + 1));
    if (second >= 50) latencies.record(second - 50, 50_000_000);
  }
  const encoded = latencies.encode(101);
  assert.equal(encoded.length, 101);
  const counts = encoded.map((each) => mergeLatencies([each]).count);
  assert.deepEqual(counts, [...new Array<number>(50).fill(2), ...new Array<number>(50).fill(1), 0]);
  assert.equal(Math.round(mergeLatencies([encoded[60]!]).p50Ms), 61);
});

test('the timeline adds up what the generators saw in each second', () => {
  const generator = (us: number) => {
    const latency = new LatencyBySecond();
    latency.record(0, us);
    const accepted = new CountBySecond();
    accepted.add(0);
    accepted.add(1);
    return {
      deliveryBySecond: latency.encode(2),
      acceptedBySecond: accepted.counts(2),
      deliveredBySecond: [1, 0],
    };
  };
  const { everyMs, samples } = timelineOf([generator(1_000), generator(9_000)]);
  assert.equal(everyMs, 1_000);
  assert.deepEqual(
    samples.map(({ atS, accepted, delivered }) => [atS, accepted, delivered]),
    [
      [0, 2, 2],
      [1, 2, 0],
    ],
  );
  assert.ok(samples[0]!.p50Ms < 1.1 && samples[0]!.p99Ms > 8.9);
  assert.deepEqual([samples[1]!.p50Ms, samples[1]!.p99Ms], [0, 0]);
});

test('memory that grows is told by the hour, whatever it does in between', () => {
  const samples = Array.from({ length: 101 }, (_, at) => ({
    atS: at * 10,
    memoryBytes: { workers: 1_000_000 + at * 1_000 + (at % 2) * 500, ...(at > 50 && { postgres: 5 }) },
  }));
  const [workers, ...others] = memoryTrends(samples);
  assert.deepEqual(others, []);
  assert.equal(workers!.group, 'workers');
  assert.ok(Math.abs(workers!.bytesPerHour - 360_000) < 1_000, String(workers!.bytesPerHour));
  assert.ok(workers!.lastBytes - workers!.firstBytes > 85_000);
  assert.deepEqual(memoryTrends([]), []);
});
