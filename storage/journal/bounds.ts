// The journal's bounds.

export const journalBounds = {
  /** Bytes of entries in one record; NATS refuses payloads above 1 MiB. */
  recordBytesMax: 512 * 1024,
  /** Unprojected and queued bytes of one journal beyond which sends are answered `overloaded`; a setting. */
  backlogBytesSoftMax: 256 * 1024 * 1024,
  /** The stream's own limit: far above the soft one, so that a seal always fits; a setting. */
  streamBytesMax: 1024 * 1024 * 1024,
  /** The least that it may be set to. */
  streamBytesMin: 4 * 1024 * 1024,
  /** Within which a record sent again under its id is recognized by NATS. */
  duplicateWindowMs: 120_000,
  /** Between the starts of two appends of a busy worker: a record costs the same, whatever is in it. */
  gatherMs: 4,
  appendTimeoutMs: 1_000,
  /** Waits of one record to become durable beyond which nothing more is taken: who asks is told at once, not at last. */
  settlingForMsMax: 3_000,
  /** Pauses between repeats of an append whose outcome is unknown. */
  repeatFirstMs: 50,
  repeatMaxMs: 1_000,
  /** Projected bytes after which the stream's beginning is let go. */
  trimEveryBytes: 16 * 1024 * 1024,
} as const;
