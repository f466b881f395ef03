// People to watch when several parts of the page want to: a socket may watch a bounded number of people, so that what is
// looked at most closely comes first.
import { limits } from '../../../protocol/limits.ts';

/** The most important first. */
export const watchers = ['header', 'details', 'list'] as const;
export type Watcher = (typeof watchers)[number];

export function peopleToWatch(
  wishes: ReadonlyMap<Watcher, readonly string[]>,
  myId: string,
  most: number = limits.presenceWatchMax,
): string[] {
  const people = new Set(watchers.flatMap((watcher) => wishes.get(watcher) ?? []));
  people.delete(myId);
  return [...people].slice(0, most);
}
