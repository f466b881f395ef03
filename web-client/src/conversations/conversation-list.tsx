// The conversations, latest activity first.
import { useMemo, useRef } from 'react';
import { useChat } from '../session/use-chat.ts';
import { usePeople } from '../people/use-people.ts';
import { byActivity } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { useNow } from '../time/use-now.ts';
import { EmptyList } from './empty-list.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { useSeenPeople } from './use-seen-people.ts';

export function ConversationList({ openId }: { readonly openId: string | null }) {
  const conversations = useChat((state) => state.conversations);
  const outgoing = useChat((state) => state.outgoing);
  const listLoaded = useChat((state) => state.listLoaded);
  const myId = useChat((state) => state.myId);
  const now = useNow();
  const list = useRef<HTMLUListElement>(null);
  const sorted = useMemo(() => byActivity(conversations, outgoing), [conversations, outgoing]);
  const people = usePeople(useMemo(() => lastSenders(sorted), [sorted]));
  useSeenPeople(list, sorted);

  if (sorted.length === 0) return listLoaded ? <EmptyList /> : <ListSkeleton />;
  return (
    <ul className="conversations" ref={list}>
      {sorted.map((conversation) => (
        <ConversationRow
          key={conversation.id}
          conversation={conversation}
          outgoing={outgoing.get(conversation.id)}
          senderName={people.get(conversation.last?.senderId ?? '')?.displayName}
          myId={myId}
          selected={conversation.id === openId}
          now={now}
        />
      ))}
    </ul>
  );
}

/** People whose names the lines of groups show. */
function lastSenders(conversations: readonly Conversation[]): string[] {
  const senders = conversations.flatMap(({ kind, last }) =>
    kind === 'group' && last ? [last.senderId] : [],
  );
  return [...new Set(senders)];
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
