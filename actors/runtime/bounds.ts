// Every bound of the actor runtime. Overflow of each has an error code and a metric.

export const bounds = {
  /** Fixed for the life of a cluster: it decides where an actor lives. */
  shardCount: 1024,
  /** Commands waiting for one actor; one more is answered `overloaded`. */
  mailboxCommandsMax: 2_000,
  /** Activations in one worker; one more is answered `overloaded`. */
  activationsMax: 200_000,
  /** An activation that nobody used for this long is dropped, once everything of it is projected. */
  passivateAfterIdleMs: 60_000,
  passivationSweepEveryMs: 5_000,
  /** Messages of one conversation that wait for their predecessor, and how long each may. */
  parkedMessagesMax: 256,
  parkedForMsMax: 2_000,
  /** Idempotency keys that an activation loads, and at least keeps. */
  keysLoadedMax: 256,
  /** How long a key stays in memory at least, and how many at most (projected ones only are let go). */
  keyRetentionMs: 60_000,
  keysMax: 50_000,
  /** Recent events an actor keeps in memory after they are projected, to answer resumes without the store. */
  tailEventsKept: 64,
  /** Messages whose reactions and edits an activation keeps in mind; more only while they are not projected. */
  messagesKept: 128,
  /** Deleted messages that someone has not read yet, for counts of the unread; others are counted in the store. */
  deletionsKept: 1_000,
  /** Causes of inbox events that a session keeps in mind, against repeats that come before they are projected. */
  notedKept: 20_000,
  /** How often moved read and delivery cursors leave the actor, all together. */
  cursorFlushEveryMs: 250,
  /** Wait of a refused command before its repeat. */
  overloadedRetryAfterMs: 500,
  /** The same while a disk is full: it will be for longer. */
  storageFullRetryAfterMs: 2_000,
} as const;
