// A message as threads show it: what was sent, as later events have left it. Built on the SDK's rules (`withChange`): a
// change counts only when it is newer than the moment as of which the message stands.
import {
  changedMessage,
  withChange,
  type Attachment,
  type ConversationEvent,
  type ReactionCount,
  type ShownMessage,
} from '../../../protocol/client/index.ts';

export interface Message {
  readonly key: string;
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
  readonly senderId: string;
  /** Empty when the message was deleted. */
  readonly body: string;
  readonly deleted: boolean;
  readonly replyTo: number | null;
  readonly mentions: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly editedAtMs: number | null;
  readonly reactions: readonly ReactionCount[];
  /** Every event up to here is in it. */
  readonly asOfSeq: number;
  readonly shown: ShownMessage;
}

export function isShown(event: ConversationEvent): event is ShownMessage {
  return event.type === 'message' || event.type === 'tombstone';
}

/** @param asOfSeq of the page it stands in; a live event's is its own */
export function messageOf(shown: ShownMessage, asOfSeq: number = shown.seq): Message {
  const { seq, atMs, by: senderId, key, ordinal } = shown;
  const origin = { key, seq, ordinal, atMs, senderId, asOfSeq, shown };
  if (shown.type === 'tombstone') return { ...origin, ...gone };
  const { body, replyTo, mentions, attachments, editedAtMs, reactions } = shown;
  return { ...origin, deleted: false, body, replyTo, mentions, attachments, editedAtMs, reactions };
}

const gone = {
  deleted: true,
  body: '',
  replyTo: null,
  mentions: [],
  attachments: [],
  editedAtMs: null,
  reactions: [],
} as const;

/** The same message when the change is of no concern to it. */
export function messageAfter(message: Message, change: ConversationEvent, myId: string): Message {
  if (changedMessage(change) !== message.seq || change.seq <= message.asOfSeq) return message;
  const { shown } = message;
  const changed = shown.type === 'message' ? withChange(shown, change, myId) : shown;
  return changed === shown ? { ...message, asOfSeq: change.seq } : messageOf(changed, change.seq);
}

/** @param messages ascending by seq; the same array when none of them is concerned */
export function messagesAfter(
  messages: readonly Message[],
  change: ConversationEvent,
  myId: string,
): readonly Message[] {
  const at = indexOfSeq(messages, changedMessage(change) ?? 0);
  const message = messages[at];
  if (!message) return messages;
  const changed = messageAfter(message, change, myId);
  return changed === message ? messages : messages.with(at, changed);
}

/** By halving; -1 when it is not there. */
export function indexOfSeq(messages: readonly { readonly seq: number }[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  return messages[low]?.seq === seq ? low : -1;
}
