// The stretch around an old message while someone looks at it: where it comes from, how it grows, and how it becomes
// part of the history's end once the two meet.
import type { Conversation } from './state.ts';
import { before, joined, stretchOf, type Detached, type Loading, type PageOfEvents } from './stretch.ts';

export type End = 'earlier' | 'later';

export type DetachedAction =
  | ({
      readonly type: 'detachedLoaded';
      readonly id: string;
      readonly epoch: number;
      /** The page begins after this seq. */
      readonly after: number;
      readonly more: boolean;
    } & PageOfEvents)
  | { readonly type: 'detachedLoading'; readonly id: string; readonly end: End; readonly loading: Loading }
  | ({
      readonly type: 'detachedGrown';
      readonly id: string;
      readonly epoch: number;
      readonly end: End;
      /** Its `from` or `to` that the page was asked for; another value by now makes the page worthless. */
      readonly edge: number;
      readonly more: boolean;
    } & PageOfEvents)
  /** Back to the end of the history. */
  | { readonly type: 'reattached'; readonly id: string };

export function reduceDetached(
  conversation: Conversation,
  action: DetachedAction,
  myId: string,
): Conversation {
  const { detached } = conversation;
  switch (action.type) {
    case 'detachedLoaded':
      return loaded(conversation, action, myId);
    case 'detachedLoading':
      return detached
        ? { ...conversation, detached: { ...detached, [action.end]: action.loading } }
        : conversation;
    case 'detachedGrown':
      return grown(conversation, action, myId);
    case 'reattached':
      return detached ? { ...conversation, detached: null } : conversation;
  }
}

function loaded(
  conversation: Conversation,
  page: Extract<DetachedAction, { type: 'detachedLoaded' }>,
  myId: string,
): Conversation {
  const last = page.events.at(-1);
  if (page.epoch !== conversation.epoch || !last) return conversation;
  return met({
    ...conversation,
    detached: {
      ...stretchOf(page, conversation.changes, myId),
      from: page.after + 1,
      to: last.seq,
      atStart: page.after === 0,
      earlier: 'idle',
      later: 'idle',
    },
  });
}

function grown(
  conversation: Conversation,
  page: Extract<DetachedAction, { type: 'detachedGrown' }>,
  myId: string,
): Conversation {
  const { detached, epoch, changes } = conversation;
  const edge = page.end === 'earlier' ? detached?.from : detached?.to;
  if (!detached || page.epoch !== epoch || page.edge !== edge) return conversation;
  const news = stretchOf(page, changes, myId);
  const next: Detached =
    page.end === 'earlier'
      ? {
          ...detached,
          ...joined(news, detached),
          from: page.events[0]?.seq ?? detached.from,
          atStart: !page.more,
          earlier: 'idle',
        }
      : {
          ...detached,
          ...joined(detached, news),
          to: page.events.at(-1)?.seq ?? detached.to,
          later: 'idle',
        };
  return met({ ...conversation, detached: next });
}

/** Once nothing is missing between the two, they are one. */
function met(conversation: Conversation): Conversation {
  const { detached, loadedFrom } = conversation;
  if (!detached || loadedFrom === null || detached.to < loadedFrom - 1) return conversation;
  return {
    ...conversation,
    ...joined(before(detached, loadedFrom), conversation),
    loadedFrom: Math.min(detached.from, loadedFrom),
    atStart: detached.from <= loadedFrom ? detached.atStart : conversation.atStart,
    earlier: 'idle',
    detached: null,
  };
}
