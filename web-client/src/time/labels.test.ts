import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agoLabel, dayLabel, daysAgo, lastSeenLabel } from './labels.ts';

const at = (month: number, day: number, hour: number, year = 2026) =>
  new Date(year, month - 1, day, hour).getTime();

void test('days are counted by the calendar, not by hours', () => {
  assert.equal(daysAgo(at(5, 9, 23), at(5, 10, 1)), 1);
  assert.equal(daysAgo(at(5, 10, 0), at(5, 10, 23)), 0);
  assert.equal(daysAgo(at(3, 28, 12), at(3, 30, 12)), 2); // over a change to summer time
});

void test('labels say as little as is clear', () => {
  const now = at(5, 10, 15);
  assert.equal(dayLabel(at(5, 10, 9), now), 'Today');
  assert.equal(dayLabel(at(5, 9, 9), now), 'Yesterday');
  assert.match(dayLabel(at(5, 9, 9, 2024), now), /2024/);
  assert.equal(agoLabel(at(5, 9, 23), now), 'Yesterday');
  assert.match(agoLabel(at(5, 10, 9), now), /9/);
  assert.doesNotMatch(agoLabel(at(5, 6, 9), now), /\d/);
});

void test('last seen is told ever more roughly', () => {
  const now = at(5, 10, 15);
  assert.equal(lastSeenLabel(now - 20_000, now), 'last seen just now');
  assert.equal(lastSeenLabel(now + 5_000, now), 'last seen just now'); // two clocks
  assert.equal(lastSeenLabel(now - 12 * 60_000, now), 'last seen 12 min ago');
  assert.match(lastSeenLabel(at(5, 10, 9), now), /^last seen today at .*9/);
  assert.match(lastSeenLabel(at(5, 9, 9), now), /^last seen yesterday at /);
  assert.match(lastSeenLabel(at(3, 2, 9, 2024), now), /^last seen on .*24/);
});
