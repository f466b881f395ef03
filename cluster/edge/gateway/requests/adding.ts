// Adding people to groups as far as they want it (ACC-5): nobody over a block, whichever of the two it is, and whoever
// wants to be asked is asked. A block is told as it is for direct messages: that one of the two has blocked the other.
import type { MayAdd } from '../../../../actors/session/group-requests.ts';
import { accept, refuse, type Reply } from '../../../../actors/runtime/reply.ts';
import { askSession, type RequestDependencies } from './handler.ts';

/** Sessions that are asked at once. */
const atOnce = 32;

export interface Sorted {
  /** They come in at once. */
  readonly added: readonly string[];
  /** They decide for themselves. */
  readonly asked: readonly string[];
}

/** Pays for these people, and says which of them may be added. */
export async function sortPeople(
  dependencies: RequestDependencies,
  by: string,
  userIds: readonly string[],
): Promise<Reply<Sorted>> {
  const others = [...new Set(userIds)].filter((userId) => userId !== by);
  const { limiter } = dependencies;
  const waitMs = limiter.check('additions', by);
  if (waitMs > 0) return refuse('rate_limited', waitMs);
  limiter.charge('additions', by, others.length);
  const own = await askSession(dependencies, by, { type: 'blocks' });
  if (!own.ok) return own;
  if (others.some((userId) => own.value.includes(userId))) return refuse('blocked');
  const wishes = await wishesOf(dependencies, by, others);
  if (!wishes.ok) return wishes;
  if (wishes.value.includes('blocked')) return refuse('blocked');
  const having = (wish: MayAdd) => others.filter((_, at) => wishes.value[at] === wish);
  const contacts = await dependencies.directory.writersTo(by, having('if_contact'));
  const added = others.filter(
    (userId, at) => wishes.value[at] === 'yes' || (wishes.value[at] === 'if_contact' && contacts.has(userId)),
  );
  return accept({ added, asked: others.filter((userId) => !added.includes(userId)) });
}

async function wishesOf(
  dependencies: RequestDependencies,
  byUserId: string,
  userIds: readonly string[],
): Promise<Reply<MayAdd[]>> {
  const wishes: MayAdd[] = [];
  for (let from = 0; from < userIds.length; from += atOnce) {
    const some = userIds.slice(from, from + atOnce);
    const replies = await Promise.all(
      some.map((userId) => askSession(dependencies, userId, { type: 'ask_add', byUserId })),
    );
    for (const reply of replies) {
      if (!reply.ok) return reply;
      wishes.push(reply.value);
    }
  }
  return accept(wishes);
}

export interface Asking {
  readonly conversationId: string;
  readonly byUserId: string;
  readonly name: string;
}

/** Asks these people to come into the group. A repeat asks nobody twice. */
export async function askToComeIn(
  dependencies: RequestDependencies,
  userIds: readonly string[],
  asking: Asking,
): Promise<Reply<null>> {
  for (let from = 0; from < userIds.length; from += atOnce) {
    const some = userIds.slice(from, from + atOnce);
    const command = { type: 'note_group_request', ...asking } as const;
    const replies = await Promise.all(some.map((userId) => askSession(dependencies, userId, command)));
    const failed = replies.find(({ ok }) => !ok);
    if (failed) return failed;
  }
  return accept(null);
}
