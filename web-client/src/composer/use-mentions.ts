// The list of people that is offered while a name is being written: who fits, and whom the arrows stand on.
import { useEffect, useState, type KeyboardEvent } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import type { Person } from '../store/state.ts';
import { fittingPeople, mentionBegun, withMention } from './mention-completion.ts';
import { choosesWords } from '../browser/chooses-words.ts';

export interface Mentions {
  readonly people: readonly Person[];
  readonly current: Person | undefined;
  readonly choose: (person: Person) => void;
  /** True when the key was one of the list's. */
  readonly pressed: (event: KeyboardEvent) => boolean;
}

interface MentionParts {
  readonly conversationId: string;
  /** Only members of groups are named. */
  readonly isGroup: boolean;
  readonly text: string;
  readonly caret: number;
  readonly change: (text: string, caret: number) => void;
}

const nobody: readonly Person[] = [];

export function useMentions({ conversationId, isGroup, text, caret, change }: MentionParts): Mentions {
  const { groups } = useSession();
  const myId = useChat((state) => state.myId);
  const list = useChat((state) => state.memberLists.get(conversationId));
  const [at, setAt] = useState(0);
  /** The beginning that was put off with Escape. */
  const [dismissed, setDismissed] = useState<number | null>(null);
  const begun = isGroup ? mentionBegun(text, caret) : null;
  const isOpen = begun !== null && begun.at !== dismissed;
  const isNeeded = isOpen && list === undefined;
  useEffect(() => {
    if (isNeeded) void groups.loadMembers(conversationId);
  }, [groups, conversationId, isNeeded]);

  const members = list?.name === 'loaded' ? list.members : nobody;
  const others = isOpen ? members.filter(({ userId }) => userId !== myId) : nobody;
  const people = begun && isOpen ? fittingPeople(others, begun.query) : nobody;
  const current = people[Math.min(at, people.length - 1)];

  const choose = (person: Person) => {
    if (!begun) return;
    const next = withMention(text, caret, begun, person.handle);
    setAt(0);
    change(next.text, next.caret);
  };
  const pressed = (event: KeyboardEvent): boolean => {
    if (!current || choosesWords(event)) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((Math.min(at, people.length - 1) + step + people.length) % people.length);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(current);
    else if (event.key === 'Escape') setDismissed(begun?.at ?? null);
    else return false;
    event.preventDefault();
    return true;
  };
  return { people, current, choose, pressed };
}
