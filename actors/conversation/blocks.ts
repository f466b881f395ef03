// Blocks between the two people of a direct conversation (ACC-5). The blocker's session tells, at least once and in any
// order; the latest by the session's own sequence counts.

export interface StoredBlock {
  readonly userId: string;
  readonly version: number;
  readonly blocked: boolean;
}

export class Blocks {
  readonly #blocks = new Map<string, StoredBlock>();

  constructor(stored: readonly StoredBlock[]) {
    for (const block of stored) this.#blocks.set(block.userId, block);
  }

  get any(): boolean {
    for (const { blocked } of this.#blocks.values()) if (blocked) return true;
    return false;
  }

  /** False when something as new is known. */
  note(block: StoredBlock): boolean {
    if ((this.#blocks.get(block.userId)?.version ?? 0) >= block.version) return false;
    this.#blocks.set(block.userId, block);
    return true;
  }
}
