// News about a group, as one sentence for the line between its messages.
import { conversationEventTypes as types } from '../../../protocol/client/index.ts';
import type { News, NewsEvent } from '../store/news.ts';

/** In the sentence's first place ("You", "Ada") and elsewhere ("you"). */
export type NameOf = (userId: string) => string;

/** More than so many people are counted, not named. */
const namedMax = 3;

/** The news that are told, and of each whether it gave the group another name. Direct conversations have none. */
export function newsLines(
  news: readonly News[],
): readonly { readonly news: News; readonly renamed: boolean }[] {
  let name: string | null = null;
  return news.flatMap((one) => {
    const { event } = one;
    if (event[2] === types.created) {
      name = event[6];
      return event[4] === 'group' ? [{ news: one, renamed: false }] : [];
    }
    if (event[2] !== types.profileChanged) return [{ news: one, renamed: false }];
    const renamed = name !== null && name !== event[4];
    name = event[4];
    return [{ news: one, renamed }];
  });
}

export function newsSentence(event: NewsEvent, renamed: boolean, nameOf: NameOf, myId: string): string {
  const by = capital(nameOf(event[3]));
  switch (event[2]) {
    case types.created:
      return `${by} created the group “${event[6]}”`;
    case types.membersAdded: {
      const [, , , adder, userIds] = event;
      if (userIds.length === 1 && userIds[0] === adder) return `${by} joined by an invitation`;
      return `${by} added ${listed(userIds, nameOf)}`;
    }
    case types.memberRemoved:
      return event[4] === event[3] ? `${by} left` : `${by} removed ${nameOf(event[4])}`;
    case types.roleChanged: {
      const who = capital(nameOf(event[4]));
      const verb = event[4] === myId ? 'are' : 'is';
      return event[5] === 'admin' ? `${who} ${verb} an admin now` : `${who} ${verb} no longer an admin`;
    }
    case types.profileChanged:
      return renamed
        ? `${by} renamed the group to “${event[4]}”`
        : `${by} changed what the group shows of itself`;
    case types.conversationDeleted:
      return `${by} deleted this conversation`;
  }
}

/** Everyone whom the sentence names. */
export function peopleIn(event: NewsEvent): readonly string[] {
  switch (event[2]) {
    case types.membersAdded:
      return [event[3], ...event[4].slice(0, namedMax)];
    case types.memberRemoved:
    case types.roleChanged:
      return [event[3], event[4]];
    default:
      return [event[3]];
  }
}

function listed(userIds: readonly string[], nameOf: NameOf): string {
  if (userIds.length > namedMax) return `${userIds.length} people`;
  const names = userIds.map(nameOf);
  return names.length < 2 ? (names[0] ?? 'nobody') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

function capital(name: string): string {
  return name === 'you' ? 'You' : name;
}
