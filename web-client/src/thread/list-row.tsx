// One row of the list with the lines that stand above it: the day it begins, and where the unread messages begin.
import { memo } from 'react';
import type { Message } from '../store/message.ts';
import { dayLabel } from '../time/labels.ts';
import { MessageRow } from './message-row.tsx';
import { NewsRow } from './news-row.tsx';
import type { Row } from './rows.ts';

interface ListRowProps {
  readonly row: Row;
  readonly now: number;
  readonly quoted: Message | null | undefined;
}

export const ListRow = memo(function ListRow({ row, now, quoted }: ListRowProps) {
  return (
    <>
      {row.startsDay && (
        <div className="day">
          <span>{dayLabel(row.atMs, now)}</span>
        </div>
      )}
      {row.unreadFromHere > 0 && (
        <div className="first-unread" data-testid="first-unread">
          <span>{newMessages(row.unreadFromHere)}</span>
        </div>
      )}
      {row.kind === 'news' ? <NewsRow row={row} /> : <MessageRow row={row} quoted={quoted} />}
    </>
  );
});

export function newMessages(count: number): string {
  return count === 1 ? '1 new message' : `${count} new messages`;
}
