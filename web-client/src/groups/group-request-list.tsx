// Groups that this person is asked to come into, above their conversations, until they answer (ACC-5).
import './groups.css';
import { useState } from 'react';
import type { GroupRequest } from '../../../protocol/client/index.ts';
import { usePeople } from '../people/use-people.ts';
import { saySo } from '../session/say-so.ts';
import { useChat, useSession } from '../session/use-chat.ts';
import { Name } from '../theme/name.tsx';

export function GroupRequestList() {
  const { requests } = useChat((state) => state.groupRequests);
  const people = usePeople(requests.map(({ by }) => by));
  if (requests.length === 0) return null;
  return (
    <ul className="group-requests" aria-label="Groups that you are asked to come into">
      {requests.map((request) => (
        <Request
          key={request.conversationId}
          request={request}
          byName={people.get(request.by)?.displayName ?? 'Someone'}
        />
      ))}
    </ul>
  );
}

function Request({ request, byName }: { readonly request: GroupRequest; readonly byName: string }) {
  const { groupRequests } = useSession();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const answer = async (accept: boolean) => {
    setBusy(true);
    setFailure(null);
    try {
      await groupRequests.answer(request.conversationId, accept);
    } catch (error) {
      setFailure(saySo(error));
      setBusy(false);
      // It may be over meanwhile.
      groupRequests.load().catch(() => undefined);
    }
  };
  return (
    <li className="group-request" data-testid="group-request">
      <p>
        <strong>
          <Name>{byName}</Name>
        </strong>{' '}
        wants to add you to{' '}
        <strong>
          <Name>{request.name}</Name>
        </strong>
        .
      </p>
      {failure !== null && (
        <p className="dialog-failure" role="alert">
          {failure}
        </p>
      )}
      <div className="group-request-answers">
        <button
          type="button"
          className="button compact"
          disabled={busy}
          aria-label={`Decline to come into ${request.name}`}
          onClick={() => void answer(false)}
        >
          Decline
        </button>
        <button
          type="button"
          className="button primary compact"
          disabled={busy}
          aria-label={`Accept, and come into ${request.name}`}
          onClick={() => void answer(true)}
        >
          Accept
        </button>
      </div>
    </li>
  );
}
