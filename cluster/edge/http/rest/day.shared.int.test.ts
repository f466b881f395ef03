// A user's whole day over HTTP alone, on a real cluster of two workers, while someone else sees it on a socket.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../../../protocol/waiting.ts';
import { sharedCluster } from '../../../../ops/testing/shared-cluster.ts';
import { userIdOf as idOfClient, type TestCluster } from '../../../../ops/testing/test-cluster.ts';
import type { ConversationEvent, SkeinClient } from '../../../../protocol/client/index.ts';
import { KeyMaker } from '../../../../protocol/ids.ts';
import { userIdOf } from '../../gateway/authenticator.ts';
import { refused, RestClient, type RestAnswer } from './testing/rest-client.ts';

const keys = new KeyMaker(Date.now);

let cluster: TestCluster;
const clients: SkeinClient[] = [];

before(async () => {
  ({ cluster } = await sharedCluster());
});

after(async () => {
  for (const client of clients) client.close();
});

interface Person {
  readonly id: string;
  readonly rest: RestClient;
}

/** Someone who has been here once, so that others find them. */
async function person(subject: string): Promise<Person> {
  const rest = await RestClient.of(cluster, subject);
  ok(await rest.get('/v1/conversations'));
  return { id: userIdOf(cluster.issuer.issuer, subject), rest };
}

function ok({ status, json }: RestAnswer, expected = 200) {
  assert.equal(status, expected, JSON.stringify(json));
  return json;
}

/** A client on a socket, and all that it is told of a conversation. */
async function watcher(subject: string, room: string) {
  const client = await cluster.connect(subject);
  clients.push(client);
  const events: ConversationEvent[] = [];
  client.on('event', (id, event) => void (id === room && events.push(event)));
  let subscribed = false;
  client.on('subscribed', (id) => void (subscribed ||= id === room));
  client.follow(room);
  assert.ok(await until(() => subscribed));
  const sees = (type: ConversationEvent['type'], count = 1) =>
    until(() => events.filter((event) => event.type === type).length >= count);
  return { client, events, sees };
}

async function eventually(read: () => Promise<RestAnswer>, wanted: (answer: RestAnswer) => boolean) {
  let last: RestAnswer | null = null;
  const found = await until(async () => wanted((last = await read())));
  assert.ok(found, JSON.stringify(last));
  return last as unknown as RestAnswer;
}

/** The address of the next page. */
function next({ headers }: RestAnswer): string | null {
  return /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null;
}

