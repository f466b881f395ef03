// How many rounds a test takes of what it tries again and again: all of them in `npm run faults`, a few in `npm test`.
// The promise that a test proves is the same in both.

/** Whether every test takes all of its rounds, and the long and the rare faults run too. */
export const runsAll = process.env['SKEIN_FAULTS'] === 'all';

/** @param full in `npm run faults` @param short in `npm test` */
export function rounds<Rounds>(full: Rounds, short: Rounds): Rounds {
  return runsAll ? full : short;
}

/** For the `skip` of tests that are not part of `npm test`. */
export const onlyInAll = runsAll ? false : 'part of `npm run faults` only';
