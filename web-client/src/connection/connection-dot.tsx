// The connection at a glance.
import './connection.css';
import { useShownState, type ShownState } from './shown-state.ts';

const labels: Readonly<Record<ShownState, string>> = {
  connecting: 'Connecting',
  unreachable: 'The server cannot be reached',
  online: 'Connected',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  stopped: 'Out of date',
};

export function ConnectionDot() {
  const state = useShownState();
  return (
    <span
      className="connection-dot"
      data-testid="connection-state"
      data-state={state}
      role="img"
      aria-label={labels[state]}
      title={labels[state]}
    />
  );
}
