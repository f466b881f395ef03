// The rows of a thread in their scroller, with what stands above and below them. Only the rows about the window exist in
// the document, so that the length of a thread costs nothing.
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type Ref,
  type RefObject,
} from 'react';
import { ShownPeopleProvider, useShownPeopleValue } from '../message/shown-people.ts';
import { knownMessage } from '../store/known-message.ts';
import type { Message } from '../store/message.ts';
import type { Conversation } from '../store/state.ts';
import { lastSeen } from './last-seen.ts';
import { ListRow } from './list-row.tsx';
import { LostMessages } from './lost-messages.tsx';
import { rowAfterKey } from './move-among-rows.ts';
import type { Row } from './rows.ts';
import { ThreadEnd } from './thread-end.tsx';
import { ThreadTop } from './thread-top.tsx';
import { useNeeded } from './use-needed.ts';
import { useRowWindow, type RowWindow } from './use-row-window.ts';
import { isLaidOut, useSight, type Wish } from './use-sight.ts';
import { useThreadScroll } from './use-thread-scroll.ts';

/** A message that is in sight for so long is seen. */
const seenAfterMs = 150;

export interface ListHandle {
  readonly toBottom: () => void;
  readonly atBottom: () => boolean;
  /** Of a message about the middle of the window; null at the end, or where there is none. */
  readonly inSight: () => number | null;
  readonly bringIntoSight: (wish: Wish) => void;
}

interface MessageListProps {
  readonly ref: Ref<ListHandle>;
  readonly conversation: Conversation;
  readonly myId: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly now: number;
  /** Where to begin is not known yet. */
  readonly arriving: boolean;
  readonly onAway: (away: boolean) => void;
  /** A message was in sight, and so was everything above it, or might have been. */
  readonly onSeen: (message: Message) => void;
}

export function MessageList(props: MessageListProps) {
  const { conversation, myId, title, rows, now, arriving } = props;
  const { id, detached, earlier } = conversation;
  const { scroller, content, above, list, aboveRowsPx, window, bringIntoSight } = useList(props);
  const moved = (event: KeyboardEvent<HTMLElement>) => {
    const row = rowAfterKey(event, rows);
    if (!row) return;
    event.preventDefault();
    bringIntoSight({ row: { key: row.key }, align: 'auto', then: 'focus' });
  };
  return (
    <div className="thread-scroll" ref={scroller} tabIndex={-1}>
      <div className="thread-content" ref={content}>
        <div className="above-rows" ref={above}>
          {arriving ? (
            <p className="thread-top">Loading messages…</p>
          ) : (
            <ThreadTop conversation={conversation} myId={myId} scroller={scroller} />
          )}
        </div>
        <div
          role="log"
          className="thread-log"
          tabIndex={0}
          // Rows come and go as one scrolls; what has arrived is said by SpokenArrivals.
          aria-live="off"
          aria-busy={arriving || earlier === 'loading'}
          aria-label={`Messages with ${title}`}
          onKeyDown={moved}
        >
          <ShownPeopleProvider value={useShownPeopleValue()}>
            <Rows {...{ conversation, rows, now, list, window, aboveRowsPx }} />
          </ShownPeopleProvider>
        </div>
        <LostMessages conversation={conversation} myId={myId} />
        {detached && !arriving && <ThreadEnd conversationId={id} detached={detached} scroller={scroller} />}
      </div>
    </div>
  );
}

