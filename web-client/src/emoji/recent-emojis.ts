// The emoji that were chosen last by this person in this browser, so that they are at hand.
import type { Kept } from '../session/device/kept.ts';
import { usual } from './emoji-list.ts';

const item = 'recent-emojis';
const keptMax = 16;

export function recentEmojis(kept: Kept): readonly string[] {
  try {
    const noted = JSON.parse(kept.get(item) ?? '[]') as unknown;
    const chosen = Array.isArray(noted) ? noted.filter((emoji) => typeof emoji === 'string') : [];
    return withUsual(chosen);
  } catch {
    return usual;
  }
}

export function noteEmoji(kept: Kept, emoji: string): void {
  const next = [emoji, ...recentEmojis(kept).filter((other) => other !== emoji)].slice(0, keptMax);
  kept.set(item, JSON.stringify(next));
}

function withUsual(chosen: readonly string[]): readonly string[] {
  return [...new Set([...chosen, ...usual])].slice(0, keptMax);
}
