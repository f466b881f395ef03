// The state after an action. Pure: no clock, no network, no DOM.
import type { Action, ConversationAction, ListAction, OutgoingAction } from './action.ts';
import { actsAfter, reduceActs } from './acts.ts';
import { trim } from './bounds.ts';
import { fromSummary, reduceConversation } from './conversation-reducer.ts';
import { reduceOutgoing, settle } from './outgoing-reducer.ts';
import { memberListsAfter, reduceMemberList } from './member-lists.ts';
import { reduceNotifications } from './notifications.ts';
import { withBlock, withPeople, withPresences } from './people.ts';
import { personOf, type ChatState, type Conversation, type Ended } from './state.ts';

export function reduce(state: ChatState, action: Action): ChatState {
  switch (action.type) {
    case 'welcomed':
      return { ...state, me: action.me };
    case 'connection':
      return { ...state, connection: action.connection };
    case 'listed':
      return listed(state, action.summaries);
    case 'listComplete':
      return { ...state, listLoaded: true };
    case 'opened':
      return opened(state, action.id);
    case 'removed':
      return removed(state, action.id, action.how);
    case 'muted':
      return muted(state, action.id, action.untilMs);
    case 'outgoing': {
      const { id, message } = action;
      const stored = state.conversations.get(id)?.messages.some(({ key }) => key === message.key) ?? false;
      const outgoing = reduceOutgoing(state.outgoing, message, stored);
      return outgoing === state.outgoing ? state : { ...state, outgoing };
    }
    default:
      return reduceBeside(state, action);
  }
}

/** Reduces everything beside the list of conversations, each kind by a reducer of its own. */
function reduceBeside(state: ChatState, action: Exclude<Action, ListAction | OutgoingAction>): ChatState {
  switch (action.type) {
    case 'peopleKnown':
      return { ...state, people: withPeople(state.people, action.people) };
    case 'presence':
      return { ...state, presences: withPresences(state.presences, action.presences) };
    case 'blocksLoaded':
      return { ...state, blocked: new Set(action.userIds) };
    case 'blocked':
      return { ...state, blocked: withBlock(state.blocked, action.userId, action.blocked) };
    case 'groupRequests': {
      const { groupsFrom, requests } = action;
      return { ...state, groupRequests: { groupsFrom, requests } };
    }
    case 'memberList':
      return { ...state, memberLists: reduceMemberList(state.memberLists, action) };
    case 'noticesLoaded':
    case 'noticesFailed':
    case 'inbox':
      return { ...state, notifications: reduceNotifications(state.notifications, action) };
    case 'typing':
    case 'reacting':
    case 'refused':
      return { ...state, acts: reduceActs(state.acts, action) };
    default:
      return inConversation(state, action);
  }
}

function listed(state: ChatState, summaries: Extract<Action, { type: 'listed' }>['summaries']): ChatState {
  const conversations = new Map(state.conversations);
  const ended = new Map(state.ended);
  for (const summary of summaries) {
    const id = summary.conversationId;
    conversations.set(id, fromSummary(conversations.get(id), summary, state.myId));
    ended.delete(id);
  }
  const people = withPeople(
    state.people,
    summaries.flatMap(({ members }) => members.map(personOf)),
  );
  return { ...state, conversations, people, ended: ended.size < state.ended.size ? ended : state.ended };
}

function removed(state: ChatState, id: string, how: Ended['how'] | null): ChatState {
  const known = state.conversations.get(id);
  const before = state.ended.get(id);
  if (!known) {
    // It is told twice, by the inbox and by the subscription: one knows who did it, the other that it was deleted.
    const better = how === 'deleted' || (how === 'left' && before?.how === 'removed');
    if (!before || !better || how === before.how) return state;
    return { ...state, ended: new Map(state.ended).set(id, { ...before, how }) };
  }
  const conversations = new Map(state.conversations);
  const memberLists = new Map(state.memberLists);
  conversations.delete(id);
  memberLists.delete(id);
  const ended = new Map(state.ended).set(id, { name: known.details.name, how: how ?? 'removed' });
  return { ...state, conversations, memberLists, ended };
}

function muted(state: ChatState, id: string, mutedUntilMs: number): ChatState {
  const known = state.conversations.get(id);
  return known ? { ...state, conversations: replace(state, { ...known, mutedUntilMs }) } : state;
}

function opened(state: ChatState, id: string | null): ChatState {
  if (id === state.openId) return state;
  const left = state.openId === null ? undefined : state.conversations.get(state.openId);
  const conversations = left ? replace(state, trim({ ...left, detached: null })) : state.conversations;
  return { ...state, openId: id, conversations };
}

function inConversation(state: ChatState, action: ConversationAction): ChatState {
  const before = state.conversations.get(action.id);
  if (!before) return state;
  const after = reduceConversation(before, action, state.myId, action.id === state.openId);
  const outgoing = settledBy(state, action);
  if (after === before && outgoing === state.outgoing) return state;
  const memberLists =
    action.type === 'event'
      ? memberListsAfter(state.memberLists, action.id, action.event)
      : state.memberLists;
  const acts =
    action.type === 'event' ? actsAfter(state.acts, action.id, action.event, state.myId) : state.acts;
  return { ...state, conversations: replace(state, after), outgoing, memberLists, acts };
}

function settledBy(state: ChatState, action: ConversationAction): ChatState['outgoing'] {
  if (action.type === 'event') return settle(state.outgoing, action.id, [action.event]);
  if ('events' in action) return settle(state.outgoing, action.id, action.events);
  return state.outgoing;
}

function replace(state: ChatState, conversation: Conversation): ChatState['conversations'] {
  if (state.conversations.get(conversation.id) === conversation) return state.conversations;
  return new Map(state.conversations).set(conversation.id, conversation);
}
