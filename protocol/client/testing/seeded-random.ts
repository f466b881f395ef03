// Chance that can be had again: a test prints its seed, and SKEIN_TEST_SEED repeats the run (mulberry32).

export interface SeededRandom {
  readonly seed: number;
  /** In [0, 1). */
  readonly next: () => number;
}

export function seededRandom(): SeededRandom {
  const seed = Number(process.env['SKEIN_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, next };
}
