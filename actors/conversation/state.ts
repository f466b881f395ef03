// A conversation as its events have made it. Pure: the same events give the same state, anywhere.
import type {
  ConversationCreated,
  ConversationEvent,
  ConversationKind,
  Role,
} from '../../protocol/events/conversation-event.ts';

export type ConversationState = AbsentConversation | KnownConversation;

export interface AbsentConversation {
  readonly status: 'absent';
  /** The epoch that it begins with: one that was here before may be lost. */
  readonly epoch: number;
}

export interface KnownConversation {
  /** A deleted one refuses every command of those who belonged to it (GRP-5). */
  readonly status: 'open' | 'deleted';
  readonly kind: ConversationKind;
  /** Changes when the history is truncated or restored, so that old cursors are noticed. */
  readonly epoch: number;
  readonly createdAtMs: number;
  readonly members: ReadonlyMap<string, Role>;
  readonly name: string;
  readonly description: string;
  readonly avatarId: string | null;
  /** Of the invitation's code; null: nobody can join by one. */
  readonly inviteHash: string | null;
  readonly headSeq: number;
  /** Messages so far, deleted ones too. */
  readonly headOrdinal: number;
  /** The time of the last event; times never run backwards within a conversation. */
  readonly lastAtMs: number;
}

/** The epoch of a history that was never truncated. */
export const firstEpoch = 1;

export const absent: AbsentConversation = { status: 'absent', epoch: firstEpoch };

export function evolve(before: ConversationState, event: ConversationEvent): KnownConversation {
  const { seq, atMs } = event;
  if (event.type === 'created') return created(event, before.epoch);
  if (before.status === 'absent') throw new Error(`event ${seq} of a conversation that was never created`);
  const state = { ...before, headSeq: seq, lastAtMs: atMs };
  switch (event.type) {
    case 'message':
      return { ...state, headOrdinal: event.ordinal };
    case 'membersAdded':
      return { ...state, members: withRoles(state.members, event.userIds, 'member') };
    case 'memberRemoved':
      return { ...state, ...without(state, event.userId) };
    case 'roleChanged':
      return { ...state, members: withRoles(state.members, [event.userId], event.role) };
    case 'profileChanged':
      return { ...state, name: event.name, description: event.description, avatarId: event.avatarId };
    case 'inviteChanged':
      return { ...state, inviteHash: event.codeHash };
    case 'conversationDeleted':
      return { ...state, status: 'deleted', inviteHash: null };
    case 'messageDeleted':
    case 'messageEdited':
    case 'reaction':
    case 'tombstone':
      return state;
  }
}

function created(event: ConversationCreated, epoch: number) {
  const { seq, atMs, by, kind, memberIds, name, description, avatarId } = event;
  const members = new Map<string, Role>(memberIds.map((userId) => [userId, 'member']));
  if (kind === 'group') members.set(by, 'admin');
  return {
    status: 'open',
    kind,
    epoch,
    createdAtMs: atMs,
    members,
    name,
    description,
    avatarId,
    inviteHash: null,
    headSeq: seq,
    headOrdinal: 0,
    lastAtMs: atMs,
  } as const;
}

function withRoles(members: ReadonlyMap<string, Role>, userIds: readonly string[], role: Role) {
  const changed = new Map(members);
  for (const userId of userIds) changed.set(userId, role);
  return changed;
}

/** When nobody is left the invitation is void: whoever came by it would find nobody to administer the group. */
function without({ members, inviteHash }: KnownConversation, userId: string) {
  const left = new Map(members);
  left.delete(userId);
  return { members: left, inviteHash: left.size > 0 ? inviteHash : null };
}
