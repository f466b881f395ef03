// Adding the user to groups: some may, others have to ask first (ACC-5). Pure.
import type { InboxEvent } from '../../protocol/events/inbox-event.ts';
import type { GroupRequest, GroupsFrom } from '../../protocol/frames/group-requests.ts';
import { limits } from '../../protocol/limits.ts';
import { happens, refused, unchanged, type Decision } from '../runtime/decision.ts';
import type { EndGroupRequest, NoteGroupRequest, SetGroupsFrom } from './commands.ts';
import { nextOf, type SessionState } from './state.ts';

/** Whether someone may add the user, by the user's own wishes. */
export type MayAdd = 'yes' | 'if_contact' | 'ask' | 'blocked';

const mayAddOf: Readonly<Record<GroupsFrom, MayAdd>> = {
  everyone: 'yes',
  contacts: 'if_contact',
  nobody: 'ask',
};

export function mayAdd({ blocked, groupsFrom }: SessionState, byUserId: string): MayAdd {
  return blocked.has(byUserId) ? 'blocked' : mayAddOf[groupsFrom];
}

/** The latest first, without those of people whom the user blocks. */
export function pendingRequests({ groupRequests, blocked }: SessionState): GroupRequest[] {
  const requests = [...groupRequests].flatMap(([conversationId, request]) =>
    request === 'declined' || blocked.has(request.by) ? [] : [{ conversationId, ...request }],
  );
  return requests.reverse();
}

/** Unchanged: the user is asked by this one already, has declined, is asked by too many, or blocks who asks. */
export function decideNoteRequest(
  state: SessionState,
  { conversationId, byUserId, name }: NoteGroupRequest,
  nowMs: number,
): Decision<InboxEvent> {
  if (state.blocked.has(byUserId)) return unchanged;
  const before = state.groupRequests.get(conversationId);
  if (before === 'declined' || before?.by === byUserId) return unchanged;
  // The one who asked before may have lost the right to add people: the latest asks for all.
  if (!before && pendingRequests(state).length >= limits.groupRequestsMax) return unchanged;
  return happens({ ...nextOf(state, nowMs), type: 'groupRequested', conversationId, by: byUserId, name });
}

export function decideEndRequest(
  state: SessionState,
  { conversationId, accepted }: EndGroupRequest,
  nowMs: number,
): Decision<InboxEvent> {
  const request = state.groupRequests.get(conversationId);
  if (request === 'declined' && !accepted) return unchanged;
  if (request === undefined || request === 'declined') return refused('invitation_invalid');
  return happens({ ...nextOf(state, nowMs), type: 'groupRequestEnded', conversationId, accepted });
}

export function decideGroupsFrom(
  state: SessionState,
  { groupsFrom }: SetGroupsFrom,
  nowMs: number,
): Decision<InboxEvent> {
  if (state.groupsFrom === groupsFrom) return unchanged;
  return happens({ ...nextOf(state, nowMs), type: 'groupsFromChanged', groupsFrom });
}

export type KnownRequests = ReadonlyMap<string, Omit<GroupRequest, 'conversationId'> | 'declined'>;

/** Requests after the event; of the declined ones the latest are remembered. */
export function requestsAfter(before: KnownRequests, event: InboxEvent): KnownRequests {
  switch (event.type) {
    case 'groupRequested': {
      const { conversationId, by, name, atMs } = event;
      return new Map(before).set(conversationId, { by, name, atMs });
    }
    case 'groupRequestEnded': {
      const after = new Map(before);
      after.delete(event.conversationId);
      return event.accepted ? after : bounded(after.set(event.conversationId, 'declined'));
    }
    case 'conversationAdded': {
      if (!before.has(event.conversationId)) return before;
      const after = new Map(before);
      after.delete(event.conversationId);
      return after;
    }
    default:
      return before;
  }
}

function bounded(requests: Map<string, Omit<GroupRequest, 'conversationId'> | 'declined'>): KnownRequests {
  const declined = [...requests].filter(([, request]) => request === 'declined');
  const tooMany = declined.slice(0, Math.max(0, declined.length - limits.groupRequestsMax));
  for (const [conversationId] of tooMany) requests.delete(conversationId);
  return requests;
}
