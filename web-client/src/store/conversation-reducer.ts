// One conversation and what happens to it. The invariant: `messages` holds every message from `loadedFrom` to the
// head. Live events extend it at the end, pages of history at the front, and nothing else touches it.
import {
  changedMessage,
  type ConversationEvent,
  type ConversationSummary,
  type Head,
} from '../../../protocol/client/index.ts';
import type { ConversationAction } from './action.ts';
import { bounded, trim } from './bounds.ts';
import { advance, advanceAll, cursorOf } from './cursors.ts';
import { deletedAfter, deletedIn, newerDeleted, unknownDeleted, withCursor } from './deleted-unread.ts';
import { detailsAfter, detailsOf, newerDetails } from './details.ts';
import { excerptAfter, excerptOf, later } from './excerpt.ts';
import { reduceDetached } from './detached-reducer.ts';
import { isShown, messageAfter, type Message } from './message.ts';
import { personOf, type Conversation } from './state.ts';
import { joined, stretchAfter, stretchOf } from './stretch.ts';

/** Lost messages that are kept on the screen. */
const lostMax = 200;
/** A page is on its way for moments; what changes in that time is few. */
const changesMax = 200;

/** A summary trails the live state by moments, so that it never takes anything back. */
export function fromSummary(
  known: Conversation | undefined,
  summary: ConversationSummary,
  myId: string,
): Conversation {
  const { conversationId: id, kind, epoch, headSeq, headOrdinal, activeAtMs, members } = summary;
  const { readSeq, readOrdinal, lastMessage, mutedUntilMs } = summary;
  const mine = { deliveredSeq: readSeq, readSeq, readOrdinal };
  const last = lastMessage && excerptOf(lastMessage);
  if (known) {
    const next = {
      ...known,
      members: members.map(personOf),
      details: newerDetails(known.details, detailsOf(summary)),
      cursors: advance(known.cursors, myId, mine),
      activeAtMs: Math.max(known.activeAtMs, activeAtMs),
      last: later(known.last, last),
      deletedUnread: newerDeleted(known.deletedUnread, deletedIn(summary)),
    };
    return withCursor(next, myId);
  }
  return {
    id,
    kind,
    epoch,
    headSeq,
    headOrdinal,
    deletedUnread: deletedIn(summary),
    activeAtMs,
    last,
    members: members.map(personOf),
    details: detailsOf(summary),
    mutedUntilMs,
    cursors: new Map([[myId, mine]]),
    messages: [],
    news: [],
    loadedFrom: null,
    atStart: false,
    earlier: 'idle',
    detached: null,
    quoted: new Map(),
    lost: [],
    changes: [],
  };
}

export function reduceConversation(
  conversation: Conversation,
  action: ConversationAction,
  myId: string,
  open: boolean,
): Conversation {
  const next = reduced(conversation, action, myId, open);
  return next === conversation ? conversation : withCursor(next, myId);
}

function reduced(
  conversation: Conversation,
  action: ConversationAction,
  myId: string,
  open: boolean,
): Conversation {
  switch (action.type) {
    case 'subscribed':
      return subscribed(conversation, action.head);
    case 'event': {
      const next = happened(conversation, action.event, action.asOfSeq ?? action.event.seq, myId);
      return open ? next : trim(next);
    }
    case 'cursor': {
      const cursors = advance(conversation.cursors, action.userId, action);
      return cursors === conversation.cursors ? conversation : { ...conversation, cursors };
    }
    case 'earlierRequested':
      return { ...conversation, earlier: 'loading' };
    case 'earlierFailed':
      return { ...conversation, earlier: 'failed' };
    case 'earlierLoaded':
      return earlierLoaded(conversation, action, myId);
    case 'lostPutAway':
      return { ...conversation, lost: [] };
    case 'lostSentAgain':
      return { ...conversation, lost: conversation.lost.filter(({ key }) => key !== action.key) };
    case 'bounded':
      return bounded(conversation, action.inSight);
    case 'quoted':
      return quoted(conversation, action.seq, action.message, myId);
    default:
      return reduceDetached(conversation, action, myId);
  }
}

/** Changes may have come while the message was on its way. */
function quoted(conversation: Conversation, seq: number, found: Message | null, myId: string): Conversation {
  const message =
    found && conversation.changes.reduce((one, change) => messageAfter(one, change, myId), found);
  return { ...conversation, quoted: new Map(conversation.quoted).set(seq, message) };
}

