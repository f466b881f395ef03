// Chance that can be had again: the same numbers in every run with the same seed.

/** Numbers in [0, 1) (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface SeededRandom {
  readonly seed: number;
  /** In [0, 1). */
  readonly next: () => number;
}

/** Another seed in every run; a test prints it, and SKEIN_TEST_SEED repeats the run. */
export function seededRandom(): SeededRandom {
  const seed = Number(process.env['SKEIN_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  return { seed, next: chance(seed) };
}
