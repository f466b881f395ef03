// Waiting for what a person would see in the end, with patience for slow machines.
import assert from 'node:assert/strict';
import { patienceMs, until } from '../../protocol/waiting.ts';

/** Resolves once `condition` holds; rejects with a sentence when it did not in time. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const happened = await until(condition, { everyMs: 50 });
  assert.ok(happened, `not within ${patienceMs / 1000} s: ${what}`);
}

/** Resolves once `read` answers `expected`; rejects with what it answered last when it did not in time. */
export async function becomes<T>(what: string, read: () => Promise<T>, expected: T): Promise<void> {
  let last: T | undefined;
  const happened = await until(
    async () => {
      last = await read();
      return last === expected;
    },
    { everyMs: 50 },
  );
  assert.ok(happened, `after ${patienceMs / 1000} s ${what} is ${String(last)}, not ${String(expected)}`);
}
