// The bounds of the links to other workers.

export const linkBounds = {
  /** Bytes of one batch; NATS refuses payloads above 1 MiB. */
  batchBytesMax: 512 * 1024,
  /** Between two batches of a busy worker: each costs both ends and NATS the same, whatever is in it. */
  gatherMs: 2,
  heartbeatEveryMs: 1_000,
  /** Unconfirmed bytes of all links beyond which commands to other workers are answered `overloaded`. */
  commandBytesUnconfirmedMax: 16 * 1024 * 1024,
  /** And beyond which everything is dropped, as a loss that its receiver notices: answers, events, heartbeats. */
  bytesUnconfirmedMax: 32 * 1024 * 1024,
  /** A round trip confirms what was published: one begins after so many bytes, or with a heartbeat. */
  confirmEveryBytes: 1024 * 1024,
  /** Wait of commands that cannot go out now. */
  congestedRetryAfterMs: 1_000,
  /** Messages of this worker to itself that one turn of the event loop handles: thousands may be asked for at once. */
  localMessagesPerTurn: 128,
  /** Heartbeats of this worker after which what a silent peer said of its load is out of date. */
  loadKeptBeats: 3,
} as const;
