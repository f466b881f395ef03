// People whom this person blocks, and the way to end that (ACC-5).
import './people.css';
import { useState } from 'react';
import { useChat, useSession } from '../session/use-chat.ts';
import { saySo } from '../session/say-so.ts';
import { Avatar } from '../theme/avatar.tsx';
import { usePeople } from './use-people.ts';

export function BlockedPeople() {
  const session = useSession();
  const blocked = useChat((state) => state.blocked);
  const people = usePeople([...blocked]);
  const [failure, setFailure] = useState<string | null>(null);
  const unblock = (userId: string) => {
    setFailure(null);
    session.block(userId, false).catch((error: unknown) => setFailure(saySo(error)));
  };
  return (
    <>
      <p className={failure ? 'dialog-failure' : 'dialog-hint'} role="status">
        {failure ??
          (blocked.size === 0
            ? 'You block nobody.'
            : 'They cannot write to you directly, and you are not told when they mention you.')}
      </p>
      <ul className="people-list" aria-label="Blocked people">
        {[...blocked].map((userId) => {
          const person = people.get(userId);
          const name = person?.displayName ?? 'Someone';
          return (
            <li key={userId} className="person" data-testid="blocked-person">
              <Avatar userId={userId} name={name} />
              <span className="names">
                <span className="name">{name}</span>
                {person && <span className="handle">@{person.handle}</span>}
              </span>
              <button
                type="button"
                className="button compact"
                aria-label={`Unblock ${name}`}
                onClick={() => unblock(userId)}
              >
                Unblock
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
