// A colour for each person, the same on every screen: from their id, so that nobody has to choose one.

import { firstGrapheme } from '../../../protocol/text/graphemes.ts';

export const tints = 6;

export function tintOf(userId: string): number {
  let sum = 0;
  for (let i = 0; i < userId.length; i++) sum = (sum * 31 + userId.charCodeAt(i)) % 65_521;
  return sum % tints;
}

/** Up to two letters of a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0]!, words.at(-1)!] : words.slice(0, 1);
  return letters.map((word) => firstGrapheme(word).toUpperCase()).join('') || '?';
}
