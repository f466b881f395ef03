// A user's session as its events have made it, and what it makes of commands. Pure.
import type {
  ConversationRemoved,
  InboxEvent,
  MentionEnded,
  Mentioned,
  NotificationsRead,
} from '../../protocol/events/inbox-event.ts';
import type { GroupsFrom } from '../../protocol/frames/group-requests.ts';
import { limits } from '../../protocol/limits.ts';
import { happens, refused, unchanged, type Decision } from '../runtime/decision.ts';
import { directConversationId } from '../runtime/derived-id.ts';
import type { Effect } from '../runtime/effect.ts';
import { requestsAfter, type KnownRequests } from './group-requests.ts';
import type { Block, MarkNotifications, Mute, NoteEffect, RegisterDevice } from './commands.ts';

export interface SessionState {
  readonly headSeq: number;
  /** Rises when acknowledged events were lost. */
  readonly epoch: number;
  readonly lastAtMs: number;
  /** Device id to the public key registered for it, in hex. */
  readonly devices: ReadonlyMap<string, string>;
  /** Conversation id to the time until which it is muted. */
  readonly mutes: ReadonlyMap<string, number>;
  /** People whom the user blocks. */
  readonly blocked: ReadonlySet<string>;
  /** People who may add the user to groups without asking. */
  readonly groupsFrom: GroupsFrom;
  /** Groups that the user is asked to come into, or has declined. */
  readonly groupRequests: KnownRequests;
  /** Notifications that are not read, by their sequence numbers, ascending. */
  readonly unread: ReadonlyMap<number, UnreadMention>;
}

export interface UnreadMention {
  readonly conversationId: string;
  readonly messageSeq: number;
  /** The event that named the user: the message, or an edit of it. */
  readonly causeSeq: number;
}

export const emptySession: SessionState = {
  headSeq: 0,
  epoch: 1,
  lastAtMs: 0,
  devices: new Map(),
  mutes: new Map(),
  blocked: new Set(),
  unread: new Map(),
  groupsFrom: 'everyone',
  groupRequests: new Map(),
};

export function evolve(before: SessionState, event: InboxEvent): SessionState {
  const { seq: headSeq, atMs: lastAtMs } = event;
  const groupRequests = requestsAfter(before.groupRequests, event);
  const state = { ...before, headSeq, lastAtMs, groupRequests };
  switch (event.type) {
    case 'deviceAdded':
      return { ...state, devices: new Map(state.devices).set(event.deviceId, hex(event.publicKey)) };
    case 'mentioned':
      return { ...state, unread: newest(state.unread, event) };
    case 'notificationsRead':
      return { ...state, unread: without(state.unread, (_, seq) => isRead(seq, event)) };
    case 'mentionEnded':
    case 'conversationRemoved':
      return { ...state, unread: without(state.unread, (mention) => isOver(mention, event)) };
    case 'muteChanged':
      return { ...state, mutes: new Map(state.mutes).set(event.conversationId, event.untilMs) };
    case 'blockChanged': {
      const blocked = new Set(state.blocked);
      if (event.blocked) blocked.add(event.userId);
      else blocked.delete(event.userId);
      return { ...state, blocked };
    }
    case 'groupsFromChanged':
      return { ...state, groupsFrom: event.groupsFrom };
    case 'conversationAdded':
    case 'groupRequested':
    case 'groupRequestEnded':
      return state;
  }
}

/** The latest ones: nobody counts further, and a set that grows for ever would be copied for ever. */
function newest(unread: SessionState['unread'], event: Mentioned): SessionState['unread'] {
  const { seq, conversationId, messageSeq, causeSeq } = event;
  const kept = new Map(unread).set(seq, { conversationId, messageSeq, causeSeq });
  if (kept.size > limits.unreadNotificationsMax) kept.delete(kept.keys().next().value!);
  return kept;
}

function without(
  unread: SessionState['unread'],
  isGone: (mention: UnreadMention, seq: number) => boolean,
): SessionState['unread'] {
  const kept = [...unread].filter(([seq, mention]) => !isGone(mention, seq));
  return kept.length === unread.size ? unread : new Map(kept);
}

/** Whether a notification ends with the event: its message names the user no longer, or is no longer theirs to read. */
export function isOver(
  { conversationId, messageSeq }: Pick<UnreadMention, 'conversationId' | 'messageSeq'>,
  event: MentionEnded | ConversationRemoved,
): boolean {
  if (event.conversationId !== conversationId) return false;
  return event.type === 'mentionEnded' ? event.messageSeq === messageSeq : messageSeq < event.causeSeq;
}

