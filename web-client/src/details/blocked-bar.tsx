// Above a conversation with someone whom this person blocks: why nothing can be written, and the way to change that.
import './details.css';
import { useState } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import { saySo } from '../session/say-so.ts';
import type { Person } from '../store/state.ts';
import { Sentence } from '../theme/name.tsx';
import { isolated } from '../../../protocol/text/visible.ts';

export function BlockedBar({ person }: { readonly person: Person }) {
  const session = useSession();
  const blocked = useChat((state) => state.blocked.has(person.userId));
  const [failure, setFailure] = useState<string | null>(null);
  if (!blocked) return null;
  const unblock = () => {
    session.block(person.userId, false).catch((error: unknown) => setFailure(saySo(error)));
  };
  return (
    <p className="blocked-bar" role="status" data-testid="blocked-bar">
      <Sentence>
        {failure ?? `You have blocked ${isolated(person.displayName)}: neither of you can write here.`}
      </Sentence>{' '}
      <button type="button" className="link" onClick={unblock}>
        Unblock
      </button>
    </p>
  );
}
