// The list of someone who writes with nobody yet: how to begin, and for the first ones here, how to bring others.
import { useState } from 'react';

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
      <p>Nobody here yet? Send them the address of this server:</p>
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
