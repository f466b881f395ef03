// Who is alive, judged by renewals alone. Pure: time comes with each observation. Time in which nothing could be
// observed (NATS was down) counts for nobody: everyone gets it back.

export class FailureDetector {
  readonly #deadAfterMs: number;
  readonly #observeEveryMs: number;
  #seen = new Map<string, { revision: number; atMs: number }>();
  #lastObservationMs: number | null = null;

  /** @param observeEveryMs the usual time between observations; what is beyond twice that was an outage */
  constructor(deadAfterMs: number, observeEveryMs: number) {
    this.#deadAfterMs = deadAfterMs;
    this.#observeEveryMs = observeEveryMs;
  }

  /** Takes the members' present revisions and returns those that are alive. */
  observe(revisions: ReadonlyMap<string, number>, nowMs: number): Set<string> {
    const sinceLastMs = nowMs - (this.#lastObservationMs ?? nowMs);
    const outageMs = sinceLastMs > 2 * this.#observeEveryMs ? sinceLastMs : 0;
    this.#lastObservationMs = nowMs;
    const seen = new Map<string, { revision: number; atMs: number }>();
    const alive = new Set<string>();
    for (const [member, revision] of revisions) {
      const before = this.#seen.get(member);
      const renewed = before?.revision !== revision;
      const atMs = renewed ? nowMs : before.atMs + outageMs;
      seen.set(member, { revision, atMs });
      if (nowMs - atMs <= this.#deadAfterMs) alive.add(member);
    }
    this.#seen = seen;
    return alive;
  }
}
