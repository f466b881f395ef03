import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailureDetector } from './failure-detector.ts';

const deadAfterMs = 3_500;
const everyMs = 500;

/** Members that renew once at each observation, but for those who are silent. */
class Watched {
  readonly #detector = new FailureDetector(deadAfterMs, everyMs);
  readonly #revisions = new Map<string, number>();
  nowMs = 1_000;

  constructor(...members: string[]) {
    for (const member of members) this.#revisions.set(member, 1);
  }
  leave(member: string): void {
    this.#revisions.delete(member);
  }
  /** Observes after this time; these have not renewed meanwhile. */
  after(ms: number, ...silent: string[]): string[] {
    this.nowMs += ms;
    for (const [member, revision] of this.#revisions)
      if (!silent.includes(member)) this.#revisions.set(member, revision + 1);
    return [...this.#detector.observe(this.#revisions, this.nowMs)].sort();
  }
}

void test('[OPS-4] a member that renews lives; one that is silent for too long does not, to the tick', () => {
  const watched = new Watched('a', 'b');
  watched.after(0);
  for (let silentMs = everyMs; silentMs <= deadAfterMs; silentMs += everyMs)
    assert.deepEqual(watched.after(everyMs, 'b'), ['a', 'b'], `silent for ${silentMs} ms`);
  assert.deepEqual(watched.after(everyMs, 'b'), ['a']);
  assert.deepEqual(watched.after(everyMs), ['a', 'b'], 'it renews again');
});

void test('a member whose entry is gone is gone at once', () => {
  const watched = new Watched('a', 'b');
  watched.after(0);
  watched.leave('b');
  assert.deepEqual(watched.after(everyMs), ['a']);
});

void test('time in which nothing could be observed counts for nobody', () => {
  const watched = new Watched('a', 'b', 'c');
  watched.after(0);
  watched.after(everyMs, 'c');
  assert.deepEqual(watched.after(600_000, 'a', 'b', 'c'), ['a', 'b', 'c'], 'nobody could renew');
  // c had been silent before: it has that much less left than the others.
  let alive: string[] = [];
  for (let ms = 0; ms < deadAfterMs; ms += everyMs) alive = watched.after(everyMs, 'b', 'c');
  assert.deepEqual(alive, ['a', 'b']);
  assert.deepEqual(watched.after(everyMs, 'b', 'c'), ['a']);
});

void test('an observation that is merely late is no outage', () => {
  const watched = new Watched('a', 'b');
  watched.after(0);
  let alive: string[] = [];
  for (let ms = 0; ms <= deadAfterMs; ms += 2 * everyMs) alive = watched.after(2 * everyMs, 'b');
  assert.deepEqual(alive, ['a']);
});

void test('someone seen for the first time lives, however old the entry is', () => {
  const watched = new Watched('a');
  assert.deepEqual(watched.after(5_000, 'a'), ['a']);
});
