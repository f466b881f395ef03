// The SDK repeats sends and subscriptions by itself; other requests it leaves to its user. A busy server's "later"
// is no reason to give up a run.
import { setTimeout as delay } from 'node:timers/promises';
import { RequestError } from '../../protocol/client/index.ts';
import { BenchError } from '../bench-error.ts';

const pauseMs = 250;

/** Repeats a request that was refused for now, until it is answered or the time is over. */
export async function retried<Value>(request: () => Promise<Value>, withinMs: number): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const sentence = `A request was refused (${error.code}): ${error.message}`;
      if (!error.retryable || performance.now() > deadline) throw new BenchError(sentence, { cause: error });
      await delay(error.retryAfterMs ?? pauseMs);
    }
  }
}
