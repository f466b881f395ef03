// How many members of a group have read one's message, and who (MSG-6).
import { useCallback, useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import { PeopleList } from '../people/people-list.tsx';
import { Popover } from '../overlay/popover.tsx';
import { useAnswer } from '../overlay/use-answer.ts';
import { useThread } from '../message/thread-context.ts';

interface ReadByProps {
  readonly seq: number;
  /** Null: it is not told of each in so large a group, and asked for when someone wants to know. */
  readonly count: number | null;
}

export function ReadBy({ seq, count }: ReadByProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (count === 0) return null;
  return (
    <>
      <button
        type="button"
        className="read-by"
        data-testid="read-by"
        aria-haspopup="dialog"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {count === null ? 'Read by…' : `Read by ${count}`}
      </button>
      {anchor && (
        <Popover label="Read by" anchor={anchor} testId="readers" onClose={() => setAnchor(null)}>
          <h3>Read by</h3>
          <Readers key={count} seq={seq} />
        </Popover>
      )}
    </>
  );
}

function Readers({ seq }: { readonly seq: number }) {
  const { messages } = useSession();
  const { conversationId, myId } = useThread();
  const ask = useCallback(() => messages.cursors(conversationId), [messages, conversationId]);
  const answer = useAnswer(ask);
  if (answer.name === 'loading') return <p className="quiet">Loading names…</p>;
  if (answer.name === 'failed') return <p className="quiet failed">{answer.reason}</p>;
  const readers = [...answer.value]
    .filter(([userId, { readSeq }]) => userId !== myId && readSeq >= seq)
    .map(([userId]) => userId);
  return readers.length > 0 ? <PeopleList userIds={readers} /> : <p className="quiet">Nobody yet.</p>;
}
