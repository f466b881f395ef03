// Final answer of a server, for tests that expect a refusal.
import { setTimeout as delay } from 'node:timers/promises';
import { RequestError, type ErrorCode } from '../../protocol/client/index.ts';

/** `accepted` or the code of the refusal; what the server asks to repeat is repeated. */
export async function answerOf(request: () => Promise<unknown>): Promise<'accepted' | ErrorCode> {
  for (;;) {
    try {
      await request();
      return 'accepted';
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!error.retryable) return error.code;
      await delay(Math.max(50, error.retryAfterMs ?? 0));
    }
  }
}
