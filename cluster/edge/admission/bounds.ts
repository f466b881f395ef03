// Every bound of admission. What is refused beyond each is counted by reason (skein_admission_refusals_total).
import { limits } from '../../../protocol/limits.ts';

export const admissionBounds = {
  /** How often it is measured how late the event loop runs. */
  measureEveryMs: 20,
  /** Time that is judged together: in all of it the loop must have been late, so that one long turn alone is no load. */
  windowMs: 500,
  /** Standing lateness from which a worker is busy: fewer greetings at once. */
  busyFromMs: 75,
  /** And refuses a part of the work (see shedding.ts), which grows and shrinks by so much in a second. */
  shedsFromMs: 125,
  growsPerSecond: 1,
  shrinksPerSecond: 0.25,
  /** No observation counts for more, however long the turn before it was: one turn alone refuses no message. */
  countedMsMax: 80,
  /**
   * And overloaded: it takes no sockets. Well below `membershipTiming.kvTimeoutMs`: a loop that is later
   * than that finds every renewal of its membership timed out, though the answer is there.
   */
  overloadedFromMs: 250,
  /**
   * A turn of the loop that has taken so long already takes no more work, and after so long closes who asks for it on
   * and on: all of it has to stay below `kvTimeoutMs`, for the same reason.
   */
  turnMsMax: 200,
  turnMsBeforeCloses: 400,
  /** Refusals of work, as below, after which it closes then. To come back costs both ends more than many refusals. */
  refusalsOfWorkInLongTurnMax: 8,
  /** A state is left when the lateness has been below this part of what leads to it, for so long. */
  leaveAtPart: 0.4,
  leaveAfterMs: 1_000,
  /** Time over which the share of overloaded time is taken. */
  pressureOverMs: 10_000,
  /** Standing lateness that counts as full pressure at once. */
  pressureFullMs: 2_000,
  /** Wait of a refused request without pressure, and under full pressure; up to twice that by chance. */
  retryAfterMsMin: 500,
  retryAfterMsMax: 8_000,
  /**
   * Refusals of work within `retryAfterMsMin` after which a socket is closed: whoever waits as told, with as many
   * requests under way as the protocol allows, never comes so far.
   */
  refusalsOfWorkMax: limits.requestsInFlightMax,
  /** Greetings under way at once in one worker: checks of tokens and look-ups of profiles. One more is sent away. */
  greetingsMax: 256,
  greetingsWhileBusyMax: 64,
  /**
   * Requests under way in one worker, over sockets and HTTP; one more is answered `overloaded`. When a store stops
   * answering they all fail in one turn of the loop: that turn must be short.
   */
  requestsMax: 8_192,
} as const;
