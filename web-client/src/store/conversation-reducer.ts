// One conversation and what happens to it. The invariant: `messages` holds every message from `loadedFrom` to the
// head. Live events extend it at the end, pages of history at the front, and nothing else touches it.
import {
  changedMessage,
  conversationEventTypes,
  type ConversationEvent,
  type ConversationSummary,
  type Head,
  type MessageSent,
} from '../../../protocol/client/index.ts';
import type { ConversationAction } from './action.ts';
import { advance, advanceAll } from './cursors.ts';
import { detailsAfter, detailsOf, newerDetails } from './details.ts';
import { excerptAfter, excerptOf, later } from './excerpt.ts';
import { personOf, type Conversation, type Message } from './state.ts';

/** A conversation nobody looks at keeps this many messages, and is cut when it holds twice as many. */
export const backgroundMessagesMax = 100;

export function messageOf([seq, atMs, , senderId, key, ordinal, body]: MessageSent): Message {
  return { key, seq, ordinal, atMs, senderId, body };
}

export function isMessage(event: ConversationEvent): event is MessageSent {
  return event[2] === conversationEventTypes.message;
}

/** A summary trails the live state by moments, so that it never takes anything back. */
export function fromSummary(
  known: Conversation | undefined,
  summary: ConversationSummary,
  myId: string,
): Conversation {
  const [id, kind, epoch, headSeq, headOrdinal, readSeq, readOrdinal, activeAtMs, lastMessage, members] =
    summary;
  const mine = { deliveredSeq: readSeq, readSeq, readOrdinal };
  const last = lastMessage && excerptOf(lastMessage);
  if (known) {
    return {
      ...known,
      members: members.map(personOf),
      details: newerDetails(known.details, detailsOf(summary)),
      cursors: advance(known.cursors, myId, mine),
      activeAtMs: Math.max(known.activeAtMs, activeAtMs),
      last: later(known.last, last),
    };
  }
  return {
    id,
    kind,
    epoch,
    headSeq,
    headOrdinal,
    activeAtMs,
    last,
    members: members.map(personOf),
    details: detailsOf(summary),
    mutedUntilMs: summary[15],
    cursors: new Map([[myId, mine]]),
    messages: [],
    loadedFrom: null,
    atStart: false,
    earlier: 'idle',
  };
}

export function reduceConversation(
  conversation: Conversation,
  action: ConversationAction,
  myId: string,
  open: boolean,
): Conversation {
  switch (action.type) {
    case 'subscribed':
      return subscribed(conversation, action.head);
    case 'event':
      return open
        ? happened(conversation, action.event, myId)
        : trim(happened(conversation, action.event, myId));
    case 'cursor': {
      const cursors = advance(conversation.cursors, action.userId, action);
      return cursors === conversation.cursors ? conversation : { ...conversation, cursors };
    }
    case 'earlierRequested':
      return { ...conversation, earlier: 'loading' };
    case 'earlierFailed':
      return { ...conversation, earlier: 'failed' };
    case 'earlierLoaded':
      return earlierLoaded(conversation, action);
  }
}

function subscribed(conversation: Conversation, head: Head): Conversation {
  const { epoch, headSeq, headOrdinal } = head;
  if (conversation.loadedFrom !== null && conversation.epoch === epoch) {
    // A resume: the events up to this head follow one by one.
    return {
      ...conversation,
      headOrdinal: Math.max(conversation.headOrdinal, headOrdinal),
      cursors: advanceAll(conversation.cursors, head.cursors),
    };
  }
  const replaced = conversation.loadedFrom !== null;
  return {
    ...conversation,
    epoch,
    headSeq,
    headOrdinal,
    cursors: replaced ? advanceAll(new Map(), head.cursors) : advanceAll(conversation.cursors, head.cursors),
    last: replaced ? null : conversation.last,
    messages: [],
    loadedFrom: headSeq + 1,
    atStart: headSeq === 0,
    earlier: 'idle',
  };
}

function happened(conversation: Conversation, event: ConversationEvent, myId: string): Conversation {
  const [seq, atMs] = event;
  const next = {
    ...conversation,
    headSeq: Math.max(conversation.headSeq, seq),
    activeAtMs: Math.max(conversation.activeAtMs, atMs),
    loadedFrom: conversation.loadedFrom ?? seq,
    details: detailsAfter(conversation.details, event, myId),
    last: excerptAfter(conversation.last, event),
  };
  if (!isMessage(event)) return next;
  const message = messageOf(event);
  const read = { deliveredSeq: seq, readSeq: seq, readOrdinal: message.ordinal };
  return {
    ...next,
    headOrdinal: Math.max(conversation.headOrdinal, message.ordinal),
    // Whoever writes has seen what stands above: own messages are never unread.
    cursors: message.senderId === myId ? advance(conversation.cursors, myId, read) : conversation.cursors,
    messages: [...conversation.messages, message],
  };
}

function earlierLoaded(
  conversation: Conversation,
  page: Extract<ConversationAction, { type: 'earlierLoaded' }>,
): Conversation {
  if (page.epoch !== conversation.epoch || page.before !== conversation.loadedFrom) return conversation;
  const messages = [...page.events.filter(isMessage).map(messageOf), ...conversation.messages];
  return {
    ...conversation,
    messages,
    // Messages stand in a page as later events have left them: those events of the page are in them already.
    last: page.events.filter((event) => changedMessage(event) === null).reduce(excerptAfter, conversation.last),
    loadedFrom: page.events[0]?.[0] ?? page.before,
    atStart: !page.more,
    earlier: 'idle',
  };
}

/** Keeps the newest messages of a conversation that is not on the screen; history brings the others back. */
export function trim(conversation: Conversation): Conversation {
  if (conversation.messages.length <= 2 * backgroundMessagesMax) return conversation;
  const messages = conversation.messages.slice(-backgroundMessagesMax);
  return { ...conversation, messages, loadedFrom: messages[0]!.seq, atStart: false };
}
