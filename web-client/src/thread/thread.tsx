// One open conversation: whom with, what was said, and the place to say more.
import './thread.css';
import './message.css';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useDocumentVisible } from '../browser/use-document-visible.ts';
import { useChat, useSession } from '../session/use-chat.ts';
import { Composer } from '../composer/composer.tsx';
import { ThreadProvider, type ThreadValue } from '../message/thread-context.ts';
import { useJump } from '../routing/location.ts';
import { openMessagesMax } from '../store/bounds.ts';
import type { Message } from '../store/message.ts';
import { titleOf, unreadOf } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { useNow } from '../time/use-now.ts';
import { DownPill } from './down-pill.tsx';
import { MessageList, type ListHandle } from './message-list.tsx';
import { RefusalBar } from './refusal-bar.tsx';
import type { Row, UnreadRange } from './rows.ts';
import { SpokenArrivals } from './spoken-arrivals.tsx';
import { ThreadHeader } from './thread-header.tsx';
import { TypingLine } from './typing-line.tsx';
import { useArrival } from './use-arrival.ts';
import { useJumpTo } from './use-jump-to.ts';
import { useRows } from './use-rows.ts';
import { useEndAfterWriting } from './use-thread-scroll.ts';

export function Thread({ conversation }: { readonly conversation: Conversation }) {
  const session = useSession();
  const { id, detached } = conversation;
  const myId = useChat((state) => state.myId);
  const now = useNow();
  const visible = useDocumentVisible();
  const asked = useJump(id);
  const list = useRef<ListHandle>(null);
  const [away, setAway] = useState(false);
  const { arriving, unread } = useArrival(conversation, visible, asked !== null);
  const { rows, writtenKey } = useRows(conversation, unread, arriving);
  const { jump, jumping } = useJumpTo(conversation, asked, list);
  useUnreadInSight({ list, rows, unread, myId, ready: !arriving && asked === null });
  const toEnd = useCallback(() => {
    session.history.toEnd(id);
    list.current?.toBottom();
  }, [session, id]);
  useEndAfterWriting(writtenKey, toEnd);
  useBounded(conversation, list);
  const title = titleOf(conversation, myId);
  const thread = useThreadValue(conversation, myId, jump);
  const seen = (message: Message) => {
    if (visible && !jumping) session.markRead(id, message);
  };
  return (
    <ThreadProvider value={thread}>
      <main className="thread" data-testid="thread" aria-label={`Conversation with ${title}`}>
        <ThreadHeader conversation={conversation} />
        <MessageList
          ref={list}
          conversation={conversation}
          myId={myId}
          title={title}
          rows={rows}
          now={now}
          arriving={arriving}
          onAway={setAway}
          onSeen={seen}
        />
        <SpokenArrivals messages={conversation.messages} myId={myId} />
        <div className="thread-foot">
          <DownPill
            away={!arriving && (away || detached !== null)}
            unread={unreadOf(conversation, myId)}
            onPress={toEnd}
          />
          <RefusalBar conversationId={id} />
          <TypingLine conversationId={id} />
          <Composer conversation={conversation} />
        </div>
      </main>
    </ThreadProvider>
  );
}

/** A thread that is open for a long day, or scrolled through for years of messages, takes no more and more memory. */
function useBounded({ id, messages, detached }: Conversation, list: RefObject<ListHandle | null>): void {
  const { store } = useSession();
  const isTooLong = Math.max(messages.length, detached?.messages.length ?? 0) > openMessagesMax;
  useEffect(() => {
    if (isTooLong) store.dispatch({ type: 'bounded', id, inSight: list.current?.inSight() ?? null });
  }, [store, id, list, isTooLong]);
}

interface UnreadParts {
  readonly list: RefObject<ListHandle | null>;
  readonly rows: readonly Row[];
  readonly unread: UnreadRange;
  readonly myId: string;
  readonly ready: boolean;
}

/** Begins at the first message that was not read, for who comes to the thread, or back to its end. */
function useUnreadInSight({ list, rows, unread, myId, ready }: UnreadParts): void {
  const done = useRef<UnreadRange | null>(null);
  useLayoutEffect(() => {
    if (!ready || done.current === unread) return;
    done.current = unread;
    const first = rows.find(
      (row) =>
        isUnread(row, unread) && row.kind === 'message' && row.senderId !== myId && !row.message?.deleted,
    );
    if (first && list.current?.atBottom()) {
      list.current.bringIntoSight({ row: { key: first.key }, align: 'start', then: 'nothing' });
    }
  }, [list, rows, unread, myId, ready]);
}

function isUnread(row: Row, { afterOrdinal, toOrdinal }: UnreadRange): boolean {
  const ordinal = row.kind === 'message' ? (row.message?.ordinal ?? 0) : 0;
  return ordinal > afterOrdinal && ordinal <= toOrdinal;
}

function useThreadValue(conversation: Conversation, myId: string, jump: (seq: number) => void): ThreadValue {
  const { writings } = useSession();
  const { id, kind, details } = conversation;
  const { role } = details;
  const peerName = titleOf(conversation, myId);
  return useMemo(
    () => ({
      conversationId: id,
      isGroup: kind === 'group',
      myId,
      role,
      peerName,
      writing: writings.of(id),
      jump,
    }),
    [id, kind, myId, role, peerName, writings, jump],
  );
}
