// The part of a journal that is not in PostgreSQL yet: its bytes (the soft limit), who waits for it, and how much of the
// stream may be let go.

interface Unprojected {
  readonly batch: number;
  readonly streamSeq: number;
  readonly bytes: number;
}

export class Backlog {
  readonly #softMaxBytes: number;
  #unprojected: Unprojected[] = [];
  #bytes = 0;
  #projectedBatch = 0;
  #projectedStreamSeq = 0;
  #projectedBytesSinceTrim = 0;
  #waiting: { batch: number; resolve: () => void }[] = [];

  constructor(softMaxBytes: number) {
    this.#softMaxBytes = softMaxBytes;
  }

  get full(): boolean {
    return this.#bytes > this.#softMaxBytes;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get projectedBatch(): number {
    return this.#projectedBatch;
  }

  queued(bytes: number): void {
    this.#bytes += bytes;
  }

  appended(batch: number, streamSeq: number, entries: readonly Uint8Array[]): void {
    let bytes = 0;
    for (const entry of entries) bytes += entry.length;
    this.#unprojected.push({ batch, streamSeq, bytes });
    if (batch <= this.#projectedBatch) this.#settle(); // the projector was quicker than the acknowledgement
  }

  noteProjected(batch: number): void {
    if (batch <= this.#projectedBatch) return;
    this.#projectedBatch = batch;
    this.#settle();
    const ready = this.#waiting.filter((waiting) => waiting.batch <= batch);
    this.#waiting = this.#waiting.filter((waiting) => waiting.batch > batch);
    for (const { resolve } of ready) resolve();
  }

  projected(batch: number): Promise<void> {
    if (batch <= this.#projectedBatch) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ batch, resolve }));
  }

  /** The stream sequence to keep from, once enough before it is projected. */
  takeTrimPoint(everyBytes: number): number | null {
    if (this.#projectedBytesSinceTrim < everyBytes) return null;
    this.#projectedBytesSinceTrim = 0;
    return this.#projectedStreamSeq;
  }

  #settle(): void {
    let count = 0;
    for (const { batch, streamSeq, bytes } of this.#unprojected) {
      if (batch > this.#projectedBatch) break;
      this.#bytes -= bytes;
      this.#projectedBytesSinceTrim += bytes;
      this.#projectedStreamSeq = streamSeq;
      count++;
    }
    if (count > 0) this.#unprojected.splice(0, count);
  }
}
