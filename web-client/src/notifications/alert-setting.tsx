// Whether this device tells of mentions and direct messages while the page is hidden: a polite offer, never a prompt
// that nobody asked for.
import { useAlerts } from './use-alerts.ts';

const sentences = {
  unsupported: null,
  denied: 'This browser does not let Skein show notifications. Its site settings can change that.',
  off: 'Be told of mentions and direct messages while you look elsewhere?',
  on: 'This device tells you of mentions and direct messages while you look elsewhere.',
} as const;

export function AlertSetting() {
  const { setting, turn } = useAlerts();
  const sentence = sentences[setting];
  if (sentence === null) return null;
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