test('[DM-1] [DM-2] [MSG-4] two people talk: one over HTTP, the other on a socket', async () => {
  const [ann, ben] = await Promise.all([person('talk_ann'), person('talk_ben')]);
  const { conversation } = ok(await ann.rest.put(`/v1/users/${ben.id}/conversation`));
  const room = conversation.conversationId as string;
  assert.equal(conversation.kind, 'direct');
  assert.equal(ok(await ben.rest.put(`/v1/users/${ann.id}/conversation`)).conversation.conversationId, room);
  const there = await watcher('talk_ben', room);
  assert.equal(idOfClient(there.client), ben.id);
  const messages = `/v1/conversations/${room}/messages`;

  const key = keys.next();
  const first = ok(await ann.rest.post(messages, { body: 'good morning', key }), 201);
  assert.deepEqual([first.key, first.ordinal], [key, 1]);
  assert.deepEqual(ok(await ann.rest.post(messages, { body: 'good morning', key }), 201), first);
  const header = { 'idempotency-key': key };
  assert.deepEqual(ok(await ann.rest.post(messages, { body: 'good morning' }, header), 201), first);
  refused(await ann.rest.post(messages, { body: 'else', key }), 409, 'key_reused');
  refused(
    await ann.rest.post(messages, { body: 'x', key: keys.next() }, header),
    400,
    'invalid_frame',
    /key/,
  );
  const second = ok(await ann.rest.post(messages, { body: 'and again', replyTo: first.seq }), 201);
  assert.equal(second.ordinal, 2);
  assert.ok(await there.sees('message', 2));
  assert.deepEqual(
    there.events.flatMap((event) =>
      event.type === 'message' ? [[event.by, event.body, event.replyTo]] : [],
    ),
    [
      [ann.id, 'good morning', null],
      [ann.id, 'and again', first.seq],
    ],
  );

  const one = `${messages}/${first.seq}`;
  ok(await ann.rest.put(one, { body: 'good evening' }), 204);
  refused(await ben.rest.put(one, { body: 'mine' }), 403, 'not_the_author');
  ok(await ben.rest.put(`${one}/reactions/${encodeURIComponent('👍')}`), 204);
  ok(await ben.rest.put(`${one}/reactions/${encodeURIComponent('👍')}`), 204);
  refused(await ben.rest.put(`${one}/reactions/no`), 400, 'emoji_invalid');
  assert.ok(await there.sees('reaction'));
  const page = ok(await ann.rest.get(`/v1/conversations/${room}/events`));
  const shown = page.events.find((event: { seq: number }) => event.seq === first.seq);
  assert.deepEqual(
    [shown.type, shown.body, shown.reactions],
    ['message', 'good evening', [{ emoji: '👍', count: 1, mine: false }]],
  );
  await eventually(
    () => ann.rest.get(`${one}/revisions`),
    ({ json }) => json.revisions?.length === 2,
  );
  await eventually(
    () => ann.rest.get(`${one}/reactions/${encodeURIComponent('👍')}`),
    ({ json }) => json.userIds?.[0] === ben.id && !json.more,
  );
  ok(await ben.rest.delete(`${one}/reactions/${encodeURIComponent('👍')}`), 204);
  ok(await ann.rest.delete(one), 204);
  assert.ok(await there.sees('messageDeleted'));
  refused(await ben.rest.put(`${one}/reactions/${encodeURIComponent('👍')}`), 410, 'message_deleted');
});

test('[DM-3] history is paged both ways by the address that the link header gives', async () => {
  const [ann, ben] = await Promise.all([person('page_ann'), person('page_ben')]);
  const room = ok(await ann.rest.put(`/v1/users/${ben.id}/conversation`)).conversation
    .conversationId as string;
  for (let at = 1; at <= 7; at++)
    ok(await ann.rest.post(`/v1/conversations/${room}/messages`, { body: `${at}` }), 201);
  const walk = async (path: string) => {
    const pages: number[][] = [];
    for (let at: string | null = path; at !== null;) {
      const answer: RestAnswer = await ben.rest.get(at);
      pages.push(ok(answer).events.map(({ seq }: { seq: number }) => seq));
      assert.equal(next(answer) !== null, answer.json.more);
      at = next(answer);
    }
    return pages;
  };
  const events = `/v1/conversations/${room}/events`;
  assert.deepEqual(await walk(`${events}?after=0&limit=3`), [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8],
  ]);
  assert.deepEqual(await walk(`${events}?limit=3`), [
    [6, 7, 8],
    [3, 4, 5],
    [1, 2],
  ]);
  assert.deepEqual(await walk(`${events}?before=3`), [[1, 2]]);
  refused(await ben.rest.get(`${events}?before=3&after=1`), 400, 'invalid_frame', /before/);
});