/** Everything that moves: the window of rows, the scroller, and what has been in sight. */
function useList({ ref, conversation, rows, arriving, onAway, onSeen }: MessageListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const above = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const aboveRowsPx = useBottomOf(above);
  const window = useRowWindow(rows, { scroller, aboveRowsPx });
  const { virtualizer } = window;
  const { want, fulfil, isWaiting } = useSight({ rows, virtualizer, list });
  const laid = virtualizer.getVirtualItems();
  const see = useSettled(() => {
    if (arriving || isWaiting() || !isLaidOut(virtualizer)) return;
    const { scrollTop, clientHeight } = scroller.current!;
    const message = lastSeen(rows, virtualizer.getVirtualItems(), {
      topPx: scrollTop,
      bottomPx: scrollTop + clientHeight,
    });
    if (message) onSeen(message);
  });
  const { atBottom, toBottom, letGo, stick, grew, settle } = useThreadScroll({
    scroller,
    content,
    detached: conversation.detached !== null,
    isHeld: isWaiting,
    isLeaving: () => virtualizer.isScrolling && virtualizer.scrollDirection === 'backward',
    onScrolled: (isAtBottom) => {
      onAway(!isAtBottom);
      see();
    },
  });
  const bringIntoSight = (wish: Wish) => {
    letGo();
    want(wish);
    if (fulfil()) settle();
  };
  const inSight = () => {
    if (atBottom()) return null;
    const { scrollTop, clientHeight } = scroller.current!;
    const middle = laid.findLast(({ start }) => start < scrollTop + clientHeight / 2);
    return (middle && rows[middle.index]?.seq) ?? null;
  };
  useImperativeHandle(ref, () => ({ toBottom, atBottom, inSight, bringIntoSight }));
  const lastKey = rows.at(-1)?.key;
  useLayoutEffect(grew, [grew, lastKey]);
  useLayoutEffect(() => {
    if (fulfil()) settle();
    stick();
  });
  useKeptPlace(scroller, aboveRowsPx, atBottom);
  useOwnScrolling(scroller, () => want(null));
  useEffect(see);
  useNeeded(conversation, rows, laid);
  return { scroller, content, above, list, aboveRowsPx, window, bringIntoSight };
}

interface RowsProps {
  readonly conversation: Conversation;
  readonly rows: readonly Row[];
  readonly now: number;
  readonly list: RefObject<HTMLOListElement | null>;
  readonly window: RowWindow;
  readonly aboveRowsPx: number;
}

function Rows({ conversation, rows, now, list, window, aboveRowsPx }: RowsProps) {
  const { virtualizer, focusHandlers } = window;
  return (
    <ol
      className="thread-rows"
      ref={list}
      data-count={rows.length}
      style={{ height: virtualizer.getTotalSize() }}
      {...focusHandlers}
    >
      {virtualizer.getVirtualItems().map(({ index, key, start }) => (
        <li
          key={key as string}
          ref={virtualizer.measureElement}
          data-index={index}
          aria-posinset={index + 1}
          aria-setsize={-1}
          style={{ top: start - aboveRowsPx }}
        >
          <ListRow row={rows[index]!} now={now} quoted={quotedBy(rows[index]!, conversation)} />
        </li>
      ))}
    </ol>
  );
}

function quotedBy(row: Row, conversation: Conversation): Message | null | undefined {
  return row.kind === 'message' && row.replyTo !== null ? knownMessage(conversation, row.replyTo) : undefined;
}

/** Calls `look` a moment after it was asked to, once for all that ask meanwhile: rows still move as they are laid out. */
function useSettled(look: () => void): () => void {
  const latest = useRef(look);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    latest.current = look;
  });
  // Leaving counts what is in sight as seen, before the rows are gone.
  useLayoutEffect(
    () => () => {
      if (timer.current === null) return;
      clearTimeout(timer.current);
      latest.current();
    },
    [],
  );
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      latest.current();
    }, seenAfterMs);
  }, []);
}

/** Calls back when a person moves the rows by themselves. */
function useOwnScrolling(scroller: RefObject<HTMLElement | null>, onScroll: () => void): void {
  const told = useRef(onScroll);
  useEffect(() => {
    told.current = onScroll;
  });
  useEffect(() => {
    const element = scroller.current!;
    const tell = () => told.current();
    const kinds = ['wheel', 'touchmove'] as const;
    for (const kind of kinds) element.addEventListener(kind, tell, { passive: true });
    return () => kinds.forEach((kind) => element.removeEventListener(kind, tell));
  }, [scroller]);
}

/** Rows stay where they are when what stands above them grows. */
function useKeptPlace(
  scroller: RefObject<HTMLDivElement | null>,
  aboveRowsPx: number,
  atBottom: () => boolean,
): void {
  const before = useRef(aboveRowsPx);
  useLayoutEffect(() => {
    const element = scroller.current!;
    if (!atBottom() && element.scrollTop > 0) element.scrollTop += aboveRowsPx - before.current;
    before.current = aboveRowsPx;
  }, [scroller, aboveRowsPx, atBottom]);
}

/** How far below the top of its scroller an element ends, there where its content begins. */
function useBottomOf(element: RefObject<HTMLElement | null>): number {
  const [px, setPx] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    const measured = () => {
      const paddingPx = parseFloat(getComputedStyle(current!.parentElement!).paddingTop);
      setPx(Math.round(paddingPx + current!.offsetHeight));
    };
    measured();
    const resized = new ResizeObserver(measured);
    resized.observe(current!);
    return () => resized.disconnect();
  }, [element]);
  return px;
}
