// The mark on a message that was changed, and the texts it has had (MSG-5).
import { useCallback, useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import { Popover } from '../overlay/popover.tsx';
import { useAnswer } from '../overlay/use-answer.ts';
import { exactLabel } from '../time/labels.ts';
import { useThread } from '../message/thread-context.ts';

export function EditedMark({ seq, editedAtMs }: { readonly seq: number; readonly editedAtMs: number }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        type="button"
        className="edited"
        data-testid="edited"
        aria-haspopup="dialog"
        title={`Edited ${exactLabel(editedAtMs)}`}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        edited
      </button>
      {anchor && (
        <Popover
          label="Earlier versions"
          anchor={anchor}
          testId="edit-history"
          onClose={() => setAnchor(null)}
        >
          {/* An edit that comes while it is open is asked for too. */}
          <Revisions key={editedAtMs} seq={seq} />
        </Popover>
      )}
    </>
  );
}

function Revisions({ seq }: { readonly seq: number }) {
  const { messages } = useSession();
  const { conversationId } = useThread();
  const ask = useCallback(() => messages.revisions(conversationId, seq), [messages, conversationId, seq]);
  const answer = useAnswer(ask);
  if (answer.name === 'loading') return <p className="quiet">Loading earlier versions…</p>;
  if (answer.name === 'failed') return <p className="quiet failed">{answer.reason}</p>;
  return (
    <>
      <h3>Versions, latest first</h3>
      <ol className="revisions">
        {answer.value.toReversed().map(({ atMs, body }) => (
          <li key={atMs} data-testid="revision">
            <time dateTime={new Date(atMs).toISOString()}>{exactLabel(atMs)}</time>
            <p dir="auto">{body}</p>
          </li>
        ))}
      </ol>
    </>
  );
}
