// How long after the end of a load PostgreSQL has all of it, as the workers themselves say: what they have journaled and
// the projector has not confirmed yet.
import { setTimeout as delay } from 'node:timers/promises';
import { parseMetrics, readTexts } from '../server/metrics.ts';
import { metricNames } from '../../protocol/metric-names.ts';

const askEveryMs = 200;
const backlogMetrics: readonly string[] = [metricNames.backlogBytes, metricNames.unprojectedBatches];

export interface ProjectionQuestion {
  readonly metricsUrls: readonly string[];
  /** Of `performance.now()`. */
  readonly endMs: number;
  readonly withinMs: number;
  /** Settles when nothing more comes: emptiness before that is not the end. */
  readonly settled: Promise<unknown>;
}

/** Seconds from the end until everything was projected; null when that was not so in time, or cannot be known. */
export async function projectedWithin(question: ProjectionQuestion): Promise<number | null> {
  const { metricsUrls, endMs, withinMs, settled } = question;
  let isSettled = false;
  void settled.then(() => (isSettled = true));
  let emptySinceMs: number | null = null;
  while (metricsUrls.length > 0 && performance.now() < endMs + withinMs) {
    const askedMs = performance.now();
    // Asked before, so that what was settled after the answer does not count for it.
    const wasSettled = isSettled;
    const backlog = await readBacklog(metricsUrls);
    if (backlog === null) return null;
    emptySinceMs = backlog > 0 ? null : (emptySinceMs ?? askedMs);
    if (emptySinceMs !== null && wasSettled) return (emptySinceMs - endMs) / 1000;
    await delay(askEveryMs);
  }
  return null;
}

/** Of all processes that have one; null when none has, or one does not answer. */
async function readBacklog(metricsUrls: readonly string[]): Promise<number | null> {
  let backlog: number | null = null;
  for (const text of await readTexts(metricsUrls)) {
    if (text === '') return null;
    for (const [name, value] of parseMetrics(text))
      if (backlogMetrics.includes(name)) backlog = (backlog ?? 0) + value;
  }
  return backlog;
}
