// Profile of a conversation and this person's role in it. Summaries trail the live state by moments and overtake
// events at other times, so that the details say as of which event they are: older news changes nothing.
import type { ConversationEvent, ConversationSummary, Role } from '../../../protocol/client/index.ts';

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
  const { headSeq: asOfSeq, memberCount, name, description, avatarId, role } = summary;
  return { asOfSeq, name, description, avatarId, memberCount, role };
}

/** Whichever is newer. */
export function newerDetails(known: Details, told: Details): Details {
  return told.asOfSeq >= known.asOfSeq ? told : known;
}

export function detailsAfter(details: Details, event: ConversationEvent, myId: string): Details {
  if (event.seq <= details.asOfSeq) return details;
  switch (event.type) {
    case 'profileChanged':
      return {
        ...details,
        asOfSeq: event.seq,
        name: event.name,
        description: event.description,
        avatarId: event.avatarId,
      };
    case 'membersAdded':
      return { ...details, asOfSeq: event.seq, memberCount: details.memberCount + event.userIds.length };
    case 'memberRemoved':
      return { ...details, asOfSeq: event.seq, memberCount: details.memberCount - 1 };
    case 'roleChanged':
      return { ...details, asOfSeq: event.seq, role: event.userId === myId ? event.role : details.role };
    default:
      return details;
  }
}

/** Whether an event changes who belongs to a conversation, or as what. */
export function changesMembers(event: ConversationEvent): boolean {
  return event.type === 'membersAdded' || event.type === 'memberRemoved' || event.type === 'roleChanged';
}
