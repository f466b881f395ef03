// One message: its words, its time, and for one's own how far it has come.
import { memo } from 'react';
import { exactLabel, timeLabel } from '../time/labels.ts';
import { bodyParts } from './body-parts.ts';
import { DeliveryState } from './delivery-state.tsx';
import { FailedSend } from './failed-send.tsx';
import { sameRow, type Row } from './rows.ts';

interface MessageRowProps {
  readonly row: Row;
  readonly peerName: string;
}

export const MessageRow = memo(function MessageRow({ row, peerName }: MessageRowProps) {
  return (
    <li
      className={classOf(row)}
      data-row=""
      data-testid="message"
      data-seq={row.seq ?? undefined}
      data-key={row.key}
      data-state={row.state}
    >
      <div className="bubble">
        <span className="visually-hidden">{row.mine ? 'You: ' : `${peerName}: `}</span>
        <span className="body" dir="auto" data-testid="message-body">
          {bodyParts(row.body).map(({ text, href }, i) =>
            href === null ? (
              text
            ) : (
              <a key={i} href={href} target="_blank" rel="noopener noreferrer nofollow">
                {text}
              </a>
            ),
          )}
        </span>
        <span className="meta">
          <time dateTime={new Date(row.atMs).toISOString()} title={exactLabel(row.atMs)}>
            {timeLabel(row.atMs)}
          </time>
          {row.mine && <DeliveryState state={row.state} />}
        </span>
      </div>
      {row.state === 'failed' && <FailedSend messageKey={row.key} reason={row.reason ?? ''} />}
    </li>
  );
}, same);

function same(a: MessageRowProps, b: MessageRowProps): boolean {
  return a.peerName === b.peerName && sameRow(a.row, b.row);
}

function classOf(row: Row): string {
  const names = ['message', row.mine ? 'mine' : 'theirs'];
  if (row.startsGroup) names.push('starts-group');
  if (row.endsGroup) names.push('ends-group');
  return names.join(' ');
}
