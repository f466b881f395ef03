// People who put an emoji on a message.
import { useCallback } from 'react';
import { useSession } from '../session/use-chat.ts';
import { PeopleList } from '../people/people-list.tsx';
import { Popover } from '../overlay/popover.tsx';
import { useAnswer } from '../overlay/use-answer.ts';
import { useThread } from '../message/thread-context.ts';

interface ReactorsProps {
  readonly seq: number;
  readonly emoji: string;
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}

export function Reactors({ seq, emoji, anchor, onClose }: ReactorsProps) {
  return (
    <Popover label={`Who reacted with ${emoji}`} anchor={anchor} testId="reactors" onClose={onClose}>
      <h3>{emoji}</h3>
      <Names seq={seq} emoji={emoji} />
    </Popover>
  );
}

function Names({ seq, emoji }: { readonly seq: number; readonly emoji: string }) {
  const { messages } = useSession();
  const { conversationId } = useThread();
  const ask = useCallback(
    () => messages.reactors(conversationId, seq, emoji),
    [messages, conversationId, seq, emoji],
  );
  const answer = useAnswer(ask);
  if (answer.name === 'loading') return <p className="quiet">Loading names…</p>;
  if (answer.name === 'failed') return <p className="quiet failed">{answer.reason}</p>;
  const { userIds, more } = answer.value;
  if (userIds.length === 0) return <p className="quiet">Nobody any more.</p>;
  return (
    <>
      <PeopleList userIds={userIds} />
      {more && <p className="quiet">and others</p>}
    </>
  );
}
