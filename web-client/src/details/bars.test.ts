import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, scaleTop, spans } from './bars.ts';

const now = Date.UTC(2026, 2, 1, 12);

void test('[INS-1] every day has a bar, and the last one is today', () => {
  const bars = barsOf(
    [
      { day: '2026-02-28', messages: 4 },
      { day: '2026-03-01', messages: 2 },
    ],
    30,
    now,
  );
  assert.equal(bars.length, 30);
  assert.deepEqual(bars.at(-1), { from: '2026-03-01', to: '2026-03-01', messages: 2 });
  assert.deepEqual(bars.at(-2), { from: '2026-02-28', to: '2026-02-28', messages: 4 });
  assert.deepEqual(bars[0], { from: '2026-01-31', to: '2026-01-31', messages: 0 });
});

void test('[INS-1] no message is lost or counted twice, whatever the span', () => {
  for (const span of spans) {
    const days = Array.from({ length: span }, (_, i) => ({
      day: new Date(now - i * 86_400_000).toISOString().slice(0, 10),
      messages: i + 1,
    }));
    const sum = barsOf(days, span, now).reduce((total, { messages }) => total + messages, 0);
    assert.equal(sum, (span * (span + 1)) / 2);
  }
  assert.equal(barsOf([], 365, now).length, 53);
});

void test('the scale ends at a round number', () => {
  assert.deepEqual([0, 3, 5, 11, 40, 41, 99, 101].map(scaleTop), [4, 4, 5, 15, 40, 50, 100, 150]);
});
