import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../protocol/limits.ts';
import { uploadTiming } from './timing.ts';

void test('[MSG-7] whatever the expiry, requests end before the blobs of what they serve are deleted', () => {
  for (const expiresAfterMs of [
    1_000,
    60_000,
    limits.uploadExpiresAfterMs,
    30 * limits.uploadExpiresAfterMs,
  ]) {
    const { requestWithinMs, graceMs, unsentAfterMs, sweepEveryMs } = uploadTiming(expiresAfterMs);
    assert.ok(requestWithinMs < graceMs && requestWithinMs < expiresAfterMs, `${expiresAfterMs}`);
    assert.ok(sweepEveryMs <= expiresAfterMs && unsentAfterMs > expiresAfterMs, `${expiresAfterMs}`);
  }
});
