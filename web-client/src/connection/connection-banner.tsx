// Says what a lost connection means for the person: nothing is lost.
import './connection.css';
import { useShownState, type ShownState } from './shown-state.ts';

const sentences: Readonly<Record<ShownState, string | null>> = {
  connecting: null,
  unreachable: 'The server cannot be reached. Trying again…',
  online: null,
  reconnecting: 'Reconnecting… your messages are kept and will be sent',
  offline: 'Offline. Your messages are kept and will be sent',
  stopped: null,
};

export function ConnectionBanner() {
  const state = useShownState();
  const sentence = sentences[state];
  return (
    <div className="connection-banner" role="status">
      {/* The delay is in the style sheet: a reconnect within a moment is nobody's business. */}
      {sentence && (
        <p key={state} data-state={state}>
          {sentence}
        </p>
      )}
    </div>
  );
}
