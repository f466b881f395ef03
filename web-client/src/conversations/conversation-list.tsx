// The conversations, latest activity first.
import { useMemo } from 'react';
import { useChat } from '../chat/use-chat.ts';
import { byActivity } from '../store/select.ts';
import { useNow } from '../time/use-now.ts';
import { ConversationRow } from './conversation-row.tsx';

export function ConversationList({ openId }: { readonly openId: string | null }) {
  const conversations = useChat((state) => state.conversations);
  const outgoing = useChat((state) => state.outgoing);
  const listLoaded = useChat((state) => state.listLoaded);
  const myId = useChat((state) => state.myId);
  const now = useNow();
  const sorted = useMemo(() => byActivity(conversations, outgoing), [conversations, outgoing]);

  if (sorted.length === 0) return listLoaded ? <EmptyList /> : <ListSkeleton />;
  return (
    <ul className="conversations">
      {sorted.map((conversation) => (
        <ConversationRow
          key={conversation.id}
          conversation={conversation}
          outgoing={outgoing.get(conversation.id)}
          myId={myId}
          selected={conversation.id === openId}
          now={now}
        />
      ))}
    </ul>
  );
}

function EmptyList() {
  return <p className="empty">No conversations yet. Find someone by their handle.</p>;
}

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading conversations">
      {[0, 1, 2, 3, 4].map((line) => (
        <div key={line} className="conversation skeleton" aria-hidden="true">
          <span className="avatar" />
          <span className="bars">
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}
