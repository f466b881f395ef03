// Some fifty rows that render together: when none of them changed, none is looked at again.
import { Fragment, memo } from 'react';
import { dayLabel } from '../time/labels.ts';
import { MessageRow } from './message-row.tsx';
import { NewsRow } from './news-row.tsx';
import { sameRows, type Row } from './rows.ts';

interface MessageBlockProps {
  readonly rows: readonly Row[];
  readonly now: number;
  /** Far from the end: the browser may skip it while it is off the screen. */
  readonly settled: boolean;
}

export const MessageBlock = memo(function MessageBlock(props: MessageBlockProps) {
  const { rows, now, settled } = props;
  return (
    <ol className={settled ? 'message-block settled' : 'message-block'}>
      {rows.map((row) => (
        <Fragment key={row.key}>
          {row.startsDay && (
            <li className="day">
              <span>{dayLabel(row.atMs, now)}</span>
            </li>
          )}
          {row.firstUnread && (
            <li className="first-unread">
              <span>New</span>
            </li>
          )}
          {row.kind === 'news' ? <NewsRow row={row} /> : <MessageRow row={row} />}
        </Fragment>
      ))}
    </ol>
  );
}, unchanged);

function unchanged(a: MessageBlockProps, b: MessageBlockProps): boolean {
  return a.now === b.now && a.settled === b.settled && sameRows(a.rows, b.rows);
}
