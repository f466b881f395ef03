// For who listens rather than looks: what has arrived while the thread is open. The rows themselves say nothing, because
// they come and go with scrolling.
import { useEffect, useRef, useState } from 'react';
import { excerptOf } from '../message/quote.tsx';
import { useNames } from '../people/use-people.ts';
import type { Message } from '../store/message.ts';
import { newMessages } from './list-row.tsx';

interface SpokenArrivalsProps {
  readonly messages: readonly Message[];
  readonly myId: string;
}

/** Messages that arrive closer together than this are said as one. */
const gatherMs = 1_000;

interface Arrived {
  readonly count: number;
  readonly last: Message;
}

export function SpokenArrivals({ messages, myId }: SpokenArrivalsProps) {
  const arrived = useArrived(messages, myId);
  const nameOf = useNames(arrived ? [arrived.last.senderId] : []);
  return (
    <p className="visually-hidden" aria-live="polite" data-testid="spoken-arrivals">
      {arrived && arrived.count === 1 && `${nameOf(arrived.last.senderId)}: ${excerptOf(arrived.last)}`}
      {arrived && arrived.count > 1 && newMessages(arrived.count)}
    </p>
  );
}

function useArrived(messages: readonly Message[], myId: string): Arrived | null {
  const [arrived, setArrived] = useState<Arrived | null>(null);
  const current = useRef(messages);
  const saidUpTo = useRef<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    current.current = messages;
    const newest = messages.at(-1)?.seq ?? 0;
    saidUpTo.current ??= messages.length > 0 ? newest : null;
    if (saidUpTo.current === null || newest <= saidUpTo.current) return;
    timer.current ??= setTimeout(() => {
      timer.current = null;
      const from = saidUpTo.current ?? 0;
      const fresh = current.current.filter(({ seq, senderId }) => seq > from && senderId !== myId);
      saidUpTo.current = current.current.at(-1)?.seq ?? from;
      const last = fresh.at(-1);
      if (last) setArrived({ count: fresh.length, last });
    }, gatherMs);
  }, [messages, myId]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return arrived;
}
