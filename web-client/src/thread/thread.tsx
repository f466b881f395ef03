// One open conversation: whom with, what was said, and the place to say more.
import './thread.css';
import './message.css';
import { useCallback, useEffect, useMemo } from 'react';
import { useDocumentVisible } from '../browser/use-document-visible.ts';
import { useChat, useSession } from '../session/use-chat.ts';
import { Composer } from '../composer/composer.tsx';
import { titleOf, unreadOf } from '../store/select.ts';
import type { Conversation } from '../store/state.ts';
import { useNow } from '../time/use-now.ts';
import { DownPill } from './down-pill.tsx';
import { LostMessages } from './lost-messages.tsx';
import { MessageBlock } from './message-block.tsx';
import { moveAmongRows } from './move-among-rows.ts';
import { RefusalBar } from './refusal-bar.tsx';
import { ThreadProvider, type ThreadValue } from '../message/thread-context.ts';
import { ThreadEnd } from './thread-end.tsx';
import { ThreadHeader } from './thread-header.tsx';
import { ThreadTop } from './thread-top.tsx';
import { TypingLine } from './typing-line.tsx';
import { useJumpTo } from './use-jump-to.ts';
import { useBlocks } from './use-blocks.ts';
import { useEndAfterWriting, useThreadScroll } from './use-thread-scroll.ts';

/** Blocks at the end that are always laid out: they are, or soon will be, on the screen. */
const liveBlocks = 2;

export function Thread({ conversation }: { readonly conversation: Conversation }) {
  const session = useSession();
  const { id, messages, detached } = conversation;
  const myId = useChat((state) => state.myId);
  const now = useNow();
  const visible = useDocumentVisible();
  const { blocks, writtenKey } = useBlocks(conversation, visible);
  const { scroller, content, away, toBottom, letGo } = useThreadScroll(blocks, detached !== null);
  const jump = useJumpTo(conversation, { scroller, shown: blocks, letGo });
  const toEnd = useCallback(() => {
    session.history.toEnd(id);
    toBottom();
  }, [session, id, toBottom]);
  useEndAfterWriting(writtenKey, toEnd);
  const title = titleOf(conversation, myId);
  const thread = useThreadValue(conversation, myId, jump);

  useEffect(() => {
    if (visible && !away) session.markRead(id);
  }, [session, id, visible, away, messages]);

  return (
    <ThreadProvider value={thread}>
      <main className="thread" data-testid="thread" aria-label={`Conversation with ${title}`}>
        <ThreadHeader conversation={conversation} />
        <div className="thread-scroll" ref={scroller} tabIndex={-1}>
          <div className="thread-content" ref={content}>
            <ThreadTop conversation={conversation} myId={myId} scroller={scroller} />
            <div
              role="log"
              className="thread-log"
              tabIndex={0}
              aria-live="polite"
              aria-relevant="additions"
              aria-busy={conversation.earlier === 'loading'}
              aria-label={`Messages with ${title}`}
              onKeyDown={moveAmongRows}
            >
              {blocks.map((block, i) => (
                <MessageBlock
                  key={block.id}
                  rows={block.rows}
                  now={now}
                  settled={i < blocks.length - liveBlocks}
                />
              ))}
            </div>
            <LostMessages conversation={conversation} myId={myId} />
            {detached && <ThreadEnd conversationId={id} detached={detached} scroller={scroller} />}
          </div>
        </div>
        <div className="thread-foot">
          <DownPill away={away} unread={unreadOf(conversation, myId)} onPress={toEnd} />
          <RefusalBar conversationId={id} />
          <TypingLine conversationId={id} />
          <Composer conversation={conversation} />
        </div>
      </main>
    </ThreadProvider>
  );
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
