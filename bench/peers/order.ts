// Whether every receiver gets every message of every sender once and in the order of sending: kept as the number that
// is expected next, since a room has a thousand times more deliveries than messages.

interface Gaps {
  /** From the first number up to, and without, the last. */
  readonly ranges: [number, number][];
  readonly late: Set<number>;
}

export class OrderCheck {
  /** By receiver, then sender. */
  readonly #next: Int32Array;
  readonly #senders: number;
  /** Ranges of numbers that were left out, and what came of them later, by the same place as the next number. */
  readonly #gaps = new Map<number, Gaps>();
  received = 0;
  /** Numbers that were left out, and may come late. */
  skipped = 0;
  /** Numbers below the one that was expected: repeated, or late. */
  outOfOrder = 0;

  constructor(receivers: number, senders: number) {
    this.#next = new Int32Array(receivers * senders);
    this.#senders = senders;
  }

  take(receiver: number, sender: number, number: number): void {
    this.received++;
    const at = receiver * this.#senders + sender;
    const expected = this.#next[at]!;
    if (number === expected) {
      this.#next[at] = number + 1;
    } else if (number > expected) {
      this.skipped += number - expected;
      this.#gapsAt(at).ranges.push([expected, number]);
      this.#next[at] = number + 1;
    } else {
      this.outOfOrder++;
      this.#gapsAt(at).late.add(number);
    }
  }

  /** Whether the receiver has had this message. */
  has(receiver: number, sender: number, number: number): boolean {
    const at = receiver * this.#senders + sender;
    if (number >= this.#next[at]!) return false;
    const gaps = this.#gaps.get(at);
    const wasLeftOut = gaps?.ranges.some(([from, until]) => number >= from && number < until) ?? false;
    return !wasLeftOut || gaps!.late.has(number);
  }

  #gapsAt(at: number): Gaps {
    const gaps = this.#gaps.get(at) ?? { ranges: [], late: new Set() };
    this.#gaps.set(at, gaps);
    return gaps;
  }
}
