// Groups on a real cluster of two workers: who belongs, who may do what, and that nobody hears what is not for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../../protocol/waiting.ts';
import { answerOf } from '../../../ops/testing/refusal.ts';
import { sharedCluster } from '../../../ops/testing/shared-cluster.ts';
import { userIdOf, type TestCluster } from '../../../ops/testing/test-cluster.ts';
import type { ConversationSummary, SkeinClient } from '../../../protocol/client/index.ts';
import { PostgresConversationStore } from '../../../storage/postgres/conversation-store.ts';
import { systemClock, systemTimers } from '../../system-ports.ts';
import { KeyMaker } from '../../../protocol/ids.ts';
import { limits } from '../../../protocol/limits.ts';
import { rounds } from '../../../protocol/testing/rounds.ts';

let cluster: TestCluster;
const clients: SkeinClient[] = [];
const profile = { name: 'Weavers', description: 'Threads', avatarId: null };

before(async () => {
  ({ cluster } = await sharedCluster());
});
after(async () => {
  for (const client of clients) client.close();
});

async function people(...subjects: string[]): Promise<SkeinClient[]> {
  const connected = await Promise.all(subjects.map((subject) => cluster.connect(subject)));
  clients.push(...connected);
  return connected;
}

const ids = (...of: SkeinClient[]) => of.map(userIdOf);

/** Everything of one conversation that a client is told from now on. */
function listen(client: SkeinClient, conversationId: string) {
  const heard: { seq: number; type: string; body: string | null }[] = [];
  client.on('event', (id, event) => {
    const body = event.type === 'message' ? event.body : null;
    if (id === conversationId) heard.push({ seq: event.seq, type: event.type, body });
  });
  return heard;
}

/** Profile of a group, and the role in it. */
function about({ memberCount, name, description, avatarId, role }: ConversationSummary) {
  return [memberCount, name, description, avatarId, role];
}

void test('[GRP-1] a group is made once, with its members, name and description, and they learn of it', async () => {
  const [ada, bob, eve] = (await people('g1-ada', 'g1-bob', 'g1-eve')) as [
    SkeinClient,
    SkeinClient,
    SkeinClient,
  ];
  const invited: string[] = [];
  bob.on('inbox', (event) => event.type === 'conversationAdded' && invited.push(event.conversationId));
  bob.followInbox();
  const key = ada.newKey();
  const made = await Promise.all([1, 2, 3].map(() => ada.createGroup(ids(bob, eve), profile, key)));
  const { conversationId: id, kind } = made[0]!;
  assert.deepEqual(
    made.map(({ conversationId }) => conversationId),
    [id, id, id],
  );
  assert.equal(kind, 'group');
  assert.deepEqual(about(made[0]!), [3, 'Weavers', 'Threads', null, 'admin']);
  const members = await bob.members(id);
  assert.deepEqual(
    new Map(members.map(({ userId, role }) => [userId, role])),
    new Map([
      [userIdOf(ada), 'admin'],
      [userIdOf(bob), 'member'],
      [userIdOf(eve), 'member'],
    ]),
  );
  await eventually(() => invited.includes(id));
  await eventually(async () =>
    (await eve.conversations()).conversations.some(({ conversationId }) => conversationId === id),
  );
});

void test('[GRP-1] two are too few, the 501st is refused, and a name is needed', async () => {
  const [ada, bob] = (await people('g2-ada', 'g2-bob')) as [SkeinClient, SkeinClient];
  assert.equal(await answerOf(() => ada.createGroup(ids(bob), profile)), 'group_too_small');
  assert.equal(
    await answerOf(() => ada.createGroup([userIdOf(bob), crypto.randomUUID()], profile)),
    'user_not_found',
  );
  const crowd = await insertUsers('g2-crowd', limits.groupMembersMax);
  assert.equal(await answerOf(() => ada.createGroup(crowd, profile)), 'group_full');
  assert.equal(
    await answerOf(() => ada.createGroup(crowd.slice(0, 2), { ...profile, name: ' ' })),
    'name_empty',
  );
  const { conversationId: id } = await ada.createGroup(crowd.slice(0, limits.groupMembersMax - 1), profile);
  assert.equal((await ada.members(id)).length, limits.groupMembersMax);
  assert.equal(await answerOf(() => ada.addMembers(id, ids(bob))), 'group_full');
});

