// The left pane: the name, notifications and new groups, the search, the conversations or what the search found, and
// who is signed in.
import './sidebar.css';
import { useState } from 'react';
import { ConnectionDot } from '../connection/connection-dot.tsx';
import { GroupRequestList } from '../groups/group-request-list.tsx';
import { NewGroup } from '../groups/new-group.tsx';
import { Bell } from '../notifications/bell.tsx';
import { FindPeople } from '../people/find-people.tsx';
import { NewGroupIcon } from '../theme/icons.tsx';
import { Wordmark } from '../theme/yarn.tsx';
import { ConversationList } from './conversation-list.tsx';
import { Me } from './me.tsx';

interface SidebarProps {
  readonly openId: string | null;
  readonly onSignedOut: (reason: string | null) => void;
}

export function Sidebar({ openId, onSignedOut }: SidebarProps) {
  const [searching, setSearching] = useState(false);
  const [beginning, setBeginning] = useState(false);
  return (
    <aside className="sidebar" aria-label="Conversations">
      <header className="sidebar-head">
        <h1>
          <Wordmark />
        </h1>
        <ConnectionDot />
        <div className="sidebar-tools">
          <Bell />
          <button
            type="button"
            className="icon-button"
            data-testid="new-group"
            aria-label="New group"
            title="New group"
            aria-haspopup="dialog"
            onClick={() => setBeginning(true)}
          >
            <NewGroupIcon />
          </button>
        </div>
      </header>
      <FindPeople onSearching={setSearching} />
      <nav className="sidebar-list" aria-label="Conversations" hidden={searching}>
        <GroupRequestList />
        <ConversationList openId={openId} />
      </nav>
      <Me onSignedOut={onSignedOut} />
      {beginning && <NewGroup onClose={() => setBeginning(false)} />}
    </aside>
  );
}
