// How many bytes of this worker's links NATS may not have yet. The client library keeps without limit what it cannot
// write: to a NATS that is frozen, slow or away a busy worker would keep gigabytes. So bytes count as unconfirmed from
// the moment they are handed over until a round trip that was begun after them is completed; past a bound no more are
// handed over. Pure: told what was published, and what became of a round trip.

export class Unconfirmed {
  #bytes = 0;
  /** Of those, what the round trip under way confirms. */
  #covered: number | null = null;

  get bytes(): number {
    return this.#bytes;
  }
  get roundTripUnderWay(): boolean {
    return this.#covered !== null;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** A round trip begins: it will confirm everything so far. One at a time. */
  begin(): void {
    this.#covered = this.#bytes;
  }

  /**
   * It is over. If it failed, the connection is gone, and with it everything that it had not carried: as much is free
   * again, though the receivers may miss it.
   */
  end(): void {
    this.#bytes -= this.#covered ?? 0;
    this.#covered = null;
  }
}
