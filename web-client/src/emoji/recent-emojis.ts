// The emoji that were chosen last in this browser, so that they are at hand.
import { usual } from './emoji-list.ts';

const item = 'skein.recent-emojis';
const keptMax = 16;

export function recentEmojis(): readonly string[] {
  try {
    const kept = JSON.parse(localStorage.getItem(item) ?? '[]') as unknown;
    const chosen = Array.isArray(kept) ? kept.filter((emoji) => typeof emoji === 'string') : [];
    return withUsual(chosen);
  } catch {
    return usual;
  }
}

export function noteEmoji(emoji: string): void {
  const next = [emoji, ...recentEmojis().filter((other) => other !== emoji)].slice(0, keptMax);
  try {
    localStorage.setItem(item, JSON.stringify(next));
  } catch {
    // The quota is used up: the picker still offers everything.
  }
}

function withUsual(chosen: readonly string[]): readonly string[] {
  return [...new Set([...chosen, ...usual])].slice(0, keptMax);
}
