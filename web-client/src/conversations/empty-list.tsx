// The list of someone who writes with nobody yet: how to begin, and for the first ones here, how to bring others.
import { useState } from 'react';

/** Addresses that lead every computer to itself. */
const ownComputer = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function invitation(): string {
  if (ownComputer.test(location.hostname))
    return 'Nobody here yet? This address works on this computer alone; SKEIN_PUBLIC_URL makes one for others:';
  return 'Nobody here yet? Send this address of the server to people you know:';
}

export function EmptyList() {
  const [said, setSaid] = useState<string | null>(null);
  const link = location.origin;
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => setSaid('Copied. Whoever opens it can create an account and find you by your handle.'),
      () => setSaid('This browser did not let Skein copy it: mark the address above.'),
    );
  return (
    <div className="empty empty-list">
      <p>No conversations yet. Find someone by their handle, or begin a group.</p>
      <p>{invitation()}</p>
      <div className="field">
        <input
          type="text"
          readOnly
          aria-label="Address of this server"
          data-testid="server-link"
          value={link}
          onFocus={(event) => event.target.select()}
        />
      </div>
      <button
        type="button"
        className="button compact"
        data-testid="copy-server-link"
        onClick={() => void copy()}
      >
        Copy the address
      </button>
      <p role="status">{said}</p>
    </div>
  );
}