void test('[GRP-2] only admins invite, remove, promote, demote and rename; the last one hands over first', async () => {
  const [ada, bob, eve, dan] = (await people('g3-ada', 'g3-bob', 'g3-eve', 'g3-dan')) as [
    SkeinClient,
    SkeinClient,
    SkeinClient,
    SkeinClient,
  ];
  const { conversationId: id } = await ada.createGroup(ids(bob, eve), profile);
  const forbidden = [
    () => bob.addMembers(id, ids(dan)),
    () => bob.removeMember(id, userIdOf(eve)),
    () => bob.setRole(id, userIdOf(bob), 'admin'),
    () => bob.updateGroup(id, { ...profile, name: 'Mine' }),
    () => bob.createInvite(id),
    () => bob.deleteConversation(id),
  ];
  for (const attempt of forbidden) assert.equal(await answerOf(attempt), 'not_an_admin', `${attempt}`);
  const strange = [
    () => dan.addMembers(id, ids(dan)),
    () => dan.removeMember(id, userIdOf(dan)),
    () => dan.members(id),
  ];
  for (const attempt of strange)
    assert.equal(await answerOf(attempt), 'conversation_not_found', `${attempt}`);
  assert.equal(await answerOf(() => ada.removeMember(id, userIdOf(ada))), 'last_admin');
  assert.equal(await answerOf(() => ada.setRole(id, userIdOf(ada), 'member')), 'last_admin');
  assert.equal(await answerOf(() => ada.setRole(id, userIdOf(dan), 'admin')), 'not_a_member');
  await ada.setRole(id, userIdOf(bob), 'admin');
  await bob.updateGroup(id, { name: 'Spinners', description: '', avatarId: null });
  assert.deepEqual(about(await eve.conversation(id)).slice(1, 3), ['Spinners', '']);
  await ada.removeMember(id, userIdOf(ada));
  assert.equal(await answerOf(() => ada.send(id, 'still here?')), 'conversation_not_found');
  assert.equal(await answerOf(() => bob.removeMember(id, userIdOf(bob))), 'last_admin');
});

void test('[GRP-2] whoever has the invitation joins; without it, or with an old one, nobody does', async () => {
  const [ada, bob, eve, dan] = (await people('g4-ada', 'g4-bob', 'g4-eve', 'g4-dan')) as [
    SkeinClient,
    SkeinClient,
    SkeinClient,
    SkeinClient,
  ];
  const { conversationId: id } = await ada.createGroup(ids(bob, eve), profile);
  assert.equal(await answerOf(() => dan.join(id, 'guess')), 'invitation_invalid');
  const code = await ada.createInvite(id);
  const { name, description, memberCount, isMember } = await dan.invitation(id, code);
  assert.deepEqual([name, description, memberCount, isMember], ['Weavers', 'Threads', 3, false]);
  const joined = await dan.join(id, code);
  assert.deepEqual([joined.conversationId, joined.memberCount, joined.role], [id, 4, 'member']);
  assert.equal((await dan.join(id, code)).conversationId, id, 'twice');
  await ada.removeMember(id, userIdOf(dan));
  const newer = await ada.createInvite(id);
  assert.equal(await answerOf(() => dan.join(id, code)), 'invitation_invalid');
  assert.equal(await answerOf(() => dan.join(id, newer)), 'invitation_invalid', 'removed by another');
  await ada.revokeInvite(id);
  // The record says so too, once it has it: for the time after a restart.
  const store = new PostgresConversationStore(cluster.database, systemClock, systemTimers);
  await eventually(() => store.wasRemoved(id, userIdOf(dan)));
  assert.equal(await store.wasRemoved(id, userIdOf(bob)), false);
  await ada.addMembers(id, [userIdOf(dan)]);
  await dan.removeMember(id, userIdOf(dan));
  await eventually(async () => !(await store.wasRemoved(id, userIdOf(dan))));
  const third = await ada.createInvite(id);
  assert.equal(await answerOf(() => dan.join(id, third)), 'accepted', 'left by himself');
  await ada.revokeInvite(id);
  const { events } = await bob.history(id, 'after', 0);
  assert.ok(!JSON.stringify(events).includes(newer), 'the code is in no event');
});

