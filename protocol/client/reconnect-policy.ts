// When to try again. Full jitter, so that a server's return is not met by everyone at once. Pure: chance is passed in.
//
// A lost connection is mostly one person's, so the first attempt comes soon. An attempt that fails says that the server
// is away, full or busy, and then everyone is waiting: a browser cannot see the 503 and its `retry-after`, so the first
// wait is long enough to spread as many clients as a server has over seconds. See the table in protocol/README.md.
import { afterClose, closeCodes, isLater } from '../close-codes.ts';

export const reconnectFirstMs = 250;
export const reconnectMaxMs = 15_000;
/** Less than that: a server that answers says itself how long to wait, and what waits is a message someone wrote. */
export const repeatMaxMs = 4_000;

/** How a connection ended, or why there is none. */
export type Ending =
  /** It was there and is gone: a network, a crash. */
  | 'lost'
  /** The server asked to go elsewhere; it spreads that over time itself. */
  | 'going_away'
  /** Not opened, or no welcome. */
  | 'refused'
  /** The server has more to do than it can. */
  | 'later';

/** The longest wait at first, and at most. */
const ceilings: Readonly<Record<Ending, readonly [firstMs: number, maxMs: number]>> = {
  lost: [reconnectFirstMs, reconnectMaxMs],
  going_away: [1_000, reconnectMaxMs],
  refused: [2_500, 30_000],
  later: [10_000, 30_000],
};

/** @param attempt failures since the last success, from 0  @param fraction chance in [0, 1) */
export function reconnectDelayMs(attempt: number, fraction: number, ending: Ending = 'lost'): number {
  return growing(ceilings[ending], attempt, fraction);
}

/**
 * When to repeat a request that the server refused for now: not before it may, and not together with everyone who was
 * told the same.
 */
export function repeatDelayMs(retryAfterMs: number | null, attempt: number, fraction: number): number {
  return (retryAfterMs ?? 0) + growing([reconnectFirstMs, repeatMaxMs], attempt, fraction);
}

function growing(
  [firstMs, maxMs]: readonly [firstMs: number, maxMs: number],
  attempt: number,
  fraction: number,
): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.1 + 0.9 * fraction));
}

/** @param wasConnecting the server had not welcomed the client yet */
export function endingOf(code: number, wasConnecting: boolean): Ending {
  if (isLater(code)) return 'later';
  if (code === closeCodes.going_away) return 'going_away';
  // A refused token is changed and tried again at once.
  return wasConnecting && afterClose(code) === 'reconnect' ? 'refused' : 'lost';
}
