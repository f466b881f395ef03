// Requests that a person should not have to repeat: they wait for the connection, and while the server says
// "later" they are made again, ever more slowly.
import { RequestError, type SkeinClient } from '../../../protocol/client/index.ts';

const firstDelayMs = 500;
const delayMsMax = 15_000;

/** Resolves with the first answer; rejects with a refusal that is final, or when the signal is aborted. */
export async function patiently<T>(
  client: SkeinClient,
  signal: AbortSignal,
  request: () => Promise<T>,
): Promise<T> {
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMsMax, delayMs * 2)) {
    await whenOnline(client, signal);
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof RequestError && error.retryable)) throw error;
      await delay(Math.max(error.retryAfterMs ?? 0, delayMs * (0.5 + Math.random() / 2)), signal);
    }
  }
}

function whenOnline(client: SkeinClient, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  if (client.state.name === 'online') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const off = client.on('state', (state) => {
      if (state.name === 'online') done(resolve);
    });
    const aborted = () => done(() => reject(signal.reason as Error));
    const done = (settle: () => void) => {
      off();
      signal.removeEventListener('abort', aborted);
      settle();
    };
    signal.addEventListener('abort', aborted);
  });
}

export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    const aborted = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', aborted, { once: true });
  });
}
