import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconnectDelayMs, reconnectFirstMs, reconnectMaxMs } from './reconnect-policy.ts';

const almostOne = 1 - Number.EPSILON;

void test('the wait doubles with each failure up to its bound, and never is nothing', () => {
  for (let attempt = 0; attempt < 2_000; attempt++) {
    const ceiling = Math.min(reconnectMaxMs, reconnectFirstMs * 2 ** attempt);
    assert.equal(reconnectDelayMs(attempt, 0), Math.round(ceiling / 10), `attempt ${attempt}, shortest`);
    assert.equal(reconnectDelayMs(attempt, almostOne), ceiling, `attempt ${attempt}, longest`);
    const half = reconnectDelayMs(attempt, 0.5);
    assert.ok(half > ceiling / 10 && half < ceiling, `attempt ${attempt}, in between`);
  }
});
