// Coming into groups: nobody does over a block, and nobody who wants to be asked before they are (ACC-5).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../../protocol/waiting.ts';
import { sharedCluster } from '../../../ops/testing/shared-cluster.ts';
import { userIdOf, type TestCluster } from '../../../ops/testing/test-cluster.ts';
import type { InboxEvent, RequestError, SkeinClient } from '../../../protocol/client/index.ts';
import { limits } from '../../../protocol/limits.ts';
import { RestClient } from '../http/rest/testing/rest-client.ts';

let cluster: TestCluster;
const clients: SkeinClient[] = [];
const group = (name: string) => ({ name, description: '', avatarId: null });

before(async () => {
  ({ cluster } = await sharedCluster());
});

after(async () => {
  for (const client of clients) client.close();
});

async function people(
  ...names: string[]
): Promise<{ client: SkeinClient; id: string; inbox: InboxEvent[] }[]> {
  const connected = await Promise.all(names.map((name) => cluster.connect(name)));
  clients.push(...connected);
  return connected.map((client) => {
    const inbox: InboxEvent[] = [];
    client.on('inbox', (event) => inbox.push(event));
    client.followInbox(0);
    return { client, id: userIdOf(client), inbox };
  });
}

const refusedWith = (code: string) => (error: unknown) => (error as RequestError).code === code;
const memberIds = async (client: SkeinClient, id: string) =>
  (await client.members(id)).map(({ userId }) => userId).sort();

void test('[ACC-5] over a block nobody is added to a group, whichever of the two it is', async () => {
  const [ada, bob, eve] = (await people('block_ada', 'block_bob', 'block_eve')) as never as Awaited<
    ReturnType<typeof people>
  >;
  const { conversationId } = await ada!.client.createGroup([bob!.id, eve!.id], group('Before'));
  await bob!.client.removeMember(conversationId, bob!.id);
  await bob!.client.block(ada!.id);
  await assert.rejects(ada!.client.addMembers(conversationId, [bob!.id]), refusedWith('blocked'));
  await assert.rejects(ada!.client.createGroup([bob!.id, eve!.id], group('New')), refusedWith('blocked'));
  // The blocker does not reach the blocked either, and hears the same word.
  await assert.rejects(bob!.client.createGroup([ada!.id, eve!.id], group('Back')), refusedWith('blocked'));
  assert.deepEqual(await memberIds(ada!.client, conversationId), [ada!.id, eve!.id].sort());
  await bob!.client.block(ada!.id, false);
  await ada!.client.addMembers(conversationId, [bob!.id]);
  assert.equal((await memberIds(ada!.client, conversationId)).length, 3);
});

void test('[ACC-5] who wants to be asked is asked, and comes in by accepting', async () => {
  const [ada, bob, eve] = await people('ask_ada', 'ask_bob', 'ask_eve');
  await bob!.client.setGroupsFrom('nobody');
  const { conversationId: id } = await ada!.client.createGroup([bob!.id, eve!.id], group('Crew'));
  assert.deepEqual(await memberIds(ada!.client, id), [ada!.id, eve!.id].sort());
  await eventually(() => bob!.inbox.some(({ type }) => type === 'groupRequested'));
  await assert.rejects(bob!.client.conversation(id), refusedWith('conversation_not_found'));
  const { groupsFrom, requests } = await bob!.client.groupRequests();
  assert.equal(groupsFrom, 'nobody');
  assert.deepEqual(
    requests.map(({ conversationId, name, by }) => [conversationId, name, by]),
    [[id, 'Crew', ada!.id]],
  );
  // Once asked is asked.
  await ada!.client.addMembers(id, [bob!.id]);
  assert.equal((await bob!.client.groupRequests()).requests.length, 1);
  await bob!.client.answerGroupRequest(id, true);
  assert.deepEqual(await memberIds(bob!.client, id), [ada!.id, bob!.id, eve!.id].sort());
  assert.deepEqual((await bob!.client.groupRequests()).requests, []);
});

