// Kinds of faults that a check of what was shown may find, and how many of each it found.
export const findingKinds = {
  lost: 'acknowledged or seen, but missing',
  doubled: 'there more than once',
  outOfOrder: 'out of order, or a sequence number left out',
  contradicted: 'under another sequence number than acknowledged',
  neverSent: 'nobody sent it, or it was refused',
  miscounted: 'reactions counted otherwise than acknowledged',
} as const;
export type FindingKind = keyof typeof findingKinds;
export type FindingCounts = Record<FindingKind, number>;

export function totalOf(counts: FindingCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export function noFindings(): FindingCounts {
  return { lost: 0, doubled: 0, outOfOrder: 0, contradicted: 0, neverSent: 0, miscounted: 0 };
}