void test('[GRP-3] who is added reads what was said before and hears everything after, with nothing unread', async () => {
  const [ada, bob, eve, dan] = (await people('g5-ada', 'g5-bob', 'g5-eve', 'g5-dan')) as [
    SkeinClient,
    SkeinClient,
    SkeinClient,
    SkeinClient,
  ];
  const { conversationId: id } = await ada.createGroup(ids(bob, eve), profile);
  for (const body of ['one', 'two']) await ada.send(id, body);
  await ada.addMembers(id, ids(dan));
  const heard = listen(dan, id);
  dan.follow(id);
  await eventually(() => dan.cursorOf(id) !== null);
  await ada.send(id, 'three');
  await eventually(() => heard.some(({ body }) => body === 'three'));
  const { events } = await dan.history(id, 'after', 0);
  const bodies = events.filter((event) => event.type === 'message').map((event) => event.body);
  assert.deepEqual(bodies, ['one', 'two', 'three']);
  assert.equal((await dan.conversation(id)).unread, 1);
});

const removals = rounds(200, 40);
void test(`[GRP-4] after the acknowledgement of a removal the removed member gets nothing, over ${removals} trials with sends`, async () => {
  const [ada, bob, eve] = (await people('g6-ada', 'g6-bob', 'g6-eve')) as [
    SkeinClient,
    SkeinClient,
    SkeinClient,
  ];
  const [bobId, eveId] = ids(bob, eve) as [string, string];
  const { conversationId: id } = await ada.createGroup([bobId, eveId], profile);
  let lateForEve = 0;
  let removedAtSeq = Infinity;
  let removed = false;
  let heardSince = 0;
  eve.on('event', (conversationId, event) => {
    if (conversationId !== id) return;
    if (event.seq >= removedAtSeq) lateForEve++;
    if (removed) heardSince++;
  });
  const seqs: number[] = [];
  bob.on('event', (conversationId, event) => {
    if (conversationId !== id) return;
    seqs.push(event.seq);
    if (event.type === 'memberRemoved') removedAtSeq = event.seq;
  });
  bob.follow(id);
  let trials = 0;
  let heardBefore = 0;
  eve.on('event', () => heardBefore++);
  for (; trials < removals; trials++) {
    removed = false;
    removedAtSeq = Infinity;
    eve.follow(id);
    await eventually(() => eve.cursorOf(id) !== null, { everyMs: 2 });
    const racing = Array.from({ length: 3 }, (_, at) => (at < 2 ? ada : bob).send(id, `${trials}.${at}`));
    if (trials % 3 > 0) await racing[0];
    await ada.removeMember(id, eveId);
    // Frames written to her socket before the acknowledgement are read before a later answer.
    await eve.users([eveId]);
    removed = true;
    await Promise.all(racing);
    assert.equal(await answerOf(() => eve.send(id, 'and me?')), 'conversation_not_found');
    assert.equal(await answerOf(() => eve.history(id, 'after', 0)), 'conversation_not_found');
    assert.equal(eve.cursorOf(id), null, 'her subscription has ended');
    await ada.addMembers(id, [eveId]);
  }
  assert.ok(heardBefore > removals / 2, `the races were races: ${heardBefore} events heard before removals`);
  assert.deepEqual({ heardSince, lateForEve }, { heardSince: 0, lateForEve: 0 });
  const head = (await bob.history(id, 'before', Number.MAX_SAFE_INTEGER, 1)).events[0]!.seq;
  await eventually(() => seqs.at(-1) === head);
  assert.deepEqual(
    seqs,
    Array.from({ length: seqs.length }, (_, at) => seqs[0]! + at),
    'for those who stay the sequence has no gap',
  );
});

