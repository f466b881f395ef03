import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailureDetector } from './failure-detector.ts';

const deadAfterMs = 3_500;
const everyMs = 500;

/** Members that renew once at each observation, but for those who are silent. */
class Watched {
  readonly #detector = new FailureDetector(deadAfterMs);
  readonly #revisions = new Map<string, number>();
  nowMs = 1_000;

  constructor(...members: string[]) {
    for (const member of members) this.#revisions.set(member, 1);
  }
  outage(): void {
    this.#detector.outage();
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

void test('[OPS-4] time in which nothing could be observed counts for nobody', () => {
  const watched = new Watched('a', 'b');
  watched.after(0);
  watched.outage();
  assert.deepEqual(watched.after(600_000, 'a', 'b'), ['a', 'b'], 'nobody could renew');
  let alive: string[] = [];
  for (let ms = 0; ms < deadAfterMs; ms += everyMs) alive = watched.after(everyMs, 'b');
  assert.deepEqual(alive, ['a', 'b'], 'everyone starts anew');
  assert.deepEqual(watched.after(everyMs, 'b'), ['a']);
});

void test('[OPS-4] observations that are far apart still find who is silent', () => {
  const watched = new Watched('a', 'b');
  watched.after(0);
  watched.after(2_000, 'b');
  assert.deepEqual(watched.after(2_000, 'b'), ['a']);
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
