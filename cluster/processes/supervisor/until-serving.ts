// Waits until the public address answers as ready: workers listen, and every shard has an owner. Workers that listen and
// are not ready are waited for as long as it takes: an operator may have to act first, as after the loss of a journal.
import type { ClusterConfig } from '../../config.ts';
import { ownUrlOf } from '../../listen-address.ts';
import { systemTimers } from '../../system-ports.ts';

export interface ServingWait {
  readonly tryEveryMs: number;
  /** Time without any answer after which the start has failed. */
  readonly silentMsMax: number;
  readonly tellEveryMs: number;
  /** Told what is missing, now and then, while workers listen and are not ready. */
  readonly onWaiting: (missing: readonly string[]) => void;
}

const usual = { tryEveryMs: 100, silentMsMax: 60_000, tellEveryMs: 5_000 } as const;

/** Throws when nothing answers for too long. */
export async function untilServing(
  { listenHost, listenPort }: Pick<ClusterConfig, 'listenHost' | 'listenPort'>,
  wait: Partial<ServingWait> & Pick<ServingWait, 'onWaiting'>,
): Promise<void> {
  const { tryEveryMs, silentMsMax, tellEveryMs, onWaiting } = { ...usual, ...wait };
  const url = `${ownUrlOf({ host: listenHost, port: listenPort })}/readyz`;
  let silentMs = 0;
  let untoldMs = 0;
  while (silentMs < silentMsMax) {
    const missing = await missingAt(url);
    if (missing?.length === 0) return;
    silentMs = missing === null ? silentMs + tryEveryMs : 0;
    untoldMs += tryEveryMs;
    if (missing !== null && untoldMs >= tellEveryMs) {
      untoldMs = 0;
      onWaiting(missing);
    }
    await new Promise<void>((resolve) => systemTimers.setTimeout(resolve, tryEveryMs));
  }
  throw new Error('no worker answered within a minute; the log says why');
}

/** Parts that stand in the way of serving; null when nobody answers. */
async function missingAt(url: string): Promise<readonly string[] | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    const { missing } = (await answer.json()) as { missing?: unknown };
    return Array.isArray(missing) ? missing.map(String) : null;
  } catch {
    // Not listening yet.
    return null;
  }
}