/** Unchanged: it does not concern the user (ACC-5), or changes nothing. */
export function decideNote(state: SessionState, command: NoteEffect, nowMs: number): Decision<InboxEvent> {
  const { effect, conversationId, seq, byUserId } = command;
  const messageSeq = command.messageSeq ?? seq;
  const noted = { ...nextOf(state, nowMs), conversationId, causeSeq: seq, by: byUserId };
  switch (effect) {
    case 'conversation_added':
      return happens({ ...noted, type: 'conversationAdded' });
    case 'conversation_removed':
      return happens({ ...noted, type: 'conversationRemoved' });
    case 'mentioned': {
      if (state.blocked.has(byUserId)) return unchanged;
      const mention = { type: 'mentioned', conversationId, messageSeq, by: byUserId, causeSeq: seq } as const;
      return happens({ ...nextOf(state, nowMs), ...mention });
    }
    case 'mention_ended': {
      const ended = { type: 'mentionEnded', conversationId, messageSeq, causeSeq: seq } as const;
      return happens({ ...nextOf(state, nowMs), ...ended });
    }
    case 'mentions_read': {
      const isReached = (mention: UnreadMention) =>
        mention.conversationId === conversationId &&
        mention.messageSeq <= messageSeq &&
        mention.causeSeq <= seq;
      const seqs = [...state.unread].filter(([, mention]) => isReached(mention)).map(([each]) => each);
      if (seqs.length === 0) return unchanged;
      return happens({ ...nextOf(state, nowMs), type: 'notificationsRead', upToSeq: 0, seqs });
    }
  }
}

/** Unchanged: the device is registered with this key already. A new key for a known device replaces the old one. */
export function decideDevice(
  state: SessionState,
  { deviceId, name, publicKey }: RegisterDevice,
  nowMs: number,
): Decision<InboxEvent> {
  const known = state.devices.get(deviceId);
  if (known === hex(publicKey)) return unchanged;
  if (known === undefined && state.devices.size >= limits.devicesPerUserMax)
    return refused('too_many_devices');
  return happens({ ...nextOf(state, nowMs), type: 'deviceAdded', deviceId, name, publicKey });
}

export function decideMute(
  state: SessionState,
  { conversationId, untilMs }: Mute,
  nowMs: number,
): Decision<InboxEvent> {
  if ((state.mutes.get(conversationId) ?? 0) === untilMs) return unchanged;
  return happens({ ...nextOf(state, nowMs), type: 'muteChanged', conversationId, untilMs });
}

export function decideBlock(
  state: SessionState,
  { userId, blocked }: Block,
  nowMs: number,
): Decision<InboxEvent> {
  if (state.blocked.has(userId) === blocked) return unchanged;
  return happens({ ...nextOf(state, nowMs), type: 'blockChanged', userId, blocked });
}

/** Effect of a block on the direct conversation of the two. */
export function blockEffect(userId: string, seq: number, peerId: string, blocked: boolean): Effect {
  const conversationId = directConversationId(userId, peerId);
  return {
    type: blocked ? 'blocked' : 'unblocked',
    userId,
    conversationId,
    seq,
    messageSeq: null,
    byUserId: peerId,
  };
}

/** Unchanged: they are read already. */
export function decideMark(
  state: SessionState,
  { upToSeq, seqs }: MarkNotifications,
  nowMs: number,
): Decision<InboxEvent> {
  const upTo = Math.min(upToSeq, state.headSeq);
  const event: NotificationsRead = {
    ...nextOf(state, nowMs),
    type: 'notificationsRead',
    upToSeq: upTo,
    seqs,
  };
  // Beyond what is counted there may be others.
  const isFull = state.unread.size >= limits.unreadNotificationsMax;
  return isFull || [...state.unread.keys()].some((seq) => isRead(seq, event)) ? happens(event) : unchanged;
}

/** Whether the event says that this notification is read. */
export function isRead(seq: number, { upToSeq, seqs }: NotificationsRead): boolean {
  return seq <= upToSeq || seqs.includes(seq);
}

export function nextOf(state: SessionState, nowMs: number): { readonly seq: number; readonly atMs: number } {
  return { seq: state.headSeq + 1, atMs: Math.max(nowMs, state.lastAtMs) };
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
