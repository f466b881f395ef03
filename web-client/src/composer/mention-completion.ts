// Completing `@` and the beginning of a name while someone writes: where it stands in the text, who fits, and what the
// text becomes. Pure.
import type { Person } from '../store/state.ts';

export interface Begun {
  /** Where the `@` is. */
  readonly at: number;
  /** Text from there to the caret, in small letters. */
  readonly query: string;
}

const begun = /(?:^|[^\w@])@([\p{L}\p{N}_]{0,30})$/u;
const shownMax = 8;

/** Null: no name is being written at the caret. */
export function mentionBegun(text: string, caret: number): Begun | null {
  const match = begun.exec(text.slice(0, caret));
  if (!match) return null;
  const query = match[1]!;
  return { at: caret - query.length - 1, query: query.toLowerCase() };
}

/** By the beginning of the handle or of a word of the name; handles first. */
export function fittingPeople(people: readonly Person[], query: string): readonly Person[] {
  const byHandle = people.filter(({ handle }) => handle.toLowerCase().startsWith(query));
  const byName = people.filter(
    (person) => !byHandle.includes(person) && ` ${person.displayName.toLowerCase()}`.includes(` ${query}`),
  );
  return [...byHandle, ...byName].slice(0, shownMax);
}

export function withMention(
  text: string,
  caret: number,
  { at }: Begun,
  handle: string,
): { readonly text: string; readonly caret: number } {
  const inserted = `@${handle} `;
  const rest = text.slice(caret).replace(/^ /, '');
  return { text: text.slice(0, at) + inserted + rest, caret: at + inserted.length };
}
