// Waiting for a condition with a deadline: servers have no other way to say that they are up or gone.
import { setTimeout as delay } from 'node:timers/promises';

/** Asks `condition` every `everyMs` until it answers true; false when `timeoutMs` passed first. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs, everyMs = 25 }: { timeoutMs: number; everyMs?: number },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await delay(everyMs);
  }
}

/** Like `until`, but the condition has to come true: for tests. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  bounds: { timeoutMs: number; everyMs?: number },
): Promise<void> {
  if (!(await until(condition, bounds))) {
    throw new Error(`not within ${bounds.timeoutMs} ms: ${condition.toString()}`);
  }
}

/** Whether `promise` settles within `timeoutMs`. */
export async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const abort = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const timeout = delay(timeoutMs, false, { signal: abort.signal }).catch(() => false);
  const first = await Promise.race([settled, timeout]);
  abort.abort();
  return first;
}
