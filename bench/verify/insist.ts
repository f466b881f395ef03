// Repeats a request that cannot be answered now: by the time it can be, the fault is over.
import { setTimeout as delay } from 'node:timers/promises';
import { RequestError } from '../../protocol/client/index.ts';

const retryEveryMs = 100;
const withinMs = 60_000;

/** @param isWanted false gives up, as a minute does unless it is given: the last refusal is thrown */
export async function insist<Value>(
  request: () => Promise<Value>,
  isWanted: () => boolean = forAMinute(),
): Promise<Value> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const isLater = error instanceof RequestError && error.retryable;
      if (!isLater || !isWanted()) throw error;
      await delay(retryEveryMs);
    }
  }
}

function forAMinute(): () => boolean {
  const untilMs = performance.now() + withinMs;
  return () => performance.now() < untilMs;
}
