import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bar } from './bars.ts';
import { formatDuration, parseDuration, parseMoment } from './durations.ts';
import { formatBytes, listed, plural } from './numbers.ts';
import { table } from './table.ts';

test('[OPS-2] durations are read as people write them', () => {
  assert.deepEqual(
    ['500ms', '30s', '2m', '1h', '1m30s', '0s'].map(parseDuration),
    [500, 30_000, 120_000, 3_600_000, 90_000, 0],
  );
  for (const wrong of ['', '30', 's', '-3s', '3 s', '1x'])
    assert.throws(() => parseDuration(wrong), /looks like 30s/, wrong);
  assert.equal(parseMoment('10m', 3_600_000), 3_000_000);
  assert.equal(parseMoment('1970-01-01T00:00:05Z', 0), 5_000);
  assert.throws(() => parseMoment('yesterday', 0), /is no time/);
});

test('[OPS-2] durations, bytes and counts are told as people read them', () => {
  assert.deepEqual([250, 4_200, 45_000, 300_000, 18_000_000].map(formatDuration), [
    '250 ms',
    '4.2 s',
    '45 s',
    '5 min',
    '5 h',
  ]);
  assert.deepEqual([12, 1_536, 200 * 1024 * 1024].map(formatBytes), ['12 B', '1.5 KiB', '200 MiB']);
  assert.deepEqual([plural(1, 'shard'), plural(1_200, 'shard')], ['1 shard', '1,200 shards']);
  assert.equal(listed(['a', 'b', 'c']), 'a, b and c');
});

test('[OPS-2] tables put numbers to the right', () => {
  assert.equal(
    table(
      ['worker', 'shards'],
      [
        ['one/1', '7'],
        ['one/12', '1,000'],
      ],
    ),
    'worker  shards\none/1        7\none/12   1,000',
  );
});

test('[OPS-2] bars are as long as their part', () => {
  assert.deepEqual([bar(0, 4), bar(0.5, 4), bar(2, 4)], ['    ', '██  ', '████']);
});
