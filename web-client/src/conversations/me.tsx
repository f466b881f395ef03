// The signed-in person: the way to their settings, and the way out.
import { useChat } from '../session/use-chat.ts';
import { Menu } from '../overlay/menu.tsx';
import { goTo, settingsPath } from '../routing/location.ts';
import type { OnSignedOut } from '../settings/use-leaving.ts';
import { useSignOut } from '../settings/use-sign-out.tsx';
import { Avatar } from '../theme/avatar.tsx';
import { SignOutIcon } from '../theme/icons.tsx';

export function Me({ onSignedOut }: { readonly onSignedOut: OnSignedOut }) {
  const me = useChat((state) => state.me);
  const { ask, question } = useSignOut(onSignedOut);
  return (
    <footer className="account">
      {me ? (
        <Menu
          label="Account"
          speaks
          className="account-menu"
          items={[
            { label: 'Settings', onChoose: () => goTo(settingsPath) },
            { label: 'Sign out', onChoose: ask },
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
      {question}
    </footer>
  );
}
