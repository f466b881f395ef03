// The state after an action. Pure: no clock, no network, no DOM.
import type { Action, ConversationAction } from './action.ts';
import { fromSummary, reduceConversation, trim } from './conversation-reducer.ts';
import { reduceOutgoing, settle } from './outgoing-reducer.ts';
import type { ChatState, Conversation } from './state.ts';

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
    case 'removed': {
      const conversations = new Map(state.conversations);
      return conversations.delete(action.id) ? { ...state, conversations } : state;
    }
    case 'outgoing': {
      const { id, message } = action;
      const stored = state.conversations.get(id)?.messages.some(({ key }) => key === message.key) ?? false;
      const outgoing = reduceOutgoing(state.outgoing, message, stored);
      return outgoing === state.outgoing ? state : { ...state, outgoing };
    }
    default:
      return inConversation(state, action);
  }
}

function listed(state: ChatState, summaries: Extract<Action, { type: 'listed' }>['summaries']): ChatState {
  const conversations = new Map(state.conversations);
  for (const summary of summaries) {
    conversations.set(summary[0], fromSummary(conversations.get(summary[0]), summary, state.myId));
  }
  return { ...state, conversations };
}

function opened(state: ChatState, id: string | null): ChatState {
  if (id === state.openId) return state;
  const left = state.openId === null ? undefined : state.conversations.get(state.openId);
  const conversations = left ? replace(state, trim(left)) : state.conversations;
  return { ...state, openId: id, conversations };
}

function inConversation(state: ChatState, action: ConversationAction): ChatState {
  const before = state.conversations.get(action.id);
  if (!before) return state;
  const after = reduceConversation(before, action, state.myId, action.id === state.openId);
  const outgoing = settledBy(state, action);
  if (after === before && outgoing === state.outgoing) return state;
  return { ...state, conversations: replace(state, after), outgoing };
}

function settledBy(state: ChatState, action: ConversationAction): ChatState['outgoing'] {
  if (action.type === 'event') return settle(state.outgoing, action.id, [action.event]);
  if (action.type === 'earlierLoaded') return settle(state.outgoing, action.id, action.events);
  return state.outgoing;
}

function replace(state: ChatState, conversation: Conversation): ChatState['conversations'] {
  if (state.conversations.get(conversation.id) === conversation) return state.conversations;
  return new Map(state.conversations).set(conversation.id, conversation);
}