void test('[GRP-5] a deleted group refuses every command, and leaves every list', async () => {
  const [ada, bob, eve] = (await people('g7-ada', 'g7-bob', 'g7-eve')) as [
    SkeinClient,
    SkeinClient,
    SkeinClient,
  ];
  const { conversationId: id } = await ada.createGroup(ids(bob, eve), profile);
  const { seq } = await bob.send(id, 'the last word');
  const heard = listen(eve, id);
  const removed: string[] = [];
  eve.on('inbox', (event) => event.type === 'conversationRemoved' && removed.push(event.conversationId));
  eve.followInbox();
  eve.follow(id);
  await eventually(() => eve.cursorOf(id) !== null);
  await ada.deleteConversation(id);
  await eventually(() => heard.some(({ type }) => type === 'conversationDeleted'));
  await eventually(() => removed.includes(id));
  const attempts = [
    () => bob.send(id, 'hello?'),
    () => bob.edit(id, seq, 'changed'),
    () => bob.deleteMessage(id, seq),
    () => bob.react(id, seq, '👍'),
    () => ada.addMembers(id, ids(bob)),
    () => ada.removeMember(id, userIdOf(bob)),
    () => ada.updateGroup(id, profile),
    () => ada.createInvite(id),
    () => ada.deleteConversation(id),
    () => bob.history(id, 'after', 0),
    () => bob.members(id),
    () => bob.conversation(id),
  ];
  for (const attempt of attempts) assert.equal(await answerOf(attempt), 'conversation_deleted', `${attempt}`);
  await eventually(async () =>
    (await bob.conversations()).conversations.every(({ conversationId }) => conversationId !== id),
  );
});

void test('[GRP-1] [DM-2] one message reaches 500 online members, and all of them read on', async () => {
  const size = limits.groupMembersMax;
  const subjects = Array.from({ length: size - 1 }, (_, at) => `g8-${at}`);
  const others: SkeinClient[] = [];
  for (let at = 0; at < subjects.length; at += 50) {
    others.push(...(await people(...subjects.slice(at, at + 50))));
  }
  const [ada] = (await people('g8-ada')) as [SkeinClient];
  const { conversationId: id } = await ada.createGroup(others.map(userIdOf), profile);
  const reached = new Set<number>();
  others.forEach((client, at) => {
    client.on('event', (conversationId, event) => {
      const isIt = event.type === 'message' && event.body === 'to all of you';
      if (conversationId === id && isIt) reached.add(at);
    });
    client.follow(id);
  });
  await eventually(() => others.every((client) => client.cursorOf(id) !== null));
  await ada.send(id, 'to all of you');
  await eventually(() => reached.size === size - 1);
  const counts = new Map<number, number[]>();
  others.forEach((client, at) => {
    client.on('event', (_id, event) => {
      if (event.type !== 'reaction') return;
      const [one, two] = counts.get(at) ?? [0, 0];
      counts.set(at, event.emoji === '👍' ? [one! + 1, two!] : [one!, two! + 1]);
    });
  });
  const { seq } = await ada.send(id, 'react!');
  await Promise.all(
    others.slice(0, 100).map((client, at) => client.react(id, seq, at % 4 === 0 ? '🎉' : '👍')),
  );
  const exact = ([one, two]: number[] = []) => one === 75 && two === 25;
  await eventually(() => others.every((_, at) => exact(counts.get(at))));
  for (const client of [ada, others[0]!, others[498]!]) {
    const message = (await client.history(id, 'after', seq - 1, 1)).events[0]!;
    assert.ok(message.type === 'message');
    const shown = message.reactions.map(({ emoji, count }) => [emoji, count]).sort();
    assert.deepEqual(shown, [['🎉', 25], ['👍', 75]].sort()); // prettier-ignore
  }
  assert.equal((await ada.receipts(id)).length > 0, true);
});

/** People who never connect. */
async function insertUsers(prefix: string, count: number): Promise<string[]> {
  const keys = new KeyMaker(Date.now);
  const userIds = Array.from({ length: count }, () => keys.next());
  await cluster.database.query(
    `insert into users (user_id, handle, display_name)
     select id, $2 || n, 'Someone' from unnest($1::uuid[]) with ordinality as t (id, n)`,
    [userIds, prefix.replaceAll('-', '_')],
  );
  return userIds;
}
