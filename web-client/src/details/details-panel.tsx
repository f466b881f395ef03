// Everything about the open conversation besides what is said in it. Beside the thread where there is room, else above
// it; Escape and the button lead back.
import './details.css';
import { useEffect, useRef, useState } from 'react';
import { useChat } from '../session/use-chat.ts';
import { ConversationAvatar } from '../conversations/conversation-avatar.tsx';
import { DeleteGroup } from '../groups/delete-group.tsx';
import { EditGroup } from '../groups/edit-group.tsx';
import { membersLabel } from '../groups/group-rules.ts';
import { LeaveGroup } from '../groups/leave-group.tsx';
import { leaveDetails } from '../routing/location.ts';
import { peerOf, titleOf } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { CloseIcon } from '../theme/icons.tsx';
import { AuditPanel } from './audit-panel.tsx';
import { BlockButton } from './block-person.tsx';
import { InsightPanel } from './insight-panel.tsx';
import { Members } from './members.tsx';
import { MuteMenu } from './mute-menu.tsx';
import { Tabs } from './tabs.tsx';

type TabName = 'members' | 'insight' | 'audit';

export function DetailsPanel({ conversation }: { readonly conversation: Conversation }) {
  const { id, kind } = conversation;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside
      className="details"
      aria-label="Conversation details"
      data-testid="details"
      onKeyDown={(event) => {
        // Dialogs and menus inside use Escape for themselves.
        const above = (event.target as Element).closest('dialog, [popover]');
        if (event.key === 'Escape' && !above) leaveDetails(id);
      }}
    >
      <header className="details-head">
        <h2 ref={heading} tabIndex={-1}>
          Details
        </h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Close the details"
          title="Close"
          onClick={() => leaveDetails(id)}
        >
          <CloseIcon />
        </button>
      </header>
      <div className="details-scroll">
        <About conversation={conversation} />
        <MuteMenu conversation={conversation} />
        {kind === 'group' ? (
          <GroupParts conversation={conversation} />
        ) : (
          <DirectParts conversation={conversation} />
        )}
      </div>
    </aside>
  );
}

function About({ conversation }: { readonly conversation: Conversation }) {
  const myId = useChat((state) => state.myId);
  const [editing, setEditing] = useState(false);
  const { kind, details } = conversation;
  return (
    <section className="about" aria-label="About">
      <ConversationAvatar conversation={conversation} myId={myId} />
      <h3 data-testid="details-title">{titleOf(conversation, myId)}</h3>
      <p className="handle">
        {kind === 'group' ? membersLabel(details.memberCount) : `@${peerOf(conversation, myId).handle}`}
      </p>
      {details.description !== '' && <p className="about-description">{details.description}</p>}
      {kind === 'group' && details.role === 'admin' && (
        <button type="button" className="link" data-testid="edit-group" onClick={() => setEditing(true)}>
          Edit
        </button>
      )}
      {editing && <EditGroup conversation={conversation} onClose={() => setEditing(false)} />}
    </section>
  );
}

function GroupParts({ conversation }: { readonly conversation: Conversation }) {
  const [chosen, setChosen] = useState<TabName>('members');
  const [dialog, setDialog] = useState<'leave' | 'delete' | null>(null);
  const myId = useChat((state) => state.myId);
  const list = useChat((state) => state.memberLists.get(conversation.id));
  const isAdmin = conversation.details.role === 'admin';
  const members = list?.name === 'loaded' ? list.members : null;
  const close = () => setDialog(null);
  const tabs: { name: TabName; label: string }[] = [
    { name: 'members', label: 'Members' },
    { name: 'insight', label: 'Insight' },
  ];
  if (isAdmin) tabs.push({ name: 'audit', label: 'Audit' });
  // Only admins have an audit trail to look at.
  const shown = chosen === 'audit' && !isAdmin ? 'members' : chosen;
  return (
    <>
      <Tabs label="Details" tabs={tabs} chosen={shown} onChoose={setChosen}>
        {shown === 'members' && <Members conversation={conversation} />}
        {shown === 'insight' && <InsightPanel conversation={conversation} />}
        {shown === 'audit' && <AuditPanel conversationId={conversation.id} />}
      </Tabs>
      <div className="details-end">
        <button
          type="button"
          className="button wide"
          data-testid="leave-group"
          disabled={members === null}
          onClick={() => setDialog('leave')}
        >
          Leave group
        </button>
        {isAdmin && (
          <button
            type="button"
            className="button danger wide"
            data-testid="delete-group"
            onClick={() => setDialog('delete')}
          >
            Delete group
          </button>
        )}
      </div>
      {dialog === 'leave' && members && (
        <LeaveGroup conversation={conversation} members={members} myId={myId} onClose={close} />
      )}
      {dialog === 'delete' && <DeleteGroup conversation={conversation} onClose={close} />}
    </>
  );
}

function DirectParts({ conversation }: { readonly conversation: Conversation }) {
  const myId = useChat((state) => state.myId);
  return (
    <>
      <InsightPanel conversation={conversation} />
      <div className="details-end">
        <BlockButton person={peerOf(conversation, myId)} />
      </div>
    </>
  );
}
