// How long those who are refused should wait: longer under more pressure, and no two the same time, so that the
// repeats do not come together. Pure: chance is passed in.
import { admissionBounds as bounds } from './bounds.ts';

/** @param pressure from 0 to 1 */
export function retryAfterMs(pressure: number, fraction: number): number {
  const { retryAfterMsMin: min, retryAfterMsMax: max } = bounds;
  return spreadMs(min + (max - min) * Math.min(1, Math.max(0, pressure)), fraction);
}

/** Never less than what was asked for, and up to twice that. @param fraction chance in [0, 1) */
export function spreadMs(ms: number, fraction: number): number {
  return Math.round(ms * (1 + fraction));
}

/** For the header `retry-after`, in seconds. */
export function retryAfterSeconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}
