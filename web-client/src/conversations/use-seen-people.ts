// People in the visible lines of the list: their presence is worth knowing, that of a thousand others is not.
import { useEffect, useMemo, useState, type RefObject } from 'react';
import { useWatching } from '../presence/use-presence.ts';
import type { Conversation } from '../store/state.ts';

export function useSeenPeople(
  list: RefObject<HTMLUListElement | null>,
  conversations: readonly Conversation[],
): void {
  const [seen, setSeen] = useState<readonly string[]>([]);
  // Which lines there are, whatever their order.
  const lines = useMemo(() => conversations.map(({ id }) => id).sort().join(), [conversations]); // prettier-ignore
  useEffect(() => {
    const inSight = new Map<Element, string>();
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const peer = (target as HTMLElement).dataset['peerId'];
        if (isIntersecting && peer !== undefined) inSight.set(target, peer);
        else inSight.delete(target);
      }
      setSeen([...inSight.values()].sort());
    });
    for (const line of list.current?.children ?? []) observer.observe(line);
    return () => observer.disconnect();
  }, [list, lines]);
  useWatching('list', seen);
}
