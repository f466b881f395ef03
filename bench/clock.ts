// One clock for all processes of a run: the system's monotonic one, whose zero every process of a machine shares and
// which nobody sets. Without it a latency from one process to another could not be told.

/** Microseconds since the machine started. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + nanoseconds / 1_000;
}
