// Whether every receiver gets every message of every sender once and in the order of sending: kept as the number that
// is expected next, since a room has a thousand times more deliveries than messages.

export class OrderCheck {
  /** By receiver, then sender. */
  readonly #next: Int32Array;
  readonly #senders: number;
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
      this.#next[at] = number + 1;
    } else {
      this.outOfOrder++;
    }
  }
}
