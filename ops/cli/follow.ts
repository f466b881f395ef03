// Waiting for something to come about in the cluster, with progress, within a bound, until Ctrl-C.
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes, reasonOf } from './errors.ts';
import type { Progress } from './terminal/progress.ts';

export interface Look {
  readonly done: boolean;
  /** How things stand. */
  readonly say: string;
}

export type Outcome = 'done' | 'late' | 'interrupted';

export interface FollowOptions {
  readonly progress: Progress;
  readonly withinMs: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

const lookEveryMs = 200;

/** Looks again and again. One look that fails says nothing: NATS may be starting anew. */
export async function follow(
  look: () => Promise<Look>,
  { progress, withinMs, signal }: FollowOptions,
): Promise<Outcome> {
  const deadlineMs = performance.now() + withinMs;
  try {
    while (!signal.aborted) {
      const { done, say } = await look().catch((error: unknown) => ({
        done: false,
        say: `cannot look (${reasonOf(error)}); trying again`,
      }));
      if (done) return 'done';
      progress.say(say);
      if (performance.now() >= deadlineMs) return 'late';
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
    return 'interrupted';
  } finally {
    progress.end();
  }
}

/** npm passes a Ctrl-C on that the terminal has sent to everyone already. */
const sameSignalMs = 1_000;

/** Ctrl-C aborts the signal while the work goes on, so that it can end in good order; a second one ends the process. */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  let firstMs: number | null = null;
  const interrupt = (): void => {
    if (firstMs !== null && performance.now() - firstMs > sameSignalMs) process.exit(exitCodes.badNews);
    firstMs ??= performance.now();
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
