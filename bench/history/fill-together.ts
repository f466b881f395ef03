// Several processes fill conversations before they are read, each its share of them.
import { randomBytes } from 'node:crypto';
import { projectedWithin } from '../chat/projection.ts';
import type { Progress } from '../progress.ts';
import type { Target } from '../server/target.ts';
import type { FillRequest } from './filling.ts';

export interface Fillers {
  readonly size: number;
  /** Resolves when every process has filled what its request says. */
  fill(requestOf: (index: number) => FillRequest): Promise<unknown>;
  /** Messages accepted so far. */
  written(): number;
}

export interface Filling {
  readonly conversations: number;
  /** In each conversation. */
  readonly messages: number;
  readonly bytes: number;
}

const projectedWithinMs = 60_000;

/** @returns seconds until the last message was accepted; everything is in PostgreSQL by then, as far as is known */
export async function fillTogether(
  fillers: Fillers,
  { conversations, messages, bytes }: Filling,
  { url, issuer, metricsUrls }: Target,
  progress: Progress,
): Promise<number> {
  const run = randomBytes(4).toString('hex');
  const numbers = Array.from({ length: conversations }, (_, number) => number);
  const startedAt = performance.now();
  const filling = fillers.fill((index) => ({
    ...{ issuer, run, messages, bytes },
    url: `${url.replace(/^http/, 'ws')}/ws`,
    conversations: numbers.filter((number) => number % fillers.size === index),
  }));
  await progress.during(
    () => ['Filling', `${fillers.written()} of ${conversations * messages} messages`],
    filling,
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  progress.say('Waiting until everything is in PostgreSQL');
  const endMs = performance.now();
  await projectedWithin({ metricsUrls, endMs, withinMs: projectedWithinMs, settled: Promise.resolve() });
  return seconds;
}
