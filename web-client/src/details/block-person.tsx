// Blocking someone, asked first and with what it means (ACC-5); or no longer, at once.
import { useState } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import { Confirm } from '../overlay/confirm.tsx';
import { saySo } from '../session/say-so.ts';
import type { Person } from '../store/state.ts';
import { Name } from '../theme/name.tsx';
import { isolated } from '../../../protocol/text/visible.ts';

interface ConfirmBlockProps {
  readonly person: Person;
  readonly onClose: () => void;
}

export function ConfirmBlock({ person, onClose }: ConfirmBlockProps) {
  const session = useSession();
  return (
    <Confirm
      title={`Block ${isolated(person.displayName)}?`}
      action="Block"
      onConfirm={() => session.block(person.userId, true)}
      onClose={onClose}
    >
      <p>
        Neither of you can write to the other in your direct conversation, and you are not told when they
        mention you. In groups you still see each other.
      </p>
    </Confirm>
  );
}

/** For the details of a direct conversation. */
export function BlockButton({ person }: { readonly person: Person }) {
  const session = useSession();
  const blocked = useChat((state) => state.blocked.has(person.userId));
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const unblock = () => {
    setFailure(null);
    session.block(person.userId, false).catch((error: unknown) => setFailure(saySo(error)));
  };
  return (
    <>
      <button
        type="button"
        className={blocked ? 'button wide' : 'button danger wide'}
        data-testid="block"
        onClick={() => (blocked ? unblock() : setAsking(true))}
      >
        {blocked ? 'Unblock' : 'Block'} <Name>{person.displayName}</Name>
      </button>
      {failure !== null && (
        <p className="dialog-failure" role="alert">
          {failure}
        </p>
      )}
      {asking && <ConfirmBlock person={person} onClose={() => setAsking(false)} />}
    </>
  );
}
