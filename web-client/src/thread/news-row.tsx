// News about the group, as a line between its messages.
import { memo } from 'react';
import { isolated } from '../../../protocol/text/visible.ts';
import { useShownPeople } from '../message/shown-people.ts';
import { exactLabel } from '../time/labels.ts';
import { newsSentence } from './news-sentence.ts';
import type { NewsRow as Row } from './rows.ts';
import { useThread } from '../message/thread-context.ts';
import { Sentence } from '../theme/name.tsx';

export const NewsRow = memo(function NewsRow({ row }: { readonly row: Row }) {
  const { myId } = useThread();
  const { event } = row.news;
  const { nameOf } = useShownPeople();
  const name = (userId: string) => (userId === myId ? 'you' : isolated(nameOf(userId)));
  return (
    <div className="news" data-testid="news" data-seq={row.seq} title={exactLabel(row.atMs)}>
      <span>
        <Sentence>{newsSentence(event, row.renamed, name, myId)}</Sentence>
      </span>
    </div>
  );
});
