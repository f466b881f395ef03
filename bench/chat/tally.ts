// Counts and latencies of one generator. Latencies are of what was due in the measured interval, however late it came;
// the rates are of what happened within it.
import { Latency } from '../latency.ts';
import { CountBySecond, LatencyBySecond } from './by-second.ts';
import type { GeneratorResults, RunTimes } from './commands.ts';

type TallyResults = Omit<GeneratorResults, 'records' | 'wire' | 'utilization'>;

export class Tally {
  readonly #delivery = new Latency();
  readonly #acknowledgement = new Latency();
  readonly #lateness = new Latency();
  readonly #reactionAcknowledgement = new Latency();
  readonly #reactionDelivery = new Latency();
  readonly #comingBack = new Latency();
  readonly #deliveryBySecond = new LatencyBySecond();
  readonly #acceptedBySecond = new CountBySecond();
  readonly #deliveredBySecond = new CountBySecond();
  readonly #refusedForGood: Record<string, number> = {};
  sent = 0;
  accepted = 0;
  refused = 0;
  toDeliver = 0;
  delivered = 0;
  shownToWriter = 0;
  reacted = 0;
  reactionsSettled = 0;
  away = 0;
  #times: Pick<RunTimes, 'measuredFromUs' | 'measuredUntilUs'> = {
    measuredFromUs: Infinity,
    measuredUntilUs: Infinity,
  };

  start(times: RunTimes): void {
    this.#times = times;
  }

  onSent(dueUs: number, nowUs: number): void {
    this.sent++;
    if (this.#isMeasured(dueUs)) this.#lateness.record(nowUs - dueUs);
  }

  /** @param recipients other members of the conversation */
  onAccepted(dueUs: number, nowUs: number, recipients: number): void {
    this.accepted++;
    this.toDeliver += recipients;
    if (this.#isMeasured(dueUs)) this.#acknowledgement.record(nowUs - dueUs);
    if (this.#isMeasured(nowUs)) this.#acceptedBySecond.add(this.#secondOf(nowUs));
  }

  onRefused(code: string): void {
    this.refused++;
    this.#countRefusal(code);
  }

  onDelivered(dueUs: number, nowUs: number): void {
    this.delivered++;
    if (this.#isMeasured(dueUs)) {
      this.#delivery.record(nowUs - dueUs);
      this.#deliveryBySecond.record(this.#secondOf(dueUs), nowUs - dueUs);
    }
    if (this.#isMeasured(nowUs)) this.#deliveredBySecond.add(this.#secondOf(nowUs));
  }

  onReacted(): void {
    this.reacted++;
  }

  onReactionAccepted(dueUs: number, nowUs: number): void {
    this.reactionsSettled++;
    if (this.#isMeasured(dueUs)) this.#reactionAcknowledgement.record(nowUs - dueUs);
  }

  onReactionRefused(code: string): void {
    this.reactionsSettled++;
    this.#countRefusal(`reaction_${code}`);
  }

  onReactionShown(dueUs: number, nowUs: number): void {
    if (this.#isMeasured(dueUs)) this.#reactionDelivery.record(nowUs - dueUs);
  }

  onCut(): void {
    this.away++;
  }

  onBack(tookUs: number): void {
    this.away--;
    this.#comingBack.record(tookUs);
  }

  get results(): TallyResults {
    const { measuredFromUs, measuredUntilUs } = this.#times;
    const seconds = Math.ceil((measuredUntilUs - measuredFromUs) / 1_000_000);
    return {
      delivery: this.#delivery.encode(),
      acknowledgement: this.#acknowledgement.encode(),
      lateness: this.#lateness.encode(),
      reactionAcknowledgement: this.#reactionAcknowledgement.encode(),
      reactionDelivery: this.#reactionDelivery.encode(),
      comingBack: this.#comingBack.encode(),
      deliveryBySecond: this.#deliveryBySecond.encode(seconds),
      acceptedBySecond: this.#acceptedBySecond.counts(seconds),
      deliveredBySecond: this.#deliveredBySecond.counts(seconds),
      refusedForGood: this.#refusedForGood,
    };
  }

  #countRefusal(code: string): void {
    this.#refusedForGood[code] = (this.#refusedForGood[code] ?? 0) + 1;
  }

  #secondOf(us: number): number {
    return Math.floor((us - this.#times.measuredFromUs) / 1_000_000);
  }

  #isMeasured(atUs: number): boolean {
    return atUs >= this.#times.measuredFromUs && atUs < this.#times.measuredUntilUs;
  }
}
