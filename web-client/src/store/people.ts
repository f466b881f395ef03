// Everyone this page has heard of by name, who of those it looks at is there, and whom this person blocks.
import type { GroupRequest, GroupsFrom, PresenceOf } from '../../../protocol/client/index.ts';
import type { Person } from './state.ts';

export type People = ReadonlyMap<string, Person>;

export interface Presence {
  readonly online: boolean;
  /** Null for who is there now, and for who was never seen. */
  readonly lastSeenMs: number | null;
}

export type Presences = ReadonlyMap<string, Presence>;

export type PeopleAction =
  | { readonly type: 'peopleKnown'; readonly people: readonly Person[] }
  | { readonly type: 'presence'; readonly presences: readonly PresenceOf[] }
  | { readonly type: 'blocksLoaded'; readonly userIds: readonly string[] }
  | {
      readonly type: 'groupRequests';
      readonly groupsFrom: GroupsFrom;
      readonly requests: readonly GroupRequest[];
    }
  | { readonly type: 'blocked'; readonly userId: string; readonly blocked: boolean };

/** The same map when nobody is new or renamed. */
export function withPeople(known: People, people: readonly Person[]): People {
  const news = people.filter((person) => {
    const before = known.get(person.userId);
    return before?.displayName !== person.displayName || before.handle !== person.handle;
  });
  if (news.length === 0) return known;
  const next = new Map(known);
  for (const { userId, handle, displayName } of news) next.set(userId, { userId, handle, displayName });
  return next;
}

export function withPresences(known: Presences, told: readonly PresenceOf[]): Presences {
  if (told.length === 0) return known;
  const next = new Map(known);
  for (const { userId, online, lastSeenMs } of told) next.set(userId, { online, lastSeenMs });
  return next;
}

export function withBlock(
  blocked: ReadonlySet<string>,
  userId: string,
  isBlocked: boolean,
): ReadonlySet<string> {
  if (blocked.has(userId) === isBlocked) return blocked;
  const next = new Set(blocked);
  if (isBlocked) next.add(userId);
  else next.delete(userId);
  return next;
}
