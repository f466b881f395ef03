// Numbers of a conversation (INS-1): its age, its messages by day and by sender.
import { useState } from 'react';
import type { Insight } from '../../../protocol/client/index.ts';
import { useChat } from '../session/use-chat.ts';
import { useNames } from '../people/use-people.ts';
import type { Conversation } from '../store/state.ts';
import { dateLabel } from '../time/labels.ts';
import { useNow } from '../time/use-now.ts';
import { ActivityChart } from './activity-chart.tsx';
import { spans, type Span } from './bars.ts';
import { useInsight } from './use-insight.ts';
import { Name } from '../theme/name.tsx';

const spanLabels: Readonly<Record<Span, string>> = { 30: '30 days', 90: '90 days', 365: '1 year' };

export function InsightPanel({ conversation }: { readonly conversation: Conversation }) {
  const [span, setSpan] = useState<Span>(30);
  const state = useInsight(conversation.id, span, conversation.headSeq);
  const now = useNow();
  if (state.name === 'loading') return <p className="empty">Counting…</p>;
  if (state.name === 'failed') {
    return (
      <p className="empty failed" role="alert">
        {state.reason}
      </p>
    );
  }
  return (
    <div className="insight" data-testid="insight" data-as-of={state.insight.asOfSeq}>
      <Facts insight={state.insight} />
      <div className="spans" role="group" aria-label="Time span">
        {spans.map((each) => (
          <button key={each} type="button" aria-pressed={each === span} onClick={() => setSpan(each)}>
            {spanLabels[each]}
          </button>
        ))}
      </div>
      <ActivityChart days={state.insight.days} span={state.span} nowMs={now} />
      <MostActive counts={state.insight.mostActive} />
    </div>
  );
}

function Facts({ insight }: { readonly insight: Insight }) {
  const nameOf = useNames([insight.createdBy]);
  const myId = useChat((state) => state.myId);
  const creator = insight.createdBy === myId ? 'you' : nameOf(insight.createdBy);
  return (
    <dl className="facts">
      <div>
        <dt>Messages</dt>
        <dd data-testid="message-count">{insight.messageCount}</dd>
      </div>
      <div>
        <dt>Members</dt>
        <dd>{insight.memberCount}</dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          {dateLabel(insight.createdAtMs)}{' '}
          <span className="handle">
            by <Name>{creator}</Name>
          </span>
        </dd>
      </div>
    </dl>
  );
}

function MostActive({ counts }: { readonly counts: Insight['mostActive'] }) {
  const nameOf = useNames(counts.map(({ userId }) => userId));
  const most = counts[0]?.messages ?? 0;
  if (most === 0) return <p className="empty">Nothing has been written yet.</p>;
  return (
    <>
      <h3>Most active</h3>
      <ol className="most-active" data-testid="most-active">
        {counts.map(({ userId, messages }) => (
          <li key={userId}>
            <span className="name">{nameOf(userId)}</span>
            <span className="count">{messages}</span>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect className="chart-track" width="100" height="4" rx="2" />
              <rect className="chart-bar" width={Math.max(2, (messages / most) * 100)} height="4" rx="2" />
            </svg>
          </li>
        ))}
      </ol>
    </>
  );
}
