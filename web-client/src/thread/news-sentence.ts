// News about a group, as one sentence for the line between its messages.
import type { News, NewsEvent } from '../store/news.ts';
import { isolated } from '../../../protocol/text/visible.ts';

/** Isolated; of oneself "you", which is "You" in the sentence's first place. */
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
    if (event.type === 'created') {
      name = event.name;
      return event.kind === 'group' ? [{ news: one, renamed: false }] : [];
    }
    if (event.type !== 'profileChanged') return [{ news: one, renamed: false }];
    const renamed = name !== null && name !== event.name;
    name = event.name;
    return [{ news: one, renamed }];
  });
}

export function newsSentence(event: NewsEvent, renamed: boolean, nameOf: NameOf, myId: string): string {
  const by = capital(nameOf(event.by));
  switch (event.type) {
    case 'created':
      return `${by} created the group “${isolated(event.name)}”`;
    case 'membersAdded': {
      const { by: adder, userIds } = event;
      if (userIds.length === 1 && userIds[0] === adder) return `${by} joined by an invitation`;
      return `${by} added ${listed(userIds, nameOf)}`;
    }
    case 'memberRemoved':
      return event.userId === event.by ? `${by} left` : `${by} removed ${nameOf(event.userId)}`;
    case 'roleChanged': {
      const who = capital(nameOf(event.userId));
      const verb = event.userId === myId ? 'are' : 'is';
      return event.role === 'admin' ? `${who} ${verb} an admin now` : `${who} ${verb} no longer an admin`;
    }
    case 'profileChanged':
      return renamed
        ? `${by} renamed the group to “${isolated(event.name)}”`
        : `${by} changed what the group shows of itself`;
    case 'conversationDeleted':
      return `${by} deleted this conversation`;
  }
}

/** Everyone whom the sentence names. */
export function peopleIn(event: NewsEvent): readonly string[] {
  switch (event.type) {
    case 'membersAdded':
      return [event.by, ...event.userIds.slice(0, namedMax)];
    case 'memberRemoved':
    case 'roleChanged':
      return [event.by, event.userId];
    default:
      return [event.by];
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
