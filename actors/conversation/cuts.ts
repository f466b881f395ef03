// Cuts in a conversation's history: places where a store lost events that had been acknowledged, and an operator gave them
// up. The epoch rose there. Up to a cut, an earlier epoch's history is the one that stands. Pure.

export interface Cut {
  /** The epoch that begins there. */
  readonly epoch: number;
  /** Events of earlier epochs up to this sequence number stand; later ones are lost. */
  readonly unchangedTo: number;
}

/** Recorded cuts, and the one that no event has been recorded after yet. */
export function cutsOf(recorded: readonly Cut[], present: { epoch: number; headSeq: number }, first: number) {
  const last = recorded.at(-1)?.epoch ?? first;
  if (present.epoch <= last) return recorded;
  return [...recorded, { epoch: present.epoch, unchangedTo: present.headSeq }];
}

/**
 * Up to which sequence number someone who has seen the history of this epoch has seen what stands.
 * Infinite for the present epoch; 0 for one that nobody can know.
 */
export function unchangedSince(cuts: readonly Cut[], present: number, seen: number): number {
  if (seen === present) return Number.POSITIVE_INFINITY;
  if (seen < 1 || seen > present) return 0;
  return cuts.find(({ epoch }) => epoch > seen)?.unchangedTo ?? 0;
}
