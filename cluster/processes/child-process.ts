// How a child of the supervisor lives and ends: it says when it is ready, stops on SIGTERM, and when the supervisor
// is gone. Ctrl-C in the terminal is the supervisor's to handle.
import { flushCompileCache } from 'node:module';

export interface Stoppable {
  stop(): Promise<void>;
}

export type ChildMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'fatal'; readonly reason: string }
  /** It can never start with these settings; the sentence is for a person. */
  | { readonly type: 'hopeless'; readonly sentence: string };

const stopWithinMs = 8_000;

export async function runChild(
  start: () => Promise<Stoppable>,
  onError: (error: unknown) => void,
): Promise<void> {
  process.on('SIGINT', () => undefined);
  let stopping = false;
  let running: Stoppable | null = null;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    const deadline = AbortSignal.timeout(stopWithinMs);
    deadline.addEventListener('abort', () => process.exit(1));
    (running?.stop() ?? Promise.resolve()).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  process.on('uncaughtException', (error) => {
    onError(error);
    process.exit(1);
  });
  try {
    running = await start();
    process.send?.({ type: 'ready' } satisfies ChildMessage);
    // Now, since a life may end by kill -9.
    flushCompileCache();
  } catch (error) {
    onError(error);
    process.exit(1);
  }
}
