// Audit trail of a group, latest first, for its admins (MSG-8).
import { useCallback, useEffect, useState } from 'react';
import type { AuditEntry } from '../../../protocol/frames/insight.ts';
import { useSession } from '../session/use-chat.ts';
import { saySo } from '../session/say-so.ts';
import { useNamesInText } from '../people/use-people.ts';
import { exactLabel, momentLabel } from '../time/labels.ts';
import { useNow } from '../time/use-now.ts';
import { auditSentence, peopleIn } from './audit-sentence.ts';
import { Sentence } from '../theme/name.tsx';

type State = 'loading' | 'idle' | { readonly failure: string };

export function AuditPanel({ conversationId }: { readonly conversationId: string }) {
  const { groups } = useSession();
  const [entries, setEntries] = useState<readonly AuditEntry[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [state, setState] = useState<State>('loading');
  const nameOf = useNamesInText(peopleIn(entries));
  const now = useNow();

  const load = useCallback(
    async (cursor: string | null) => {
      setState('loading');
      try {
        const page = await groups.audit(conversationId, cursor);
        setEntries((before) => (cursor === null ? page.entries : [...before, ...page.entries]));
        setNext(page.next);
        setState('idle');
      } catch (error) {
        setState({ failure: saySo(error) });
      }
    },
    [groups, conversationId],
  );
  useEffect(() => void load(null), [load]);

  return (
    <div className="audit">
      <ol data-testid="audit" aria-label="Audit trail" aria-busy={state === 'loading'}>
        {entries.map((entry, i) => (
          <li key={`${entry.seq} ${entry.atMs} ${i}`}>
            <span>
              <strong>
                <Sentence>{nameOf(entry.by)}</Sentence>
              </strong>{' '}
              <Sentence>{auditSentence(entry, nameOf)}</Sentence>
            </span>
            <time dateTime={new Date(entry.atMs).toISOString()} title={exactLabel(entry.atMs)}>
              {momentLabel(entry.atMs, now)}
            </time>
          </li>
        ))}
      </ol>
      {state === 'loading' && <p className="empty">Loading…</p>}
      {typeof state === 'object' && (
        <p className="empty failed" role="alert">
          {state.failure}{' '}
          <button type="button" className="link" onClick={() => void load(next)}>
            Retry
          </button>
        </p>
      )}
      {state === 'idle' && next !== null && (
        <button type="button" className="button wide" onClick={() => void load(next)}>
          Earlier
        </button>
      )}
    </div>
  );
}
