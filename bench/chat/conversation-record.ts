// What is kept of one conversation for the checker, as flat numbers: a run has hundreds of thousands of messages, and
// their records travel from the generators to the parent.
//
// A person's side in their conversation is 0 or 1. Side -1 with number -1 is a message that nobody of this run wrote.

export const outcomes = { open: 0, accepted: 1, refused: 2 } as const;
export type Outcome = (typeof outcomes)[keyof typeof outcomes];

/** What one side knows: its own messages by number, and everything it was shown, in order of arrival. */
export interface SideRecord {
  readonly conversation: number;
  readonly side: number;
  /** The sequence number at which it began to follow: the first event shown is the next one. */
  readonly headSeq: number;
  /** [outcome, seq] for each message, in the order of sending; seq is 0 unless accepted. */
  readonly sent: Int32Array;
  /** [seq, side, number] for each message shown. */
  readonly shown: Int32Array;
}

export interface HistoryRecord {
  readonly conversation: number;
  /** [seq, side, number] for each event of the conversation; the one that created it has number -2. */
  readonly events: Int32Array;
}

/** In place of a message's number, for the event that created the conversation. */
export const createdNumber = -2;

export interface Shown {
  readonly seq: number;
  readonly side: number;
  readonly number: number;
}

export function* shownIn(flat: Int32Array): Generator<Shown> {
  for (let at = 0; at < flat.length; at += 3) {
    yield { seq: flat[at]!, side: flat[at + 1]!, number: flat[at + 2]! };
  }
}

/** Numbers that grow to any count without an object each. */
export class NumberList {
  #values = new Int32Array(12);
  #length = 0;

  push(...values: readonly number[]): void {
    if (this.#length + values.length > this.#values.length) {
      const larger = new Int32Array(this.#values.length * 2 + values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    for (const value of values) this.#values[this.#length++] = value;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  get length(): number {
    return this.#length;
  }

  get values(): Int32Array {
    return this.#values.slice(0, this.#length);
  }
}
