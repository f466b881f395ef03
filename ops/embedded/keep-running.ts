// A server that ends by itself is started again: at once, then more and more patiently, and not for ever.
import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from './child-process.ts';
import { sentenceOf } from './embedded-error.ts';

export interface Restartable {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface KeepOptions<S extends Restartable> {
  name: string;
  start: () => Promise<S>;
  /** Takes one line about each unexpected end and each restart. */
  note: (line: string) => void;
  policy?: RestartPolicy;
  /** Awaited before each restart; true when it had to wait for what the server lacked, so that nothing failed. */
  untilPossible?: (isOver: () => boolean) => Promise<boolean>;
}

export interface RestartPolicy {
  /** Restarts in a row, each of a server that did not last for `stableMs`, before giving up. */
  attemptsMax: number;
  firstDelayMs: number;
  delayMsMax: number;
  stableMs: number;
}

export interface Kept<S extends Restartable> {
  /** The one that runs now. */
  current(): S;
  /** Resolves with a sentence when it was given up; never otherwise. */
  readonly gaveUp: Promise<string>;
  /** Stops the one that runs now, on purpose, and starts another. */
  restart(why: string): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export const defaultPolicy: RestartPolicy = {
  attemptsMax: 8,
  firstDelayMs: 250,
  delayMsMax: 10_000,
  stableMs: 60_000,
};

/** The wait before restart number `attempt` (from 1): none before the first; undefined when it is time to give up. */
export function restartDelayMs(attempt: number, policy: RestartPolicy): number | undefined {
  if (attempt > policy.attemptsMax) return undefined;
  return attempt === 1 ? 0 : Math.min(policy.delayMsMax, policy.firstDelayMs * 2 ** (attempt - 2));
}

/** Starts a server and keeps it running; a failure of the very first start is thrown. */
export async function keepRunning<S extends Restartable>(options: KeepOptions<S>): Promise<Kept<S>> {
  const keeper = new Keeper(options, await options.start());
  return keeper;
}

class Keeper<S extends Restartable> implements Kept<S> {
  readonly gaveUp: Promise<string>;
  readonly #options: KeepOptions<S>;
  readonly #policy: RestartPolicy;
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;
  #giveUp: (sentence: string) => void = () => undefined;
  #running: S;
  #attempt = 0;
  /** Set while it is stopped on purpose, to be started again. */
  #restarting: string | null = null;

  constructor(options: KeepOptions<S>, first: S) {
    this.#options = options;
    this.#policy = options.policy ?? defaultPolicy;
    this.#running = first;
    this.gaveUp = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
    this.#watching = this.#watch();
  }

  current(): S {
    return this.#running;
  }

  async restart(why: string): Promise<void> {
    if (this.#restarting !== null) return;
    this.#restarting = why;
    await this.#running.stop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running.stop();
    // A restart that was under way when the stop came.
    await this.#watching;
    await this.#running.stop();
  }

  async kill(): Promise<void> {
    this.#stopping.abort();
    await this.#running.kill();
  }

  async #watch(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const startedAt = performance.now();
      const exit = await this.#running.exited;
      if (this.#stopping.signal.aborted) return;
      const why = this.#restarting ?? `ended unexpectedly (${describeExit(exit)})`;
      if (this.#restarting !== null || performance.now() - startedAt >= this.#policy.stableMs)
        this.#attempt = 0;
      this.#restarting = null;
      this.#options.note(`${this.#options.name}: ${why}; starting it again`);
      if (!(await this.#restart())) return;
    }
  }

  /** Tries until it runs; false when stopping or out of attempts. */
  async #restart(): Promise<boolean> {
    const { name, note, start } = this.#options;
    for (;;) {
      this.#attempt += 1;
      const waitMs = restartDelayMs(this.#attempt, this.#policy);
      if (waitMs === undefined) {
        this.#giveUp(`${name} ended ${this.#policy.attemptsMax} times in a row and was given up.`);
        return false;
      }
      const isOver = (): boolean => this.#stopping.signal.aborted;
      if (await this.#options.untilPossible?.(isOver)) this.#attempt = 1;
      await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return false;
      try {
        this.#running = await start();
        note(`${name} runs again as process ${this.#running.pid}`);
        return true;
      } catch (error) {
        note(`${name} could not be started: ${sentenceOf(error)}`);
      }
    }
  }
}

export function describeExit(exit: Exit): string {
  return exit.signal === null ? `code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
}
