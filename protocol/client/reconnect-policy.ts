// When to try again. Full jitter, so that a server's return is not met by everyone at once.

export const reconnectFirstMs = 250;
export const reconnectMaxMs = 15_000;

/** @param attempt failures since the last success, from 0  @param fraction chance in [0, 1) */
export function reconnectDelayMs(attempt: number, fraction: number): number {
  const ceiling = Math.min(reconnectMaxMs, reconnectFirstMs * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.1 + 0.9 * fraction));
}
