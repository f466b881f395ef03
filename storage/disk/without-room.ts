// The one question asked of a failed write: did a disk have no room for it, so that it can be written when there is?

/** Of the operating system (no room, quota used up), and PostgreSQL's `disk_full`. */
const codes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', '53100']);

export function isWithoutRoom(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && codes.has(cause.code)) return true;
  }
  return false;
}
