// The members of a group: some at a time, since there may be five hundred, and found by typing when there are many.
import { useEffect, useState } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import { AddPeople } from '../groups/add-people.tsx';
import { InvitationLink } from '../groups/invitation-link.tsx';
import { saySo } from '../session/say-so.ts';
import { useWatching } from '../presence/use-presence.ts';
import type { GroupMember } from '../store/member-lists.ts';
import type { Conversation } from '../store/state.ts';
import { shownMembers } from './member-actions.ts';
import { MemberRow } from './member-row.tsx';

const pageSize = 50;
/** From so many on there is a field to find one. */
const filterFrom = 10;
const nobody: readonly GroupMember[] = [];

export function Members({ conversation }: { readonly conversation: Conversation }) {
  const { groups } = useSession();
  const { id, details } = conversation;
  const myId = useChat((state) => state.myId);
  const list = useChat((state) => state.memberLists.get(id));
  const [filter, setFilter] = useState('');
  const [most, setMost] = useState(pageSize);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => void groups.loadMembers(id), [groups, id]);

  const members = list?.name === 'loaded' ? list.members : nobody;
  const fitting = shownMembers(members, filter);
  const shown = fitting.slice(0, most);
  useWatching(
    'details',
    shown.map(({ userId }) => userId),
  );
  return (
    <div className="members">
      {details.role === 'admin' && <WaysIn conversation={conversation} members={members} />}
      {members.length >= filterFrom && (
        <div className="field">
          <input
            type="text"
            aria-label="Find a member"
            placeholder="Find a member"
            autoComplete="off"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        </div>
      )}
      <p className={failure === null ? 'empty' : 'empty failed'} role="status">
        {failure ?? sentenceFor(list?.name, members.length > 0 && fitting.length === 0)}
      </p>
      {list?.name === 'failed' && (
        <button type="button" className="button wide" onClick={() => void groups.loadMembers(id)}>
          Try again
        </button>
      )}
      <ul className="people-list" aria-label="Members">
        {shown.map((member) => (
          <MemberRow
            key={member.userId}
            conversation={conversation}
            member={member}
            myId={myId}
            onFailure={(error) => setFailure(saySo(error))}
          />
        ))}
      </ul>
      {fitting.length > shown.length && (
        <button type="button" className="button wide" onClick={() => setMost(most + pageSize)}>
          Show more of {fitting.length}
        </button>
      )}
    </div>
  );
}

interface WaysInProps {
  readonly conversation: Conversation;
  readonly members: readonly GroupMember[];
}

/** For admins: how others come into the group. */
function WaysIn({ conversation, members }: WaysInProps) {
  const [dialog, setDialog] = useState<'add' | 'invite' | null>(null);
  const close = () => setDialog(null);
  return (
    <div className="details-actions">
      <button type="button" className="button" data-testid="add-people" onClick={() => setDialog('add')}>
        Add people
      </button>
      <button type="button" className="button" data-testid="invite" onClick={() => setDialog('invite')}>
        Invitation link
      </button>
      {dialog === 'add' && <AddPeople conversation={conversation} members={members} onClose={close} />}
      {dialog === 'invite' && <InvitationLink conversationId={conversation.id} onClose={close} />}
    </div>
  );
}

function sentenceFor(state: 'loading' | 'failed' | 'loaded' | undefined, nobodyFits: boolean): string | null {
  if (state === 'failed') return 'The members could not be loaded.';
  if (state !== 'loaded') return 'Loading…';
  return nobodyFits ? 'No member is called that.' : null;
}
