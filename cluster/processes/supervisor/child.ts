// One child process that is to run for as long as the supervisor does: started again when it ends, with a pause
// that grows while it fails at once.
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Cancel, Clock, Log, Timers } from '../../../actors/runtime/ports.ts';
import { ConfigError } from '../../config-error.ts';
import type { ChildMessage } from '../child-process.ts';

export interface ChildOptions {
  readonly name: string;
  /** Module and arguments for each life. */
  readonly command: () => { readonly module: string; readonly args: readonly string[] };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly onExit: (args: readonly string[]) => void;
}

const restartFirstMs = 100;
const restartMaxMs = 5_000;
/** A life this long was no failed start. */
const settledAfterMs = 10_000;
const killAfterMs = 10_000;
/**
 * Where Node keeps what it compiled. A worker starts while others take over for it or people reconnect: the
 * CPU that its start does not take is theirs. Nobody else can write there who could not write the program itself.
 */
export const compileCache = join(import.meta.dirname, '../../../node_modules/.cache/skein');
/** Preloaded for the same reason. */
export const strippedTypes = pathToFileURL(join(import.meta.dirname, 'stripped-types.js')).href;

export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | null = null;
  #stopping = false;
  #pauseMs = restartFirstMs;
  #cancelRestart: Cancel = () => undefined;
  #starting: PromiseWithResolvers<void>[] = [];
  restarts = 0;

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /**
   * Resolves when the child has said that it is ready, in whichever of its lives. Throws ConfigError when it says that it
   * never will be.
   */
  start(): Promise<void> {
    const starting = Promise.withResolvers<void>();
    this.#starting.push(starting);
    this.#launch();
    return starting.promise;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRestart();
    await this.#end();
  }

  /** Ends the present life in good order; the next one begins at once. Resolves when it has ended. */
  async restart(): Promise<void> {
    this.#pauseMs = restartFirstMs;
    await this.#end();
  }

  /** Ends the present life as a crash would. */
  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  async #end(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    await new Promise<void>((resolve) => {
      const cancelKill = this.#options.timers.setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      child.once('exit', () => {
        cancelKill();
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  #launch(): void {
    const { name, command, env, clock, log } = this.#options;
    const { module, args } = command();
    const startedMs = clock.monotonicMs();
    let child: ChildProcess;
    try {
      child = fork(module, args, {
        env: { NODE_COMPILE_CACHE: compileCache, ...env },
        execArgv: [...process.execArgv, '--import', strippedTypes],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    } catch (error) {
      return this.#ended(args, String(error), startedMs);
    }
    this.#process = child;
    log.info({ child: name, pid: child.pid }, 'child started');
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'ready') for (const { resolve } of this.#starting.splice(0)) resolve();
      if (message.type === 'hopeless')
        for (const { reject } of this.#starting.splice(0)) reject(new ConfigError(message.sentence));
    });
    child.once('exit', (code, signal) => this.#ended(args, signal ?? `exit code ${code}`, startedMs));
    child.on('error', (error) => {
      // A process that never was has no exit; any other error is followed by one.
      if (child.pid === undefined) this.#ended(args, error.message, startedMs);
    });
  }

  #ended(args: readonly string[], reason: string, startedMs: number): void {
    const { name, clock, log, onExit } = this.#options;
    this.#process = null;
    onExit(args);
    if (this.#stopping) return;
    log.warn({ child: name, reason }, 'child ended; starting it again');
    this.#scheduleRestart(clock.monotonicMs() - startedMs);
  }

  #scheduleRestart(livedMs: number): void {
    if (livedMs > settledAfterMs) this.#pauseMs = restartFirstMs;
    this.restarts++;
    this.#cancelRestart = this.#options.timers.setTimeout(() => this.#launch(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, restartMaxMs);
  }
}
