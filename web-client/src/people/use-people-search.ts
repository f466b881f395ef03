// Looks people up while someone types: not at every key, and never showing an answer to an older question.
import { useEffect, useState } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import type { Person } from '../store/state.ts';
import { handlePrefix } from './handle-prefix.ts';

export type PeopleSearch =
  | { readonly name: 'idle' }
  | { readonly name: 'impossible' }
  | { readonly name: 'searching' }
  | { readonly name: 'found'; readonly prefix: string; readonly people: readonly Person[] }
  | { readonly name: 'failed'; readonly reason: string };

const debounceMs = 180;

export function usePeopleSearch(typed: string): PeopleSearch {
  const session = useSession();
  const online = useChat((state) => state.connection.name === 'online');
  const [answer, setAnswer] = useState<PeopleSearch>({ name: 'searching' });
  const wish = handlePrefix(typed);
  const prefix = wish.name === 'prefix' ? wish.prefix : null;

  useEffect(() => {
    if (prefix === null || !online) return;
    let wanted = true;
    const show = (search: PeopleSearch) => {
      if (wanted) setAnswer(search);
    };
    const timer = setTimeout(() => {
      session.findPeople(prefix).then(
        (people) => show({ name: 'found', prefix, people }),
        (error: unknown) => show({ name: 'failed', reason: error instanceof Error ? error.message : '' }),
      );
    }, debounceMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [session, prefix, online]);

  if (wish.name === 'empty') return { name: 'idle' };
  if (wish.name === 'impossible') return { name: 'impossible' };
  if (!online) return { name: 'failed', reason: 'People can be found once you are connected again.' };
  // The last answer stays while the next is on its way, as long as it still fits.
  if (answer.name === 'found' && !wish.prefix.startsWith(answer.prefix)) return { name: 'searching' };
  return answer.name === 'found' ? fitting(answer, wish.prefix) : answer;
}

function fitting(answer: Extract<PeopleSearch, { name: 'found' }>, prefix: string): PeopleSearch {
  if (answer.prefix === prefix) return answer;
  const people = answer.people.filter(({ handle }) => handle.toLowerCase().startsWith(prefix));
  return people.length > 0 ? { ...answer, people } : { name: 'searching' };
}
