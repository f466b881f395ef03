import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../protocol/limits.ts';
import { bounds } from '../runtime/bounds.ts';
import { KeyWindow, type StoredKey } from './key-window.ts';
import { chance } from '../../protocol/testing/seeded-random.ts';

const seeds = [1, 2, 3, 4, 5, 6];
const hourMs = 3_600_000;

/** A key made at this time; the number makes it unique. */
function keyOf(madeAtMs: number, number: number): string {
  const time = madeAtMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/**
 * A conversation over many activations, and beside it the truth: every key that was ever stored. A journal that
 * commits when it likes, a projector behind it, clocks that differ from worker to worker.
 */
class Model {
  readonly #next: () => number;
  readonly #stored = new Map<string, StoredKey & { batch: number | null }>();
  readonly #order: string[] = [];
  #window = new KeyWindow([], 0);
  #trueMs = Date.UTC(2026, 0, 1);
  #skewMs = 0;
  #lastAtMs = 0;
  #batch = 0;
  #projected = 0;
  #stalled = false;
  #made = 0;
  readonly counts = { decided: 0, lookedUp: 0, repeats: 0, activations: 0 };

  constructor(seed: number) {
    this.#next = chance(seed);
  }

  get windowSize(): number {
    return this.#window.size;
  }
  get stored(): number {
    return this.#stored.size;
  }

  step(): void {
    const what = this.#next();
    this.#trueMs += Math.floor(this.#next() * (what < 0.01 ? 10 * 60_000 : 400));
    if (what < 0.6) this.#send(this.#freshKey());
    else if (what < 0.75) this.#send(this.#anyStoredKey());
    else if (what < 0.9) this.#commit();
    else if (what < 0.995) this.#project();
    else this.#activateAnew();
  }

  /** Some of what is durable; sometimes nothing for minutes on end. */
  #project(): void {
    if (this.#next() < 0.03) this.#stalled = !this.#stalled;
    if (!this.#stalled) this.#projected += Math.floor(this.#next() * (this.#batch - this.#projected + 1));
  }

  get #nowMs(): number {
    return this.#trueMs + this.#skewMs;
  }

  /** Mostly new, often late by up to hours, never further ahead than the server lets through. */
  #freshKey(): string {
    const kind = this.#next();
    const agoMs =
      kind < 0.7
        ? this.#next() * 2_000
        : kind < 0.85
          ? this.#next() * 3 * hourMs
          : -limits.keyAheadMsMax * this.#next();
    return keyOf(Math.floor(this.#nowMs - agoMs), ++this.#made);
  }

  #anyStoredKey(): string {
    const count = this.#order.length;
    if (count === 0) return this.#freshKey();
    const recent = this.#next() < 0.5 ? Math.min(count, 300) : count;
    return this.#order[count - 1 - Math.floor(this.#next() * recent)]!;
  }

  /** As the conversation settles a key: memory, then the record if memory does not decide. */
  #send(key: string): void {
    const truth = this.#stored.get(key);
    let known = this.#window.find(key);
    if (!known && this.#window.decides(key)) {
      this.counts.decided++;
    } else if (!known) {
      this.counts.lookedUp++;
      const row = truth && truth.batch !== null && truth.batch <= this.#projected ? truth : undefined;
      if (row) this.#window.recall(row);
      known = row;
    }
    assert.equal(
      known?.seq,
      truth?.seq,
      `key ${key} of ${this.#stored.size} was taken for ${known ? 'known' : 'new'}`,
    );
    if (truth) this.counts.repeats++;
    else this.#store(key);
  }

  #store(key: string): void {
    const atMs = (this.#lastAtMs = Math.max(this.#nowMs, this.#lastAtMs));
    const seq = this.#order.push(key) + 1;
    const stored = { key, seq, ordinal: seq - 1, atMs, fingerprint: seq };
    this.#stored.set(key, { ...stored, batch: null });
    this.#window.add(stored);
  }

  #commit(): void {
    const waiting = this.#order.filter((key) => this.#stored.get(key)!.batch === null);
    if (waiting.length === 0) return;
    this.#batch++;
    for (const key of waiting) {
      this.#stored.get(key)!.batch = this.#batch;
      this.#window.committed(key, this.#batch);
      this.#window.prune(this.#nowMs, this.#projected);
    }
  }

  /** On another worker, whose clock is another: from the record, which has everything by then. */
  #activateAnew(): void {
    this.#commit();
    this.#projected = this.#batch;
    this.#skewMs = Math.floor((this.#next() - 0.5) * 60_000);
    const newest = this.#order.slice(-bounds.keysLoadedMax).map((key) => this.#stored.get(key)!);
    const complete = newest.length < bounds.keysLoadedMax ? 0 : newest[0]!.atMs + 1;
    this.#window = new KeyWindow(newest, complete);
    this.counts.activations++;
  }
}

