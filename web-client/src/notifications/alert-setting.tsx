// Whether this device tells of mentions and direct messages while the page is hidden: a polite offer, never a prompt
// that nobody asked for.
import './notifications.css';
import { useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import { alertSetting, turnAlerts } from '../session/notifications/alert-setting.ts';

const sentences = {
  unsupported: 'This browser has no notifications that Skein could show.',
  denied: 'This browser does not let Skein show notifications. Its site settings can change that.',
  off: 'Be told of mentions and direct messages while you look elsewhere?',
  on: 'This device tells you of mentions and direct messages while you look elsewhere.',
} as const;

export function AlertSetting() {
  const { kept } = useSession();
  const [setting, setSetting] = useState(() => alertSetting(kept));
  const turn = async (on: boolean) => {
    await turnAlerts(kept, on);
    setSetting(alertSetting(kept));
  };
  const sentence = sentences[setting];
  return (
    <div className="alert-setting">
      <p className="dialog-hint">{sentence}</p>
      {(setting === 'off' || setting === 'on') && (
        <button
          type="button"
          className="button"
          data-testid="alerts"
          onClick={() => void turn(setting === 'off')}
        >
          {setting === 'off' ? 'Turn on' : 'Turn off'}
        </button>
      )}
    </div>
  );
}
