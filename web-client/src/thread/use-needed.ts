// Everything that the rows in the document name and that is not known yet, asked for: people, and messages that others
// answer.
import { useEffect } from 'react';
import { knownMessage } from '../store/known-message.ts';
import { useChat, useSession } from '../session/use-chat.ts';
import type { Conversation } from '../store/state.ts';
import { peopleIn } from './news-sentence.ts';
import type { Row } from './rows.ts';

export function useNeeded(
  conversation: Conversation,
  rows: readonly Row[],
  laid: readonly { readonly index: number }[],
): void {
  const { people, history } = useSession();
  const { id } = conversation;
  const online = useChat((state) => state.connection.name === 'online');
  const shown = laid.flatMap(({ index }) => rows[index] ?? []);
  const userIds = new Set(shown.flatMap(peopleOf));
  const quoted = new Set<number>();
  for (const row of shown) {
    if (row.kind !== 'message' || row.replyTo === null) continue;
    const message = knownMessage(conversation, row.replyTo);
    if (message) userIds.add(message.senderId);
    if (message === undefined) quoted.add(row.replyTo);
  }
  const wanted = [...userIds].join();
  useEffect(() => {
    if (wanted !== '') people.need(wanted.split(','));
  }, [people, wanted]);
  const missing = [...quoted].join();
  useEffect(() => {
    if (missing === '' || !online) return;
    for (const seq of missing.split(',')) void history.quote(id, Number(seq));
  }, [history, id, missing, online]);
}

function peopleOf(row: Row): readonly string[] {
  if (row.kind === 'news') return peopleIn(row.news.event);
  return [row.senderId, ...(row.message?.mentions ?? [])];
}
