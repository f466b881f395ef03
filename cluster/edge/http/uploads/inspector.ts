// A worker's access to the process that looks into uploaded files. Decoders of pictures are written in C and fed by
// strangers: one that crashes, hangs or eats memory takes that process, never the worker with its actors.
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Cancel, Log, Timers } from '../../../../actors/runtime/ports.ts';
import type { Inspection } from './content.ts';

const program = path.join(import.meta.dirname, 'content-process.ts');
const inspectWithinMs = 30_000;
/** The process is ended when nothing came for so long. */
const idleEndsAfterMs = 60_000;

export class Inspector {
  readonly #timers: Timers;
  readonly #log: Log;
  #child: Promise<ChildProcess> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #cancelIdleEnd: Cancel = () => undefined;
  #busy = false;
  readonly totals = { inspected: 0, processesLost: 0 };

  constructor(timers: Timers, log: Log) {
    this.#timers = timers;
    this.#log = log;
  }

  /** A process is at work on a file. */
  get busy(): boolean {
    return this.#busy;
  }

  /**
   * One after the other. Content that takes two processes down, or takes too much time in both, is refused; throws when
   * no process can be started.
   */
  inspect(content: Uint8Array): Promise<Inspection> {
    const inspection = this.#last.then(() => this.#inspect(content));
    this.#last = inspection.catch(() => undefined);
    return inspection;
  }

  stop(): void {
    this.#cancelIdleEnd();
    this.#child?.then((child) => child.kill('SIGKILL')).catch(() => undefined);
    this.#child = null;
  }

  async #inspect(content: Uint8Array): Promise<Inspection> {
    this.#cancelIdleEnd();
    // The second attempt clears content of what befell the process for another reason.
    const inspection = (await this.#attempt(content)) ?? (await this.#attempt(content));
    this.#cancelIdleEnd = this.#timers.setTimeout(() => this.stop(), idleEndsAfterMs);
    return inspection ?? { kind: 'refused', reason: 'The content could not be checked.' };
  }

  async #attempt(content: Uint8Array): Promise<Inspection | null> {
    const inspection = await this.#ask(await (this.#child ??= this.#start()), content);
    this.totals.inspected++;
    if (inspection) return inspection;
    this.totals.processesLost++;
    this.#log.warn({ bytes: content.byteLength }, 'the process that looked into a file was lost over it');
    this.stop();
    return null;
  }

  #start(): Promise<ChildProcess> {
    // No environment: nothing in there is any of its business.
    const child = fork(program, {
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const { promise, resolve, reject } = Promise.withResolvers<ChildProcess>();
    child.once('message', () => resolve(child));
    const ended = (cause: unknown) => {
      reject(new Error(`the process that looks into files does not run (${String(cause)})`));
      if (this.#child === promise) this.#child = null;
    };
    child.on('error', ended).on('exit', ended);
    return promise;
  }

  /** Null: no answer, because the process ended or took too long. */
  #ask(child: ChildProcess, content: Uint8Array): Promise<Inspection | null> {
    this.#busy = true;
    const { promise, resolve } = Promise.withResolvers<Inspection | null>();
    const lost = () => resolve(null);
    const answered = (inspection: unknown) => resolve(inspection as Inspection);
    child.once('exit', lost).once('message', answered);
    const cancel = this.#timers.setTimeout(lost, inspectWithinMs);
    child.send(content, (error) => {
      if (error) lost();
    });
    return promise.finally(() => {
      this.#busy = false;
      cancel();
      child.off('exit', lost).off('message', answered);
    });
  }
}
