// `npm start -- --demo`: people and conversations in an installation that has none of them yet. A second start finds the
// people and leaves everything as it is.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openClusterSecret } from '../../cluster/cluster-secret.ts';
import { sealerOf } from '../../cluster/identity/key-sealer.ts';
import { issueAccessToken } from '../../cluster/identity/issue-token.ts';
import { Passwords } from '../../cluster/identity/passwords.ts';
import { Users, type Account } from '../../cluster/identity/users.ts';
import { groups, longThread, people, talks, type Line } from './cast.ts';
import { RestPerson } from './rest.ts';

/** Everyone's. Only an installation on the loopback address is seeded. */
export const demoPassword = 'a warm demo password';

export interface DemoPlace {
  readonly databaseUrl: string;
  readonly clusterSecretFile: string;
  /** Where the server listens. */
  readonly url: string;
  readonly publicUrl: string;
}

/** An answer that tells of one conversation. */
interface Opened {
  readonly conversation: { readonly conversationId: string };
}

type Cast = ReadonlyMap<string, RestPerson>;

const tokenLifetimeSeconds = 1_800;

/** Answers false when the people were there already. */
export async function seedDemo(place: DemoPlace, say: (step: string) => void): Promise<boolean> {
  const database = new pg.Pool({ connectionString: place.databaseUrl, max: 2 });
  try {
    say('people');
    const accounts = await createPeople(database);
    if (accounts === null) return false;
    const cast: Cast = new Map(
      await Promise.all(
        accounts.map(async (account) => [account.handle, await enter(database, place, account)] as const),
      ),
    );
    for (const talk of talks) {
      say(`the conversation with ${talk.with}`);
      await seedTalk(cast, talk);
    }
    for (const group of groups) {
      say(group.name);
      await seedGroup(cast, group);
    }
    say(`${longThread.messages} messages in ${longThread.name}`);
    await seedLongThread(cast);
    return true;
  } finally {
    await database.end();
  }
}

/** Null when someone of them is there already. */
async function createPeople(database: pg.Pool): Promise<Account[] | null> {
  const users = new Users(database);
  const passwords = await Passwords.create();
  const accounts: Account[] = [];
  for (const { handle, name } of people) {
    const account = { userId: randomUUID(), handle, displayName: name };
    const passwordHash = await passwords.hash(demoPassword);
    if (!(await users.create({ ...account, passwordHash }))) return null;
    accounts.push(account);
  }
  return accounts;
}

async function enter(
  database: pg.Pool,
  { url, publicUrl, clusterSecretFile }: DemoPlace,
  account: Account,
): Promise<RestPerson> {
  const lifetimeSeconds = tokenLifetimeSeconds;
  const token = await issueAccessToken(database, sealerOf(openClusterSecret(clusterSecretFile)), {
    publicUrl,
    account,
    lifetimeSeconds,
  });
  return new RestPerson(url, account.userId, token);
}

async function seedTalk(cast: Cast, { with: peer, readLines, lines }: (typeof talks)[number]): Promise<void> {
  const me = cast.get(people[0]!.handle)!;
  const { conversation } = await me.ask<Opened>('PUT', `/v1/users/${cast.get(peer)!.userId}/conversation`);
  const seqs = await write(cast, conversation.conversationId, lines);
  const readSeq = seqs[readLines - 1] ?? 0;
  if (readSeq > 0) {
    await me.ask('PUT', `/v1/conversations/${conversation.conversationId}/cursor`, {
      deliveredSeq: readSeq,
      readSeq,
    });
  }
}

async function seedGroup(cast: Cast, { name, description, members, avatar, lines }: (typeof groups)[number]) {
  const [creator, ...others] = members.map((handle) => cast.get(handle)!);
  const avatarId = avatar ? await creator!.upload(name) : null;
  const memberIds = others.map(({ userId }) => userId);
  const { conversation } = await creator!.ask<Opened>('POST', '/v1/conversations', {
    memberIds,
    name,
    description,
    avatarId,
  });
  await write(cast, conversation.conversationId, lines);
}

async function seedLongThread(cast: Cast): Promise<void> {
  const { name, description, members, messages } = longThread;
  const all = members.map((handle) => cast.get(handle)!);
  const { conversation } = await all[0]!.ask<Opened>('POST', '/v1/conversations', {
    memberIds: all.slice(1).map(({ userId }) => userId),
    name,
    description,
  });
  for (let at = 1; at <= messages; at++) {
    const body =
      at % 25 === 0 ? `Entry ${at}.\n${'A longer note about the year. '.repeat(12)}` : `Entry ${at}.`;
    await all[at % all.length]!.ask('POST', `/v1/conversations/${conversation.conversationId}/messages`, {
      body,
    });
  }
}

/** The lines' sequence numbers. */
async function write(cast: Cast, conversationId: string, lines: readonly Line[]): Promise<number[]> {
  const seqs: number[] = [];
  const messages = `/v1/conversations/${conversationId}/messages`;
  for (const { from, body, replyTo, mentions = [], reactions = [], picture } of lines) {
    const author = cast.get(from)!;
    const { seq } = await author.ask<{ seq: number }>('POST', messages, {
      body,
      replyTo: replyTo === undefined ? null : seqs[replyTo]!,
      mentions: mentions.map((handle) => cast.get(handle)!.userId),
      attachmentIds: picture === undefined ? [] : [await author.upload(picture)],
    });
    seqs.push(seq);
    for (const [handle, emoji] of reactions) {
      await cast.get(handle)!.ask('PUT', `${messages}/${seq}/reactions/${encodeURIComponent(emoji)}`);
    }
  }
  return seqs;
}