test('[MSG-6] reading, receipts, typing, mute and the list of conversations', async () => {
  const [ann, ben] = await Promise.all([person('read_ann'), person('read_ben')]);
  const room = ok(await ann.rest.put(`/v1/users/${ben.id}/conversation`)).conversation
    .conversationId as string;
  const one = `/v1/conversations/${room}`;
  const { seq } = ok(await ann.rest.post(`${one}/messages`, { body: 'read me' }), 201);
  ok(await ben.rest.put(`${one}/cursor`, { deliveredSeq: seq, readSeq: seq }), 204);
  const { cursors } = ok(await ann.rest.get(`${one}/receipts`));
  const his = cursors.find(({ userId }: { userId: string }) => userId === ben.id);
  assert.deepEqual([his.deliveredSeq, his.readSeq, his.readOrdinal], [seq, seq, 1]);
  const there = await watcher('read_ann', room);
  const typing: string[] = [];
  there.client.on('typing', (id, userId, active) => void (id === room && active && typing.push(userId)));
  const typed = await until(async () => {
    ok(await ben.rest.put(`${one}/typing`, { active: true }), 204);
    return typing.includes(ben.id);
  });
  assert.ok(typed);
  ok(await ben.rest.put(`${one}/mute`, { untilMs: 253_402_300_799_000 }), 204);
  const listed = await eventually(
    () => ben.rest.get('/v1/conversations?limit=1'),
    ({ json }) => json.conversations[0]?.mutedUntilMs === 253_402_300_799_000,
  );
  assert.equal(listed.json.conversations[0].lastMessage.body, 'read me');
  await eventually(
    () => ben.rest.get(`${one}/insight?days=7`),
    ({ json }) => json.messageCount === 1 && json.mostActive[0].userId === ann.id,
  );
});

test('[GRP-1] [GRP-2] [GRP-4] [GRP-5] a group from its beginning to its end', async () => {
  const [ann, ben, cyd, dan] = await Promise.all(
    ['ann', 'ben', 'cyd', 'dan'].map((name) => person(`grp_${name}`)),
  );
  const group = { name: 'Climbing', memberIds: [ben!.id, cyd!.id], key: keys.next() };
  const { conversation } = ok(await ann!.rest.post('/v1/conversations', group), 201);
  const room = conversation.conversationId as string;
  assert.equal(ok(await ann!.rest.post('/v1/conversations', group), 201).conversation.conversationId, room);
  refused(
    await ann!.rest.post('/v1/conversations', { ...group, memberIds: [ben!.id], key: keys.next() }),
    400,
    'group_too_small',
  );
  const one = `/v1/conversations/${room}`;
  const there = await watcher('grp_cyd', room);

  ok(await ann!.rest.put(`${one}/profile`, { name: 'Bouldering', description: 'Hall 2' }), 204);
  ok(await ann!.rest.put(`${one}/members/${ben!.id}/role`, { role: 'admin' }), 204);
  refused(await cyd!.rest.put(`${one}/members/${ben!.id}/role`, { role: 'member' }), 403, 'not_an_admin');
  const { code } = ok(await ann!.rest.post(`${one}/invitation`), 201);
  const details = ok(await dan!.rest.get(`${one}/invitation?code=${code}`));
  // Before signing in, one sees where it leads and no more.
  const stranger = new RestClient(cluster.url, null);
  const glimpse = `/v1/invitations/${room}`;
  const { name, memberCount } = details;
  assert.deepEqual(ok(await stranger.get(`${glimpse}?code=${code}`)), { name, memberCount });
  refused(await stranger.get(`${glimpse}?code=guess`), 404, 'invitation_invalid');
  refused(await stranger.get(`/v1/invitations/${keys.next()}?code=${code}`), 404, 'invitation_invalid');
  refused(await stranger.get(glimpse), 400, 'invalid_frame');
  assert.deepEqual([details.name, details.memberCount, details.isMember], ['Bouldering', 3, false]);
  refused(await dan!.rest.get(`${one}/members`), 404, 'conversation_not_found');
  assert.equal(ok(await dan!.rest.post(`${one}/join`, { code })).conversation.memberCount, 4);
  ok(await ann!.rest.delete(`${one}/invitation`), 204);
  refused(await dan!.rest.get(`${one}/invitation?code=${code}`), 404, 'invitation_invalid');
  refused(await stranger.get(`${glimpse}?code=${code}`), 404, 'invitation_invalid');

  const members = await ann!.rest.get(`${one}/members`);
  assert.deepEqual(
    ok(members).members.map(({ userId, role }: { userId: string; role: string }) => [userId, role]),
    [
      [ann!.id, 'admin'],
      [ben!.id, 'admin'],
      [cyd!.id, 'member'],
      [dan!.id, 'member'],
    ],
  );
  ok(await dan!.rest.delete(`${one}/members/${dan!.id}`), 204);
  refused(await dan!.rest.post(`${one}/messages`, { body: 'still here?' }), 404, 'conversation_not_found');
  ok(await ann!.rest.post(`${one}/members`, { userIds: [dan!.id] }), 204);
  ok(await ben!.rest.delete(`${one}/members/${dan!.id}`), 204);
  assert.ok(await there.sees('memberRemoved', 2));

  const audit = await eventually(
    () => ann!.rest.get(`${one}/audit?limit=2`),
    ({ json }) => json.entries?.[0]?.action === 'memberRemoved',
  );
  assert.equal(audit.json.entries.length, 2);
  assert.notEqual(ok(await ann!.rest.get(next(audit)!)).entries[0].seq, audit.json.entries[0].seq);
  refused(await cyd!.rest.get(`${one}/audit`), 403, 'not_an_admin');
  refused(await ann!.rest.post(`${one}/moderation`, { reason: 'curious' }), 403, 'not_a_platform_admin');
  ok(await ann!.rest.delete(one), 204);
  assert.ok(await there.sees('conversationDeleted'));
  refused(await ann!.rest.get(one), 410, 'conversation_deleted');
});