for (const seed of seeds) {
  void test(`[MSG-4] memory never takes a stored key for a new one, nor the other way round (seed ${seed})`, () => {
    const model = new Model(seed);
    let largest = 0;
    for (let step = 0; step < 8_000; step++) {
      model.step();
      largest = Math.max(largest, model.windowSize);
    }
    const { decided, lookedUp, repeats, activations } = model.counts;
    assert.ok(
      decided > 2_000 && lookedUp > 200 && repeats > 500 && activations > 10,
      JSON.stringify(model.counts),
    );
    assert.ok(largest < model.stored / 2, `it let go of keys: ${largest} of ${model.stored}`);
  });
}

const start = Date.UTC(2026, 0, 1);
const stored = (number: number, atMs: number): StoredKey => {
  return { key: keyOf(atMs, number), seq: number + 2, ordinal: number + 1, atMs, fingerprint: number };
};

void test('[MSG-4] a key leaves memory only when it is projected', () => {
  const window = new KeyWindow([], 0);
  const keys = Array.from({ length: bounds.keysLoadedMax + 100 }, (_, at) => stored(at, start + at));
  for (const key of keys) window.add(key);
  const muchLater = start + hourMs;
  window.prune(muchLater, 1_000);
  assert.equal(window.size, keys.length, 'none is durable');
  keys.forEach(({ key }, at) => window.committed(key, at < 40 ? 1 : 2));
  window.prune(muchLater, 1);
  assert.equal(window.size, keys.length - 40);
  assert.equal(window.decides(keys[39]!.key), false);
  window.prune(muchLater, 2);
  assert.equal(window.size, bounds.keysLoadedMax);
  assert.ok(window.find(keys.at(-1)!.key));
});

void test('a key stays for a while after it is projected, unless there are too many', () => {
  const window = new KeyWindow([], 0);
  for (let at = 0; at <= bounds.keysMax; at++) {
    const key = stored(at, start + Math.floor(at / 100));
    window.add(key);
    window.committed(key.key, 1);
  }
  window.prune(start + 1_000, 1);
  assert.equal(window.size, bounds.keysMax, 'the bound is kept');
  window.prune(start + bounds.keyRetentionMs, 1);
  assert.ok(window.size < bounds.keysMax && window.size > bounds.keysLoadedMax);
});

void test('a window that holds all keys there are decides about any key', () => {
  const window = new KeyWindow([stored(1, start)], 0);
  assert.ok(window.decides(keyOf(start - 10 * hourMs, 7)));
  const partial = new KeyWindow([stored(1, start)], start + 1);
  assert.equal(partial.decides(keyOf(start + limits.keyAheadMsMax, 7)), false);
  assert.equal(partial.decides(keyOf(start + 1 + limits.keyAheadMsMax, 7)), true);
  assert.equal(partial.decides(crypto.randomUUID()), false, 'a key without a time says nothing');
});
