// Page of an invitation: the group that it leads to, and the way in (GRP-2).
import './groups.css';
import { useEffect, useState } from 'react';
import { RequestError } from '../../../protocol/client/index.ts';
import { useSession } from '../session/use-chat.ts';
import { saySo } from '../session/say-so.ts';
import { followLink, pathOf, replaceWith } from '../routing/location.ts';
import { GroupAvatar } from '../theme/group-avatar.tsx';
import { membersLabel } from './group-rules.ts';

interface JoinPageProps {
  readonly id: string;
  readonly code: string;
}

interface Invitation {
  readonly name: string;
  readonly description: string;
  readonly memberCount: number;
  readonly isMember: boolean;
}

type State =
  | { readonly name: 'asking' }
  | { readonly name: 'refused'; readonly reason: string }
  | { readonly name: 'invited'; readonly invitation: Invitation };

export function JoinPage({ id, code }: JoinPageProps) {
  const { groups } = useSession();
  const [state, setState] = useState<State>({ name: 'asking' });
  useEffect(() => {
    let wanted = true;
    groups.invitation(id, code).then(
      (invitation) => wanted && setState({ name: 'invited', invitation }),
      (error: unknown) => wanted && setState({ name: 'refused', reason: whyNot(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [groups, id, code]);

  return (
    <main className="join" data-testid="join-page" aria-busy={state.name === 'asking'}>
      {state.name === 'asking' && <p role="status">Looking at the invitation…</p>}
      {state.name === 'refused' && (
        <p role="alert">
          {state.reason}{' '}
          <a href="/" onClick={followLink}>
            All conversations
          </a>
        </p>
      )}
      {state.name === 'invited' && <Invited id={id} code={code} invitation={state.invitation} />}
    </main>
  );
}

function Invited({ id, code, invitation }: JoinPageProps & { readonly invitation: Invitation }) {
  const { groups } = useSession();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { name, description, memberCount, isMember } = invitation;
  const join = async () => {
    setBusy(true);
    try {
      replaceWith(pathOf(await groups.join(id, code)));
    } catch (error) {
      setFailure(whyNot(error));
      setBusy(false);
    }
  };
  return (
    <>
      <GroupAvatar id={id} name={name} picture={null} />
      <h2>{name}</h2>
      <p className="join-count">{membersLabel(memberCount)}</p>
      {description !== '' && <p className="join-description">{description}</p>}
      {isMember ? (
        <>
          <p>You are a member already.</p>
          <button type="button" className="button primary" onClick={() => replaceWith(pathOf(id))}>
            Open
          </button>
        </>
      ) : (
        <button
          type="button"
          className="button primary"
          data-testid="join"
          disabled={busy}
          onClick={() => void join()}
        >
          {busy ? 'Joining…' : 'Join the group'}
        </button>
      )}
      {failure !== null && (
        <p className="dialog-failure" role="alert">
          {failure}
        </p>
      )}
    </>
  );
}

function whyNot(error: unknown): string {
  const gone = error instanceof RequestError && /^conversation_/.test(error.code);
  return gone ? 'The group of this invitation is not there any more.' : saySo(error);
}
