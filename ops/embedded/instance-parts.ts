// Parts that have been started so far, so that a start which fails half-way can be undone as well as one that succeeded.
import { removeInstanceRecord } from './instance-record.ts';
import type { Kept, Restartable } from './keep-running.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';

export class InstanceParts {
  readonly #parts: { stop(): Promise<void>; kill(): Promise<void> }[] = [];
  #folder: StateFolder | undefined;
  #stopping = false;

  get stopping(): boolean {
    return this.#stopping;
  }

  takeFolder(stateDir: string): StateFolder {
    this.#folder = openStateFolder(stateDir);
    return this.#folder;
  }

  add<S extends Restartable>(part: Kept<S>): Kept<S> {
    this.#parts.push(part);
    return part;
  }

  /** Stops the parts, the last one first, then gives the folder back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const part of this.#parts.toReversed()) await part.stop();
    this.#releaseFolder();
  }

  /** Ends all of them at once, as a crash would. */
  async kill(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.kill()));
    this.#releaseFolder();
  }

  #releaseFolder(): void {
    if (!this.#folder) return;
    removeInstanceRecord(this.#folder.dir);
    this.#folder.release();
  }
}