void test('[ACC-5] REST: who declines is not asked again for that group, and the setting outlives the session', async () => {
  const [ada, bob, eve] = await people('rest_ada', 'rest_bob', 'rest_eve');
  const rest = await RestClient.of(cluster, 'rest_bob');
  assert.equal((await rest.put('/v1/settings/groups-from', { groupsFrom: 'nobody' })).status, 204);
  const { conversationId: id } = await ada!.client.createGroup([bob!.id, eve!.id], group('Nagging'));
  const path = `/v1/group-requests/${id}`;
  assert.equal((await rest.get('/v1/group-requests')).json.requests[0].name, 'Nagging');
  assert.equal((await rest.delete(path)).status, 204);
  assert.equal((await rest.delete(path)).status, 204);
  await ada!.client.addMembers(id, [bob!.id]);
  const { groupsFrom, requests } = (await rest.get('/v1/group-requests')).json;
  assert.deepEqual([groupsFrom, requests], ['nobody', []]);
  assert.equal((await rest.put(path)).json.code, 'invitation_invalid');
  assert.deepEqual(await memberIds(ada!.client, id), [ada!.id, eve!.id].sort());
  await eventually(async () => {
    const { rows } = await cluster.database.query(
      `select s.groups_from, r.declined from user_settings s join group_requests r using (user_id) where user_id = $1`,
      [bob!.id],
    );
    return rows.length === 1 && rows[0].groups_from === 'nobody' && rows[0].declined;
  });
});

void test('[ACC-5] contacts are those whom one has written to, not those who write', async () => {
  const [ada, bob, eve] = await people('contact_ada', 'contact_bob', 'contact_eve');
  await bob!.client.setGroupsFrom('contacts');
  const { conversationId: direct } = await ada!.client.openDirect(bob!.id);
  await ada!.client.send(direct, 'hello, you do not know me');
  const first = await ada!.client.createGroup([bob!.id, eve!.id], group('Strangers'));
  assert.equal((await memberIds(ada!.client, first.conversationId)).length, 2);
  await bob!.client.send(direct, 'now I do');
  await eventually(async () => {
    const { conversationId } = await ada!.client.createGroup([bob!.id, eve!.id], group('Contacts'));
    return (await memberIds(ada!.client, conversationId)).includes(bob!.id);
  });
});

void test('[ACC-5] a request ends with the rights of the one who asked', async () => {
  const [ada, bob, eve] = await people('end_ada', 'end_bob', 'end_eve');
  await bob!.client.setGroupsFrom('nobody');
  const { conversationId: id } = await ada!.client.createGroup([bob!.id, eve!.id], group('Over'));
  await ada!.client.setRole(id, eve!.id, 'admin');
  await ada!.client.setRole(id, ada!.id, 'member');
  await assert.rejects(bob!.client.answerGroupRequest(id, true), refusedWith('invitation_invalid'));
  assert.deepEqual((await bob!.client.groupRequests()).requests, []);
  // Another admin may ask: the person has not declined, and the first one may not add people any more.
  await ada!.client.addMembers(id, [bob!.id]).catch(() => undefined);
  await eve!.client.addMembers(id, [bob!.id]);
  assert.deepEqual(
    (await bob!.client.groupRequests()).requests.map(({ by }) => by),
    [eve!.id],
  );
  await bob!.client.answerGroupRequest(id, true);
  assert.equal((await bob!.client.conversation(id)).name, 'Over');
});

void test('[ACC-5] a block after the question closes the way in, whoever of the two blocks', async () => {
  const [ada, bob, eve] = await people('late_ada', 'late_bob', 'late_eve');
  await bob!.client.setGroupsFrom('nobody');
  const { conversationId: id } = await ada!.client.createGroup([bob!.id, eve!.id], group('Late\u202e'));
  const names = (await bob!.client.groupRequests()).requests.map(({ name }) => name);
  assert.deepEqual(names, ['Late'], 'the name is clean');
  await bob!.client.block(ada!.id);
  assert.deepEqual((await bob!.client.groupRequests()).requests, []);
  await bob!.client.block(ada!.id, false);
  await ada!.client.block(bob!.id);
  await assert.rejects(bob!.client.answerGroupRequest(id, true), refusedWith('invitation_invalid'));
  const members = (await ada!.client.members(id)).map(({ userId }) => userId);
  assert.deepEqual(members.sort(), [ada!.id, eve!.id].sort());
});

void test('[ACC-6] making groups, adding people and making invitations have limits of their own', async () => {
  const [ada, bob, eve] = await people('hasty_ada', 'hasty_bob', 'hasty_eve');
  const codes: string[] = [];
  let made = 0;
  for (let at = 0; at < 2 * limits.groupsBurst + 10 && codes.length === 0; at++)
    await ada!.client.createGroup([bob!.id, eve!.id], group(`Group ${at}`)).then(
      () => made++,
      (error: RequestError) => codes.push(error.code, String((error.retryAfterMs ?? 0) > 1_000)),
    );
  assert.deepEqual(codes, ['rate_limited', 'true']);
  assert.ok(made >= limits.groupsBurst && made < limits.groupsBurst + 10, `${made}`);
  // Other requests have their own budget.
  await ada!.client.findUsers('hasty');
});
