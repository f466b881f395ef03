// State of the emoji picker: the category or the search, and the emoji that the arrows stand on.
import { useId, useState, type KeyboardEvent } from 'react';
import { categories, nameOfEmoji, searchEmojis, type Emoji } from './emoji-list.ts';
import { movedInGrid } from './moved-in-grid.ts';
import { noteEmoji, recentEmojis } from './recent-emojis.ts';
import type { Kept } from '../session/device/kept.ts';
import { useSession } from '../session/use-chat.ts';
import { choosesWords } from '../browser/chooses-words.ts';

/** As the style sheet lays them out. */
const columns = 8;
export const recently = 'Recent';

export function useEmojiChoice(onChoose: (emoji: string) => void) {
  const { kept } = useSession();
  const [typed, setTyped] = useState('');
  const [category, setCategory] = useState(recently);
  const [at, setAt] = useState(0);
  const listId = useId();
  const shown = emojisIn(category, typed, kept);
  const place = Math.max(0, Math.min(at, shown.length - 1));
  const current = shown[place];

  const choose = (emoji: string) => {
    noteEmoji(kept, emoji);
    onChoose(emoji);
  };
  const type = (text: string) => {
    setTyped(text);
    setAt(0);
  };
  const turnTo = (name: string) => {
    setCategory(name);
    type('');
  };
  const pressed = (event: KeyboardEvent) => {
    if (choosesWords(event)) return;
    const to = movedInGrid(event.key, place, shown.length, columns);
    if (to !== null) {
      setAt(to);
      document.getElementById(`${listId}-${to}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && current) choose(current.emoji);
    else return;
    event.preventDefault();
  };
  return { listId, typed, category, shown, place, current, type, turnTo, choose, pressed };
}

function emojisIn(category: string, typed: string, kept: Kept): readonly Emoji[] {
  if (typed.trim() !== '') return searchEmojis(typed);
  const found = categories.find(({ name }) => name === category);
  return found?.emojis ?? recentEmojis(kept).map((emoji) => ({ emoji, words: nameOfEmoji(emoji) }));
}
