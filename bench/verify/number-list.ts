// Numbers that grow to any count without an object each: a run has hundreds of thousands of messages, and what is kept
// of them travels from the generators to the parent.

export class NumberList {
  #values: Int32Array;
  #length = 0;

  constructor(values: Int32Array = new Int32Array(12)) {
    this.#values = values;
  }

  /** A list that begins with these. */
  static of(values: Int32Array): NumberList {
    const list = new NumberList(values);
    list.#length = values.length;
    return list;
  }

  push2(first: number, second: number): void {
    this.#grow(2);
    this.#values[this.#length++] = first;
    this.#values[this.#length++] = second;
  }

  push3(first: number, second: number, third: number): void {
    this.#grow(3);
    this.#values[this.#length++] = first;
    this.#values[this.#length++] = second;
    this.#values[this.#length++] = third;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  get length(): number {
    return this.#length;
  }

  /** A copy. */
  slice(from = 0, to = this.#length): Int32Array {
    return this.#values.slice(from, to);
  }

  #grow(by: number): void {
    if (this.#length + by <= this.#values.length) return;
    const larger = new Int32Array(this.#values.length * 2 + by);
    larger.set(this.#values);
    this.#values = larger;
  }
}
