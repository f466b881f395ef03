// What a conversation is called and who this person is in it. Summaries trail the live state by moments and overtake
// events at other times, so that the details say as of which event they are: older news changes nothing.
import {
  conversationEventTypes as types,
  type ConversationEvent,
  type ConversationSummary,
  type Role,
} from '../../../protocol/client/index.ts';

export interface Details {
  /** Every event up to here is in it. */
  readonly asOfSeq: number;
  /** Empty for a direct conversation, and so are description and avatar. */
  readonly name: string;
  readonly description: string;
  readonly avatarId: string | null;
  readonly memberCount: number;
  readonly role: Role;
}

export function detailsOf(summary: ConversationSummary): Details {
  const [, , , asOfSeq, , , , , , , memberCount, name, description, avatarId, role] = summary;
  return { asOfSeq, name, description, avatarId, memberCount, role };
}

/** Whichever is newer. */
export function newerDetails(known: Details, told: Details): Details {
  return told.asOfSeq >= known.asOfSeq ? told : known;
}

export function detailsAfter(details: Details, event: ConversationEvent, myId: string): Details {
  if (event[0] <= details.asOfSeq) return details;
  switch (event[2]) {
    case types.profileChanged:
      return { ...details, asOfSeq: event[0], name: event[4], description: event[5], avatarId: event[6] };
    case types.membersAdded:
      return { ...details, asOfSeq: event[0], memberCount: details.memberCount + event[4].length };
    case types.memberRemoved:
      return { ...details, asOfSeq: event[0], memberCount: details.memberCount - 1 };
    case types.roleChanged:
      return { ...details, asOfSeq: event[0], role: event[4] === myId ? event[5] : details.role };
    default:
      return details;
  }
}

/** Whether an event changes who belongs to a conversation, or as what. */
export function changesMembers(event: ConversationEvent): boolean {
  return (
    event[2] === types.membersAdded || event[2] === types.memberRemoved || event[2] === types.roleChanged
  );
}
