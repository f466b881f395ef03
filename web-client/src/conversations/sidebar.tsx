// The left pane: the name, the search, the conversations or what the search found, and who is signed in.
import './sidebar.css';
import { useState } from 'react';
import { ConnectionDot } from '../connection/connection-dot.tsx';
import { FindPeople } from '../people/find-people.tsx';
import { Wordmark } from '../theme/yarn.tsx';
import { ConversationList } from './conversation-list.tsx';
import { Me } from './me.tsx';

interface SidebarProps {
  readonly openId: string | null;
  readonly onSignedOut: (reason: string | null) => void;
}

export function Sidebar({ openId, onSignedOut }: SidebarProps) {
  const [searching, setSearching] = useState(false);
  return (
    <aside className="sidebar" aria-label="Conversations">
      <header className="sidebar-head">
        <h1>
          <Wordmark />
        </h1>
        <ConnectionDot />
      </header>
      <FindPeople onSearching={setSearching} />
      <nav className="sidebar-list" aria-label="Conversations" hidden={searching}>
        <ConversationList openId={openId} />
      </nav>
      <Me onSignedOut={onSignedOut} />
    </aside>
  );
}
