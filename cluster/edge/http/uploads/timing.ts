// When what becomes of uploads, all of it from one setting, so that the order holds for any: a request for an upload
// ends before the grace that began with the upload's deletion does.
import { limits } from '../../../../protocol/limits.ts';

export interface UploadTiming {
  readonly requestWithinMs: number;
  readonly graceMs: number;
  /** For an upload that a message claimed, but that was never sent as far as PostgreSQL knows. */
  readonly unsentAfterMs: number;
  readonly sweepEveryMs: number;
}

const sweepEveryMsMax = 60_000;
/** Many times what a message may take to be projected, after an outage too. */
const unsentFactor = 7;

export function uploadTiming(expiresAfterMs: number): UploadTiming {
  const requestWithinMs = Math.min(limits.uploadRequestWithinMs, expiresAfterMs / 2);
  return {
    requestWithinMs,
    graceMs: 1.5 * requestWithinMs,
    unsentAfterMs: unsentFactor * expiresAfterMs,
    sweepEveryMs: Math.min(sweepEveryMsMax, expiresAfterMs / 4),
  };
}
