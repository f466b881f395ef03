// Verdict on a run, in sentences that say what it proves and what not: a good latency at a rate that was not reached, or measured
// by generators that were themselves too slow, is none.
import { limits } from '../../protocol/limits.ts';
import { totalOf, type FindingCounts } from '../verify/findings.ts';
import type { LoadFacts } from './load-facts.ts';

/** DM-2. */
const deliveryMsMax = { p50Ms: 100, p95Ms: 200, p99Ms: 500 } as const;
/** REA-2. */
const reactionP95MsMax = 50;
/** Messages that may be under way at the end of the measured interval, in seconds of the rate: DM-2's p99. */
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

export function verdictOf(facts: LoadFacts): Verdict {
  const sound = isSound(facts);
  return {
    sound,
    sentences: [
      deliverySentence(facts),
      ...backSentences(facts),
      ...rateSentences(facts),
      ...latencySentences(facts),
      ...projectionSentences(facts),
      ...doubts(facts),
    ],
  };
}

/** Whether everything was delivered once and in order, something was delivered at all, and everyone is back. */
function isSound(facts: LoadFacts): boolean {
  return wasDelivered(facts) && (facts.comingBack?.away ?? 0) === 0;
}

function wasDelivered({ accepted, check, repeatedOnTheWire }: LoadFacts): boolean {
  return accepted > 0 && totalOf(check.live) + totalOf(check.history) === 0 && (repeatedOnTheWire ?? 0) === 0;
}

function deliverySentence(facts: LoadFacts): string {
  const { accepted, check, repeatedOnTheWire } = facts;
  if (accepted === 0) return 'FAILED: not one message was acknowledged.';
  if (wasDelivered(facts)) {
    return (
      `OK: all ${accepted} acknowledged messages were delivered once and in order${withReactions(check)}, and so they ` +
      `stand in the ${check.historiesRead} histories that were read.`
    );
  }
  const parts = [
    ...describe(check.live, 'live'),
    ...describe(check.history, 'in the history'),
    ...(repeatedOnTheWire ? [`${repeatedOnTheWire} events more on the wire than messages`] : []),
  ];
  return `FAILED: of ${accepted} acknowledged messages: ${parts.join('; ')}.`;
}

function describe(counts: FindingCounts, where: string): string[] {
  if (totalOf(counts) === 0) return [];
  const { lost, doubled, outOfOrder, contradicted, neverSent, miscounted } = counts;
  const words = [
    [lost, 'lost'],
    [doubled, 'doubled'],
    [outOfOrder, 'out of order'],
    [contradicted, 'under a wrong number'],
    [neverSent, 'never sent'],
    [miscounted, 'reactions miscounted'],
  ] as const;
  return [
    `${where} ${words
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${count} ${word}`)
      .join(', ')}`,
  ];
}

function withReactions({ reactions }: LoadFacts['check']): string {
  return reactions > 0 ? ` and all ${reactions} acknowledged reactions counted` : '';
}

function backSentences({ comingBack, options }: LoadFacts): string[] {
  if (!comingBack) return [];
  const { took, away } = comingBack;
  if (away > 0) return [`FAILED: ${away} of ${options.connections} people were not back by the end.`];
  const [half, most, nearly, last] = [took.p50Ms, took.p95Ms, took.p99Ms, took.maxMs].map((ms) =>
    (ms / 1000).toFixed(2),
  );
  return [
    `Of ${took.count} people who lost their socket at once, half were back and subscribed after ${half} s, ` +
      `95% after ${most} s, 99% after ${nearly} s, the last one after ${last} s.`,
  ];
}

function rateSentences(facts: LoadFacts): string[] {
  const { options, acceptedPerSecond, deliveredPerSecond, recipientsPerMessage, liveShare, unanswered } =
    facts;
  const { rate, seconds, window, connections } = options;
  const sentences: string[] = [];
  if (window !== null) {
    sentences.push(
      `With ${window} messages under way it took ${acceptedPerSecond.toFixed(1)} messages and made ` +
        `${deliveredPerSecond.toFixed(1)} deliveries a second. Nothing waits to be sent here: latencies are from sending.`,
    );
    const allowed = connections * limits.sendsPerSecond;
    if (acceptedPerSecond > 0.9 * allowed)
      sentences.push(
        `That is what ${connections} people may send by the rate limit, not what the server can.`,
      );
  } else {
    const expected = rate * seconds * recipientsPerMessage;
    const underWay = Math.max(underWayMax, rate * underWaySecondsMax) * recipientsPerMessage;
    const keptUp = expected - deliveredPerSecond * seconds <= underWay;
    sentences.push(
      keptUp
        ? `It kept up with ${rate} messages a second.`
        : `It did NOT keep up: ${deliveredPerSecond.toFixed(1)} of ${(rate * recipientsPerMessage).toFixed(1)} ` +
            'deliveries a second were made.',
    );
  }
  if (liveShare < liveShareMin)
    sentences.push(
      `Only ${(100 * liveShare).toFixed(2)}% came without a resume; NUM-2 asks for more than 99.9%.`,
    );
  if (unanswered > 0)
    sentences.push(`${unanswered} messages had no answer by the end; the latencies leave them out.`);
  return sentences;
}

function latencySentences({ options, delivery, reactions, comingBack }: LoadFacts): string[] {
  if (comingBack) return ['The latencies hold the time for which people were away.'];
  const sentences: string[] = [];
  if (options.window === null) {
    const met = Object.entries(deliveryMsMax).every(
      ([name, max]) => delivery[name as keyof typeof deliveryMsMax] < max,
    );
    sentences.push(
      met
        ? 'The latencies of DM-2 (p50 <100 ms, p95 <200 ms, p99 <500 ms) were met on this machine at this load.'
        : 'The latencies of DM-2 (p50 <100 ms, p95 <200 ms, p99 <500 ms) were NOT met.',
    );
  }
  if (reactions && reactions.delivery.count > 0) {
    const isMet = reactions.delivery.p95Ms < reactionP95MsMax;
    sentences.push(
      `Reactions were seen within ${reactions.delivery.p95Ms.toFixed(1)} ms at p95; REA-2's ` +
        `${reactionP95MsMax} ms were ${isMet ? 'met' : 'NOT met'}.`,
    );
  }
  return sentences;
}

function projectionSentences({ projectedWithinSeconds }: LoadFacts): string[] {
  if (projectedWithinSeconds === null) return [];
  return [`Everything was in PostgreSQL ${projectedWithinSeconds.toFixed(1)} s after the end.`];
}

/** Why someone might not believe the numbers. */
function doubts({ lateness, generatorUtilization, usage, surroundings, options }: LoadFacts): string[] {
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
