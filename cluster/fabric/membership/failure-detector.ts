// Living members, judged by renewals alone. Pure: time comes with each observation. While nothing could be observed
// (NATS was down) nobody could renew either: such time counts for nobody, and everyone starts anew after it. A late
// observation is no outage: whoever lives has renewed meanwhile.

export class FailureDetector {
  readonly #deadAfterMs: number;
  #seen = new Map<string, { revision: number; atMs: number }>();
  #outage = false;

  constructor(deadAfterMs: number) {
    this.#deadAfterMs = deadAfterMs;
  }

  /** An observation failed. */
  outage(): void {
    this.#outage = true;
  }

  /** Takes the members' present revisions and returns those that are alive. */
  observe(revisions: ReadonlyMap<string, number>, nowMs: number): Set<string> {
    const seen = new Map<string, { revision: number; atMs: number }>();
    const alive = new Set<string>();
    for (const [member, revision] of revisions) {
      const before = this.#seen.get(member);
      const startsAnew = this.#outage || before?.revision !== revision;
      const atMs = startsAnew ? nowMs : before.atMs;
      seen.set(member, { revision, atMs });
      if (nowMs - atMs <= this.#deadAfterMs) alive.add(member);
    }
    this.#seen = seen;
    this.#outage = false;
    return alive;
  }
}
