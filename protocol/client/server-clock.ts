// The server's time as this client can best know it. Keys are made on it, so that a wrong device clock does not
// make them refused (OFF-6).

export class ServerClock {
  readonly #localNow: () => number;
  #offsetMs = 0;
  #bestRoundTripMs = Number.POSITIVE_INFINITY;

  constructor(localNow: () => number) {
    this.#localNow = localNow;
  }

  now(): number {
    return Math.round(this.#localNow() + this.#offsetMs);
  }

  /** Takes one exchange into account: the shortest round trip is the most exact. */
  observe(sentAtLocalMs: number, serverTimeMs: number): void {
    const receivedAt = this.#localNow();
    const roundTripMs = Math.max(0, receivedAt - sentAtLocalMs);
    const estimate = serverTimeMs + roundTripMs / 2 - receivedAt;
    // The local clock was set meanwhile: an old best no longer counts.
    const jumped = Math.abs(estimate - this.#offsetMs) > this.#bestRoundTripMs + roundTripMs;
    if (roundTripMs > this.#bestRoundTripMs && !jumped) return;
    this.#bestRoundTripMs = roundTripMs;
    this.#offsetMs = estimate;
  }
}
