// The clocks of membership. A worker stops serving before its successor may start: it counts its lease from when
// it began to renew, the leader from when it last saw a renewal, and the leader waits longer.

export const membershipTiming = {
  renewEveryMs: 500,
  /** A request that NATS took with it when it died must not hold up the next one for long. */
  kvTimeoutMs: 600,
  /** A worker that has not renewed for this long serves nothing. */
  leaseMs: 2_500,
  /** A member whose renewal the leader has not seen for this long is dead. */
  deadAfterMs: 3_500,
  /** How often the leader looks. */
  leaderTickMs: 250,
  leaderRenewEveryMs: 1_000,
  /** A leader whose lease was not renewed for this long is replaced. */
  leaderDeadAfterMs: 3_500,
  /** A projector that has not renewed for this long is not counted on: another one takes its journals. */
  projectorDeadAfterMs: 3_000,
  /** A process whose journal was sealed has this long to end by itself; then its supervisor ends it. */
  replacedEndsWithinMs: 5_000,
  /** How long the first placement waits for all workers of the first host. */
  firstPlacementWaitMs: 5_000,
  /** How often everyone reads the shard map anew, since a watch may miss a value. */
  mapReadEveryMs: 2_000,
} as const;
