// Choices of the signed-in person, each in a section of its own. A new one is a line in the list below.
import './settings.css';
import { useEffect, useRef, type ComponentType } from 'react';
import { useChat } from '../session/use-chat.ts';
import { GroupsFromSetting } from '../groups/groups-from-setting.tsx';
import { AlertSetting } from '../notifications/alert-setting.tsx';
import { BlockedPeople } from '../people/blocked-people.tsx';
import { leaveConversation } from '../routing/location.ts';
import { Avatar } from '../theme/avatar.tsx';
import { BackIcon } from '../theme/icons.tsx';
import { SignOutSetting } from './sign-out-setting.tsx';
import { ThemeSetting } from './theme-setting.tsx';
import type { OnSignedOut } from './use-leaving.ts';

interface SettingProps {
  readonly onSignedOut: OnSignedOut;
}

const sections: readonly {
  readonly id: string;
  readonly title: string;
  readonly Content: ComponentType<SettingProps>;
}[] = [
  { id: 'appearance', title: 'Colours', Content: ThemeSetting },
  { id: 'alerts', title: 'Alerts on this device', Content: AlertSetting },
  { id: 'groups', title: 'Being added to groups', Content: GroupsFromSetting },
  { id: 'blocked', title: 'Blocked people', Content: BlockedPeople },
  { id: 'sign-out', title: 'Signing out', Content: SignOutSetting },
];

export function SettingsPage(props: SettingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <main className="settings" data-testid="settings">
      <header className="settings-head">
        <button
          type="button"
          className="icon-button back"
          aria-label="Back to conversations"
          onClick={leaveConversation}
        >
          <BackIcon />
        </button>
        <h2 ref={heading} tabIndex={-1}>
          Settings
        </h2>
      </header>
      <div className="settings-scroll">
        <Me />
        {sections.map(({ id, title, Content }) => (
          <section key={id} aria-labelledby={`settings-${id}`} data-testid={`settings-${id}`}>
            <h3 id={`settings-${id}`}>{title}</h3>
            <Content {...props} />
          </section>
        ))}
      </div>
    </main>
  );
}

function Me() {
  const me = useChat((state) => state.me);
  if (!me) return null;
  return (
    <div className="settings-me">
      <Avatar userId={me.userId} name={me.displayName} />
      <span className="names">
        <span className="name">{me.displayName}</span>
        <span className="handle">@{me.handle}</span>
      </span>
    </div>
  );
}
