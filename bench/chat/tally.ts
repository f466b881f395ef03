// Counts and latencies of one generator. Latencies are of the messages that were due in the measured interval,
// however late they came; the rates are of what happened within it.
import { Latency } from '../latency.ts';
import type { RunTimes } from './commands.ts';

export class Tally {
  readonly delivery = new Latency();
  readonly acknowledgement = new Latency();
  readonly lateness = new Latency();
  sent = 0;
  accepted = 0;
  refused = 0;
  shownToPeer = 0;
  shownToSender = 0;
  acceptedWithin = 0;
  deliveredWithin = 0;
  readonly refusedForGood: Record<string, number> = {};
  #times: RunTimes = { startUs: Infinity, measuredFromUs: Infinity, measuredUntilUs: Infinity };

  start(times: RunTimes): void {
    this.#times = times;
  }

  onSent(dueUs: number, nowUs: number): void {
    this.sent++;
    if (this.#isMeasured(dueUs)) this.lateness.record(nowUs - dueUs);
  }

  onAccepted(dueUs: number, nowUs: number): void {
    this.accepted++;
    if (this.#isMeasured(dueUs)) this.acknowledgement.record(nowUs - dueUs);
    if (this.#isMeasured(nowUs)) this.acceptedWithin++;
  }

  onRefused(code: string): void {
    this.refused++;
    this.refusedForGood[code] = (this.refusedForGood[code] ?? 0) + 1;
  }

  onShownToPeer(dueUs: number, nowUs: number): void {
    this.shownToPeer++;
    if (this.#isMeasured(dueUs)) this.delivery.record(nowUs - dueUs);
    if (this.#isMeasured(nowUs)) this.deliveredWithin++;
  }

  #isMeasured(atUs: number): boolean {
    return atUs >= this.#times.measuredFromUs && atUs < this.#times.measuredUntilUs;
  }
}
