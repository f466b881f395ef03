// One open conversation: whom with, what was said, and the place to say more.
import './thread.css';
import { useEffect, useMemo } from 'react';
import { useDocumentVisible } from '../browser/use-document-visible.ts';
import { useChat, useSession } from '../chat/use-chat.ts';
import { Composer } from '../composer/composer.tsx';
import { peerOf, reachOf, unreadOf } from '../store/select.ts';
import type { Conversation, Outgoing } from '../store/state.ts';
import { useNow } from '../time/use-now.ts';
import { DownPill } from './down-pill.tsx';
import { MessageBlock } from './message-block.tsx';
import { blocksOf, rowsOf } from './rows.ts';
import { ThreadHeader } from './thread-header.tsx';
import { ThreadTop } from './thread-top.tsx';
import { useThreadScroll } from './use-thread-scroll.ts';
import { useUnreadOnArrival } from './use-unread-on-arrival.ts';

const nothing: readonly Outgoing[] = [];
/** Blocks at the end that are always laid out: they are, or soon will be, on the screen. */
const liveBlocks = 2;

export function Thread({ conversation }: { readonly conversation: Conversation }) {
  const session = useSession();
  const { id, messages } = conversation;
  const myId = useChat((state) => state.myId);
  const outgoing = useChat((state) => state.outgoing.get(id)) ?? nothing;
  const now = useNow();
  const visible = useDocumentVisible();
  const unread = useUnreadOnArrival(conversation, myId, visible);
  const peer = peerOf(conversation, myId);
  const { deliveredSeq, readSeq } = reachOf(conversation, myId);
  const blocks = useMemo(() => {
    const reach = { deliveredSeq, readSeq };
    return blocksOf(rowsOf({ messages, outgoing, myId, reach, unread }));
  }, [messages, outgoing, myId, deliveredSeq, readSeq, unread]);
  const { scroller, content, away, toBottom } = useThreadScroll(blocks, outgoing.at(-1)?.key);

  useEffect(() => {
    if (visible && !away) session.markRead(id);
  }, [session, id, visible, away, messages]);

  return (
    <main className="thread" data-testid="thread" aria-label={`Conversation with ${peer.displayName}`}>
      <ThreadHeader peer={peer} />
      <div className="thread-scroll" ref={scroller} tabIndex={-1}>
        <div className="thread-content" ref={content}>
          <ThreadTop conversation={conversation} peer={peer} scroller={scroller} />
          <div
            role="log"
            aria-live="polite"
            aria-relevant="additions"
            aria-busy={conversation.earlier === 'loading'}
            aria-label={`Messages with ${peer.displayName}`}
          >
            {blocks.map((block, i) => (
              <MessageBlock
                key={block.id}
                rows={block.rows}
                now={now}
                peerName={peer.displayName}
                settled={i < blocks.length - liveBlocks}
              />
            ))}
          </div>
        </div>
      </div>
      <DownPill away={away} unread={unreadOf(conversation, myId)} onPress={toBottom} />
      <Composer conversationId={id} peerName={peer.displayName} />
    </main>
  );
}
