// Requests that the server refuses because it has too much to do were not carried out: they are repeated after the time
// it asks for, and a random time more, for as long as the caller would have waited for an answer.
import type { RequestError } from '../errors.ts';
import { repeatDelayMs } from './reconnect-policy.ts';

/**
 * @param ask sends the request and resolves with its answer
 * @param withinMs how long a refusal is worth a repeat; then the caller gets it
 */
export async function askPatiently<Answer>(ask: () => Promise<Answer>, withinMs: number): Promise<Answer> {
  const startedAtMs = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const { code, retryAfterMs } = error as RequestError;
      const waitMs = repeatDelayMs(retryAfterMs, attempt, Math.random());
      const isWorthIt = code === 'overloaded' && performance.now() - startedAtMs + waitMs < withinMs;
      if (!isWorthIt) throw error;
      await new Promise<void>((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
