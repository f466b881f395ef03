// What a run proves and what it does not, in sentences: a good latency at a rate that was not reached, or measured
// by generators that were themselves too slow, is none.
import { totalOf } from '../chat/checker.ts';
import type { LatencySummary } from '../latency.ts';
import { isSound, type ChatResult } from './result.ts';

/** DM-2. */
const deliveryMsMax = { p50Ms: 100, p95Ms: 200, p99Ms: 500 } as const;
/** What may be under way at the end of the measured interval, in seconds of the rate: DM-2's p99. */
const underWaySecondsMax = 0.5;
/** And in messages, for rates at which one message more or less is a large share. */
const underWayMax = 5;
/** NUM-2. */
const liveShareMin = 0.999;
/** Beyond these the generators are a part of what was measured. */
const latenessP99MsMax = 20;
const generatorUtilizationMax = 0.9;

export interface Verdict {
  readonly sound: boolean;
  readonly sentences: readonly string[];
}

export function verdictOf(result: ChatResult): Verdict {
  const sound = isSound(result);
  return {
    sound,
    sentences: [deliverySentence(result, sound), ...rateSentences(result), ...doubts(result)],
  };
}

function deliverySentence(result: ChatResult, sound: boolean): string {
  const { accepted, check, repeatedOnTheWire } = result;
  if (accepted === 0) return 'FAILED: not one message was acknowledged.';
  if (sound) {
    return (
      `OK: all ${accepted} acknowledged messages were delivered once and in order, and so they stand in the ` +
      `${check.historiesRead} histories that were read.`
    );
  }
  const parts = [
    ...describe(check.live, 'live'),
    ...describe(check.history, 'in the history'),
    ...(repeatedOnTheWire ? [`${repeatedOnTheWire} events more on the wire than messages`] : []),
  ];
  return `FAILED: of ${accepted} acknowledged messages: ${parts.join('; ')}.`;
}

function describe(counts: ChatResult['check']['live'], where: string): string[] {
  if (totalOf(counts) === 0) return [];
  const { lost, doubled, outOfOrder, contradicted, neverSent } = counts;
  const words = [
    [lost, 'lost'],
    [doubled, 'doubled'],
    [outOfOrder, 'out of order'],
    [contradicted, 'under a wrong number'],
    [neverSent, 'never sent'],
  ] as const;
  return [
    `${where} ${words
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${count} ${word}`)
      .join(', ')}`,
  ];
}

function rateSentences({
  options,
  deliveredPerSecond,
  delivery,
  unanswered,
  liveShare,
}: ChatResult): string[] {
  const expected = options.rate * options.seconds;
  const missing = expected - deliveredPerSecond * options.seconds;
  const keptUp = missing <= Math.max(underWayMax, options.rate * underWaySecondsMax);
  const met = Object.entries(deliveryMsMax).every(
    ([name, max]) => delivery[name as keyof LatencySummary] < max,
  );
  return [
    keptUp
      ? `It kept up with ${options.rate} messages a second.`
      : `It did NOT keep up: ${deliveredPerSecond.toFixed(1)} of ${options.rate} messages a second were delivered.`,
    met
      ? 'The latencies of DM-2 (p50 <100 ms, p95 <200 ms, p99 <500 ms) were met on this machine at this load.'
      : 'The latencies of DM-2 (p50 <100 ms, p95 <200 ms, p99 <500 ms) were NOT met.',
    ...(liveShare < liveShareMin
      ? [`Only ${(100 * liveShare).toFixed(2)}% came without a resume; NUM-2 asks for more than 99.9%.`]
      : []),
    ...(unanswered > 0
      ? [`${unanswered} messages had no answer by the end; the latencies leave them out.`]
      : []),
  ];
}

/** Why someone might not believe the numbers. */
function doubts({ lateness, generatorUtilization, usage, surroundings, options }: ChatResult): string[] {
  const found: string[] = [];
  if (lateness.p99Ms > latenessP99MsMax) {
    found.push(`Generators sent ${lateness.p99Ms.toFixed(0)} ms late at p99, which is in the latencies.`);
  }
  if (generatorUtilization > generatorUtilizationMax) {
    found.push(`A generator was ${percent(generatorUtilization)} busy: use more of them, or more cores.`);
  }
  if (usage) {
    const available = usage.seconds * surroundings.cores;
    const busy = usage.busySeconds / available;
    if (busy > 0.9)
      found.push(`The machine was ${percent(busy)} busy: these are the latencies of a full machine.`);
    const others = (usage.othersSeconds + usage.stolenSeconds) / available;
    if (others > 0.1 && options.server === null) {
      found.push(`${percent(others)} of the machine went to processes that are no part of the run.`);
    }
  }
  return found;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
