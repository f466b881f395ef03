// Durations as people write and read them.
import { wrongUse } from '../errors.ts';

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `500ms`, `30s`, `2m`, `1h` and sums such as `1m30s` into ms. */
export function parseDuration(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) {
    throw wrongUse(`${JSON.stringify(text)} is no duration; it looks like 30s, 2m or 1m30s.`);
  }
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * unitsMs[unit as 'ms'], 0);
}

/** In the largest unit that tells enough: `250 ms`, `4.2 s`, `3 min`, `5 h`, `2 days`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 2 * unitsMs.h) return `${Math.round(ms / unitsMs.m)} min`;
  if (ms < 2 * unitsMs.d) return `${Math.round(ms / unitsMs.h)} h`;
  return `${Math.round(ms / unitsMs.d)} days`;
}

/** A moment: an ISO time, or a duration that has passed since. */
export function parseMoment(text: string, nowMs: number): number {
  if (/^\d+(\.\d+)?(ms|s|m|h|d)/.test(text)) return nowMs - parseDuration(text);
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) {
    throw wrongUse(
      `${JSON.stringify(text)} is no time; it looks like 2026-05-01T12:00:00Z, or 10m for ten minutes ago.`,
    );
  }
  return atMs;
}
