// The signed-in person, their account, and the way out.
import { useState } from 'react';
import { signOut } from '../session/account/sign-out.ts';
import { useChat, useSession } from '../session/use-chat.ts';
import { clearDrafts } from '../session/writing/drafts.ts';
import { Avatar } from '../theme/avatar.tsx';
import { SignOutIcon } from '../theme/icons.tsx';
import { GroupsFromSetting } from '../groups/groups-from-setting.tsx';
import { Menu } from '../overlay/menu.tsx';
import { BlockedPeople } from '../people/blocked-people.tsx';
import { ConfirmSignOutEverywhere } from './confirm-sign-out-everywhere.tsx';
import { ConfirmSignOut } from './confirm-sign-out.tsx';

export function Me({ onSignedOut }: { readonly onSignedOut: (reason: string | null) => void }) {
  const session = useSession();
  const me = useChat((state) => state.me);
  const [asking, setAsking] = useState(false);
  const [blocking, setBlocking] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [endingAll, setEndingAll] = useState(false);

  const { leave, leaveEverywhere } = useLeaving(onSignedOut);
  const ask = () => (session.unacknowledged > 0 ? setAsking(true) : void leave());

  return (
    <footer className="account">
      {me ? (
        <Menu
          label="Account"
          speaks
          className="account-menu"
          items={[
            { label: 'Blocked people', onChoose: () => setBlocking(true) },
            { label: 'Being added to groups', onChoose: () => setChoosing(true) },
            { label: 'Sign out everywhere', onChoose: () => setEndingAll(true) },
          ]}
        >
          <span className="visually-hidden">Account of </span>
          <Avatar userId={me.userId} name={me.displayName} />
          <span className="names">
            <span className="name">{me.displayName}</span>
            <span className="handle">@{me.handle}</span>
          </span>
        </Menu>
      ) : (
        <p className="names" />
      )}
      <button
        type="button"
        className="icon-button"
        data-testid="sign-out"
        aria-label="Sign out"
        title="Sign out"
        onClick={ask}
      >
        <SignOutIcon />
      </button>
      {blocking && <BlockedPeople onClose={() => setBlocking(false)} />}
      {choosing && <GroupsFromSetting onClose={() => setChoosing(false)} />}
      {endingAll && (
        <ConfirmSignOutEverywhere
          waiting={session.unacknowledged}
          onConfirm={leaveEverywhere}
          onClose={() => setEndingAll(false)}
        />
      )}
      {asking && (
        <ConfirmSignOut
          waiting={session.unacknowledged}
          onConfirm={() => void leave()}
          onCancel={() => setAsking(false)}
        />
      )}
    </footer>
  );
}

/** The ways out. What was not sent is forgotten. */
function useLeaving(onSignedOut: (reason: string | null) => void) {
  const session = useSession();
  const forget = async () => {
    session.stop();
    clearDrafts();
    await session.sending.discardAll().catch(() => undefined);
  };
  return {
    async leave() {
      await forget();
      await signOut();
      onSignedOut(null);
    },
    async leaveEverywhere() {
      await session.signOutEverywhere();
      await forget();
      onSignedOut('You are signed out everywhere.');
    },
  };
}
