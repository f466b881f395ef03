// Waits until the public address answers as ready: workers listen, and every shard has an owner.
import type { ClusterConfig } from '../../config.ts';
import { systemTimers } from '../../system-ports.ts';

const tryEveryMs = 100;
const withinMs = 60_000;

export async function untilServing({ listenHost, listenPort }: ClusterConfig): Promise<void> {
  const host = listenHost === '0.0.0.0' ? '127.0.0.1' : listenHost;
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += tryEveryMs) {
    try {
      const answer = await fetch(`http://${host}:${listenPort}/readyz`, {
        signal: AbortSignal.timeout(1_000),
      });
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise<void>((resolve) => systemTimers.setTimeout(resolve, tryEveryMs));
  }
  throw new Error('no worker became ready within a minute; the log says why');
}