test('[MEN-1] [MEN-2] [ACC-3] [ACC-5] people, blocks, notifications and devices', async () => {
  const [ann, ben, cyd] = await Promise.all(['ann', 'ben', 'cyd'].map((name) => person(`ppl_${name}`)));
  const found = ok(await ann!.rest.get('/v1/users/search?handlePrefix=ppl_'));
  assert.deepEqual(found.users.map(({ handle }: { handle: string }) => handle).sort(), [
    'ppl_ben',
    'ppl_cyd',
  ]);
  const looked = ok(await ann!.rest.post('/v1/users/lookup', { userIds: [ben!.id, crypto.randomUUID()] }));
  assert.deepEqual(
    looked.users.map(({ userId }: { userId: string }) => userId),
    [ben!.id],
  );

  const group = { name: 'Soup', memberIds: [ben!.id, cyd!.id] };
  const room = ok(await ann!.rest.post('/v1/conversations', group), 201).conversation
    .conversationId as string;
  const { seq } = ok(
    await ann!.rest.post(`/v1/conversations/${room}/messages`, { body: 'come, @ppl_ben' }),
    201,
  );
  const { json } = await eventually(
    () => ben!.rest.get('/v1/notifications'),
    (answer) => answer.json.unread === 1,
  );
  const [notification] = json.notifications;
  assert.deepEqual(
    [notification.conversationId, notification.messageSeq, notification.by],
    [room, seq, ann!.id],
  );
  ok(await ben!.rest.post('/v1/notifications/read', { upToSeq: notification.seq }), 204);
  assert.equal(ok(await ben!.rest.get('/v1/notifications')).unread, 0);

  ok(await ben!.rest.put(`/v1/blocks/${ann!.id}`), 204);
  assert.deepEqual(
    ok(await ben!.rest.get('/v1/blocks')).users.map(({ handle }: { handle: string }) => handle),
    ['ppl_ann'],
  );
  refused(await ann!.rest.put(`/v1/users/${ben!.id}/conversation`), 403, 'blocked');
  ok(await ben!.rest.delete(`/v1/blocks/${ann!.id}`), 204);
  refused(await ben!.rest.put(`/v1/blocks/${ben!.id}`), 400, 'peer_is_self');

  const publicKey = Buffer.alloc(32, 7).toString('base64');
  const device = `/v1/devices/${crypto.randomUUID()}`;
  ok(await ann!.rest.put(device, { name: 'phone', publicKey }), 204);
  refused(
    await ann!.rest.put(device, { name: 'phone', publicKey: 'short' }),
    400,
    'invalid_frame',
    /publicKey/,
  );
  refused(
    await ann!.rest.put(device, { name: 'phone', publicKey: Buffer.alloc(31).toString('base64') }),
    400,
    'invalid_frame',
    /publicKey/,
  );
});
