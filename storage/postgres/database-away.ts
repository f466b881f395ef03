// The one question asked of a failed query: is the database away, so that trying again will help, or did we ask it
// something wrong? The first is answered with 503, the second is our mistake.

/** Connection failures, shutdown and start of the server, too many clients, a full disk, a standby that takes no writes. */
const awayCodes =
  /^(08...|57P0[1-4]|53[13]00|25006|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOENT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** Errors of pg without a code; the last when a request comes in while the process stops. */
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

export function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (awayCodes.test(code) || awayMessages.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isDatabaseAway)) return true;
  }
  return false;
}
