// Waiting for a condition with a deadline: servers have no other way to say that they are up or gone.
import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long to wait for what has to happen. Where tests judge a change (CI), nothing but a hang takes so long on the
 * slowest machine; someone who sits before one test wants to hear of a hang soon. How soon things happen is measured in
 * bench/ and by the drill, not by whoever waits here.
 */
export const patienceMs = 1_000 * Number(process.env['SKEIN_PATIENCE_SECONDS'] ?? (isJudging() ? 120 : 20));

function isJudging(): boolean {
  return process.env['CI'] === 'true' || process.env['SKEIN_FAULTS'] === 'all';
}

export interface Waiting {
  /** `patienceMs` unless said otherwise. */
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/** Asks `condition` every `everyMs` until it answers true; false when `timeoutMs` passed first. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs = patienceMs, everyMs = 25 }: Waiting = {},
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
  waiting: Waiting = {},
): Promise<void> {
  if (!(await until(condition, waiting))) {
    throw new Error(`not within ${waiting.timeoutMs ?? patienceMs} ms: ${condition.toString()}`);
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
