// The link by which people join a group by themselves; for its admins (GRP-2). The server keeps no copy of a code, so
// that a link can be read here only while this dialog is open; a new one puts an end to the one before.
import { useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import { Dialog } from '../overlay/dialog.tsx';
import { saySo } from '../session/say-so.ts';

interface InvitationLinkProps {
  readonly conversationId: string;
  readonly onClose: () => void;
}

type State =
  | { readonly name: 'none' }
  | { readonly name: 'shown'; readonly link: string; readonly copied: boolean }
  | { readonly name: 'revoked' };

export function InvitationLink({ conversationId, onClose }: InvitationLinkProps) {
  const { state, busy, failure, create, revoke, copy } = useInvitation(conversationId);
  const shown = state.name === 'shown';
  return (
    <Dialog title="Invitation link" onClose={onClose} busy={busy}>
      <div className="dialog-words">
        <p>Whoever opens the link can join and read what was written before.</p>
        {!shown && <p>A new link puts an end to an earlier one.</p>}
      </div>
      {shown && (
        <div className="field">
          <input
            type="text"
            readOnly
            aria-label="Invitation link"
            data-testid="invitation-link"
            value={state.link}
            onFocus={(event) => event.target.select()}
          />
        </div>
      )}
      <p className={failure ? 'dialog-failure' : 'dialog-hint'} role="status">
        {failure ?? sentences[shown && state.copied ? 'copied' : state.name]}
      </p>
      <div className="dialog-actions">
        <button
          type="button"
          className="button danger"
          data-testid="revoke-invitation"
          disabled={busy || state.name === 'revoked'}
          onClick={() => void revoke()}
        >
          {shown ? 'Revoke' : 'Revoke an earlier link'}
        </button>
        <button
          type="button"
          className="button primary"
          data-testid={shown ? 'copy-invitation' : 'create-invitation'}
          data-autofocus=""
          disabled={busy}
          onClick={() => void (shown ? copy(state.link) : create())}
        >
          {shown ? 'Copy' : 'Create a link'}
        </button>
      </div>
    </Dialog>
  );
}

function useInvitation(conversationId: string) {
  const { groups } = useSession();
  const [state, setState] = useState<State>({ name: 'none' });
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const attempt = async (work: () => Promise<State>) => {
    setBusy(true);
    setFailure(null);
    try {
      setState(await work());
    } catch (error) {
      setFailure(saySo(error));
    }
    setBusy(false);
  };
  const create = () =>
    attempt(async () => {
      const code = await groups.createInvitation(conversationId);
      return { name: 'shown', link: `${location.origin}/join/${conversationId}/${code}`, copied: false };
    });
  const revoke = () =>
    attempt(async () => {
      await groups.revokeInvitation(conversationId);
      return { name: 'revoked' };
    });
  const copy = (link: string) =>
    attempt(async () => {
      await navigator.clipboard.writeText(link);
      return { name: 'shown', link, copied: true };
    });
  return { state, busy, failure, create, revoke, copy };
}

const sentences = {
  none: null,
  shown: 'Copy it now: it is shown this once.',
  copied: 'Copied.',
  revoked: 'No link leads to this group any more.',
} as const;
