// The reactions of a message as this person sees them: what the server has told, and what they wished for since.
import type { ReactionCount } from '../../../protocol/client/index.ts';

export interface ShownReaction {
  readonly emoji: string;
  readonly count: number;
  readonly mine: boolean;
}

export function reactionsShown(
  counts: readonly ReactionCount[],
  wishes: ReadonlyMap<string, boolean> | undefined,
): readonly ShownReaction[] {
  const shown = counts.map(({ emoji, count, mine }) => ({ emoji, count, mine }));
  for (const [emoji, wish] of wishes ?? []) {
    const at = shown.findIndex((reaction) => reaction.emoji === emoji);
    const { count, mine } = shown[at] ?? { count: 0, mine: false };
    if (mine === wish) continue;
    const next = { emoji, count: count + (wish ? 1 : -1), mine: wish };
    if (at < 0) shown.push(next);
    else shown[at] = next;
  }
  return shown.filter(({ count }) => count > 0);
}
