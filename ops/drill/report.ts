// Results of a drill, and the promises that it broke.
import type { HostTime } from '../../bench/machine/host-time.ts';
import type { CrowdsResult } from './crowds.ts';
import type { Failover } from './steps.ts';

export interface DrillResult extends Omit<CrowdsResult, 'conversationIds'> {
  readonly options: { readonly connections: number; readonly rate: number; readonly kills: number };
  readonly seed: number;
  readonly conversations: number;
  readonly inPostgres: number;
  readonly failovers: readonly Failover[];
  /** Null where it cannot be told. */
  readonly host: HostTime | null;
  /** Each step of planned moves, from the request to the new map. */
  readonly stepsTookMs: readonly number[];
}

/** OPS-3, OPS-4. */
const bounds = { plannedPauseP99Ms: 250, processFailoverMs: 2_000, hostFailoverMs: 5_000 } as const;
const failoverBounds: Readonly<Record<string, number>> = {
  'worker killed': bounds.processFailoverMs,
  'worker frozen': bounds.hostFailoverMs,
  'host vanished': bounds.hostFailoverMs,
};

/** Every broken promise in words. */
export function judge(result: DrillResult): string[] {
  const { sent, acknowledged, refused, inPostgres, violations, phases, failovers, pausesMs } = result;
  const broken = [...violations];
  if (acknowledged !== sent - refused) broken.push(`${sent} sent, ${acknowledged} acknowledged`);
  if (refused > 0) broken.push(`${refused} messages were refused`);
  if (inPostgres !== acknowledged) broken.push(`${acknowledged} acknowledged, ${inPostgres} in PostgreSQL`);
  for (const { name, errors } of phases)
    for (const [what, count] of Object.entries(errors)) broken.push(`${name}: ${count} × ${what}`);
  for (const { what, servedAfterMs } of failovers)
    if (servedAfterMs > failoverBounds[what]!) broken.push(`${what}: served again after ${servedAfterMs} ms`);
  const pauseMs = percentile(pausesMs, 99);
  if (pauseMs > bounds.plannedPauseP99Ms) broken.push(`planned moves: p99 of the pauses is ${pauseMs} ms`);
  return broken;
}

export function describe(result: DrillResult): string {
  const { options, sent, acknowledged, delivered, inPostgres, phases, failovers, stepsTookMs, pausesMs } =
    result;
  const broken = judge(result);
  const rows = phases.map(({ name, latency, closes }) => {
    const { count, p50Ms, p99Ms, p999Ms, maxMs } = latency;
    const closed = Object.entries(closes).map(([reason, times]) => `${times} ${reason}`);
    return `| ${name} | ${count} | ${p50Ms} | ${p99Ms} | ${p999Ms} | ${maxMs} | ${closed.join(', ') || 'none'} |`;
  });
  const kinds = [...new Set(failovers.map(({ what }) => what))].map((kind) => {
    const times = failovers.filter(({ what }) => what === kind).map(({ servedAfterMs }) => servedAfterMs);
    return `| ${kind} | ${times.length} | ${percentile(times, 50)} | ${Math.max(...times)} | ${failoverBounds[kind]} |`;
  });
  return [
    `${options.connections} connections, ${options.rate} messages a second, seed ${result.seed}`,
    '',
    `${sent} messages sent, ${acknowledged} acknowledged, ${delivered} deliveries seen, ${inPostgres} in PostgreSQL`,
    '',
    '| phase | acknowledged | p50 ms | p99 ms | p99.9 ms | max ms | sockets closed |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    '| failover | times | median ms | worst ms | bound ms |',
    '|---|---|---|---|---|',
    ...kinds,
    '',
    `Planned moves: ${stepsTookMs.length} steps, which took ${percentilesOf(stepsTookMs)}.`,
    `${pausesMs.length} messages were on their way while their shard moved; their acknowledgement took ${percentilesOf(pausesMs)}.`,
    ...(result.host?.sentences ?? []),
    '',
    broken.length === 0
      ? 'Every promise was kept.'
      : `Broken:\n${broken.map((each) => `- ${each}`).join('\n')}`,
  ].join('\n');
}

function percentilesOf(values: readonly number[]): string {
  return `p50 ${percentile(values, 50)} ms, p99 ${percentile(values, 99)} ms, at most ${Math.max(0, ...values)} ms`;
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