function subscribed(conversation: Conversation, head: Head): Conversation {
  const { epoch, headSeq, headOrdinal, unchangedTo } = head;
  const known = conversation.loadedFrom !== null;
  if (known && unchangedTo === Infinity) {
    // A resume: the events up to this head follow one by one.
    return {
      ...conversation,
      epoch,
      headOrdinal: Math.max(conversation.headOrdinal, headOrdinal),
      cursors: advanceAll(conversation.cursors, head.cursors),
    };
  }
  if (known && unchangedTo > 0) return cut(conversation, head);
  return {
    ...conversation,
    epoch,
    headSeq,
    headOrdinal,
    deletedUnread: known ? unknownDeleted : conversation.deletedUnread,
    cursors: known ? advanceAll(new Map(), head.cursors) : advanceAll(conversation.cursors, head.cursors),
    last: known ? null : conversation.last,
    messages: [],
    news: [],
    loadedFrom: headSeq + 1,
    atStart: headSeq === 0,
    earlier: 'idle',
    detached: null,
    quoted: new Map(),
    changes: [],
  };
}

/** Events after a place are lost: their messages stay on the screen apart, and others come in their places. */
function cut(conversation: Conversation, { epoch, headOrdinal, cursors, unchangedTo }: Head): Conversation {
  const stands = ({ seq }: { readonly seq: number }) => seq <= unchangedTo;
  const { messages, news, last } = conversation;
  // A message that a lost change has touched, or may have, is read again.
  const kept = messages.filter(stands);
  const isSure = kept.every(({ asOfSeq }) => asOfSeq <= unchangedTo);
  const lost = messages.filter((message) => !stands(message) && !message.deleted);
  return {
    ...conversation,
    epoch,
    headSeq: unchangedTo,
    headOrdinal,
    deletedUnread: unknownDeleted,
    cursors: advanceAll(new Map(), cursors),
    last: last && stands(last) ? last : null,
    messages: isSure ? kept : [],
    news: isSure ? news.filter(stands) : [],
    loadedFrom: isSure ? Math.min(conversation.loadedFrom!, unchangedTo + 1) : unchangedTo + 1,
    atStart: isSure && conversation.atStart,
    earlier: 'idle',
    detached: null,
    quoted: new Map(),
    changes: [],
    lost: [...conversation.lost, ...lost].slice(-lostMax),
  };
}

function happened(
  conversation: Conversation,
  event: ConversationEvent,
  asOfSeq: number,
  myId: string,
): Conversation {
  const { seq, atMs } = event;
  const next = {
    ...conversation,
    ...stretchAfter(conversation, event, asOfSeq, myId),
    headSeq: Math.max(conversation.headSeq, seq),
    activeAtMs: Math.max(conversation.activeAtMs, atMs),
    loadedFrom: conversation.loadedFrom ?? seq,
    details: detailsAfter(conversation.details, event, myId),
    deletedUnread: deletedAfter(
      conversation.deletedUnread,
      event,
      cursorOf(conversation.cursors, myId).readSeq,
    ),
    last: excerptAfter(conversation.last, event, asOfSeq),
  };
  if (isShown(event)) {
    const { by: senderId, ordinal } = event;
    const read = { deliveredSeq: seq, readSeq: seq, readOrdinal: ordinal };
    return {
      ...next,
      headOrdinal: Math.max(conversation.headOrdinal, ordinal),
      // A writer has seen everything above the own message, which is never unread itself.
      cursors: senderId === myId ? advance(conversation.cursors, myId, read) : conversation.cursors,
    };
  }
  if (event.type === 'memberRemoved' && conversation.cursors.has(event.userId)) {
    const cursors = new Map(conversation.cursors);
    cursors.delete(event.userId);
    return { ...next, cursors };
  }
  return changedMessage(event) === null ? next : changed(next, event, myId);
}

/** A change of a message, wherever it is shown besides the end of the history. */
function changed(conversation: Conversation, change: ConversationEvent, myId: string): Conversation {
  const { detached, quoted } = conversation;
  const changes = [...conversation.changes, change].slice(-changesMax);
  const seq = changedMessage(change)!;
  const answered = quoted.get(seq);
  return {
    ...conversation,
    changes,
    detached: detached && { ...detached, ...stretchAfter(detached, change, change.seq, myId) },
    quoted: answered ? new Map(quoted).set(seq, messageAfter(answered, change, myId)) : quoted,
  };
}

function earlierLoaded(
  conversation: Conversation,
  page: Extract<ConversationAction, { type: 'earlierLoaded' }>,
  myId: string,
): Conversation {
  if (page.epoch !== conversation.epoch || page.before !== conversation.loadedFrom) return conversation;
  return {
    ...conversation,
    ...joined(stretchOf(page, conversation.changes, myId), conversation),
    last: page.events.reduce((last, event) => excerptAfter(last, event, page.asOfSeq), conversation.last),
    loadedFrom: page.events[0]?.seq ?? page.before,
    atStart: !page.more,
    earlier: 'idle',
  };
}
