// Messages after they were sent, on a real cluster of two workers: edits, deletions, reactions,
// replies, mentions, blocks, typing, presence, and the counts and the trail that they leave.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, settlesWithin } from '../../../protocol/waiting.ts';
import { answerOf } from '../../../ops/testing/refusal.ts';
import { sharedCluster } from '../../../ops/testing/shared-cluster.ts';
import { userIdOf, type TestCluster } from '../../../ops/testing/test-cluster.ts';
import {
  Timeline,
  type ConversationEvent,
  type InboxEvent,
  type SkeinClient,
} from '../../../protocol/client/index.ts';
import type { AuditEntry } from '../../../protocol/frames/insight.ts';
import { limits } from '../../../protocol/limits.ts';

let cluster: TestCluster;
const clients: SkeinClient[] = [];
const profile = { name: 'Weavers', description: '', avatarId: null };
const latest = Number.MAX_SAFE_INTEGER;

before(async () => {
  ({ cluster } = await sharedCluster());
});
after(async () => {
  for (const client of clients) client.close();
});

async function three(prefix: string): Promise<[SkeinClient, SkeinClient, SkeinClient]> {
  const connected = await Promise.all(
    ['ada', 'bob', 'eve'].map((name) => cluster.connect(`${prefix}-${name}`)),
  );
  clients.push(...connected);
  return connected as [SkeinClient, SkeinClient, SkeinClient];
}

async function group(prefix: string) {
  const [ada, bob, eve] = await three(prefix);
  const { conversationId: id } = await ada.createGroup([userIdOf(bob), userIdOf(eve)], profile);
  return { ada, bob, eve, id };
}

/** Conversation as a client shows it, live and from the beginning. */
async function watch(client: SkeinClient, id: string): Promise<Timeline> {
  const timeline = new Timeline(userIdOf(client));
  client.on('event', (conversationId, event, asOfSeq) => {
    if (conversationId === id) timeline.add(event, asOfSeq);
  });
  client.follow(id, { epoch: 1, seq: 0 });
  await eventually(() => (client.cursorOf(id)?.seq ?? 0) > 0);
  return timeline;
}

async function messageAt(client: SkeinClient, id: string, seq: number) {
  const { events } = await client.history(id, 'after', seq - 1, 1);
  return events[0]!;
}

/** Everything is in PostgreSQL. */
async function projected(id: string, seq: number): Promise<void> {
  await eventually(async () => {
    const { rows } = await cluster.database.query<{ head_seq: string }>(
      'select head_seq from conversations where conversation_id = $1',
      [id],
    );
    return Number(rows[0]?.head_seq ?? 0) >= seq;
  });
}

void test('[MSG-5] an edit shows on every screen and in history, and its history is kept', async () => {
  const { ada, bob, id } = await group('m1');
  const screen = await watch(bob, id);
  const { seq, atMs } = await ada.send(id, 'helo');
  await ada.edit(id, seq, 'hello');
  await ada.edit(id, seq, 'hello!');
  await ada.edit(id, seq, 'hello!');
  await eventually(() => {
    const shown = screen.get(seq);
    return shown?.type === 'message' && shown.body === 'hello!';
  });
  const edited = await messageAt(bob, id, seq);
  assert.ok(edited.type === 'message');
  assert.deepEqual([edited.atMs, edited.body, edited.editedAtMs !== null], [atMs, 'hello!', true]);
  assert.equal((await messageAt(bob, id, seq + 1)).type, 'messageEdited');
  assert.deepEqual(
    (await bob.revisions(id, seq)).map(({ body }) => body),
    ['helo', 'hello', 'hello!'],
  );
  await projected(id, seq + 2);
  assert.deepEqual(await messageAt(bob, id, seq), edited, 'the record shows what memory shows');
  assert.equal(await answerOf(() => bob.edit(id, seq, 'mine')), 'not_the_author');
  assert.equal(await answerOf(() => ada.edit(id, seq, '  ')), 'body_empty');
  assert.equal(await answerOf(() => ada.edit(id, seq + 1, 'no message')), 'message_not_found');
  assert.equal(await answerOf(() => ada.edit(id, 999, 'no event')), 'message_not_found');
  for (const none of [1, seq + 1, 999])
    assert.equal(await answerOf(() => bob.revisions(id, none)), 'message_not_found', `${none}`);
});

void test('[MSG-5] [REA-1] versions and reactors show what was acknowledged, while the record trails', async () => {
  const { ada, bob, id } = await group('m10');
  const { seq } = await ada.send(id, 'helo');
  await projected(id, seq);
  const projection = await cluster.database.connect();
  try {
    // Readers pass this lock; the projection stands before it.
    await projection.query('begin; lock table messages, message_revisions, reactions in share mode');
    await ada.edit(id, seq, 'hello');
    await bob.react(id, seq, '👍');
    const unprojected = await ada.send(id, 'new');
    const answers = Promise.all([
      bob.revisions(id, seq),
      bob.revisions(id, unprojected.seq),
      ada.reactors(id, seq, '👍'),
    ]);
    const isEarly = await settlesWithin(answers, 500);
    assert.equal(isEarly, false, 'answered before the record could know');
    await projection.query('commit');
    const [edited, fresh, reactors] = await answers;
    assert.deepEqual(
      [edited, fresh].map((revisions) => revisions.map(({ body }) => body)),
      [['helo', 'hello'], ['new']],
    );
    assert.deepEqual([reactors.userIds, reactors.more], [[userIdOf(bob)], false]);
  } finally {
    projection.release(true);
  }
});

void test('[MSG-5] a message is edited so often that its history fits into a frame, and no oftener', async () => {
  const { ada, bob, id } = await group('m9');
  const { seq } = await ada.send(id, 'x'.repeat(limits.messageBodyBytesMax));
  for (let count = 0; count < limits.editsPerMessageMax; count++) {
    await ada.edit(id, seq, String(count).padEnd(limits.messageBodyBytesMax, 'y'));
  }
  assert.equal(await answerOf(() => ada.edit(id, seq, 'once more')), 'too_many_edits');
  await projected(id, seq + limits.editsPerMessageMax);
  assert.equal((await bob.revisions(id, seq)).length, limits.editsPerMessageMax + 1);
});

void test('[MSG-5] [REA-3] a deleted message vanishes from every screen, history and record; a tombstone stays', async () => {
  const { ada, bob, id } = await group('m2');
  const screen = await watch(bob, id);
  const { seq } = await ada.send(id, 'a secret');
  await ada.edit(id, seq, 'a worse secret');
  await bob.react(id, seq, '😮');
  await ada.deleteMessage(id, seq);
  await ada.deleteMessage(id, seq);
  await eventually(() => screen.get(seq)?.type === 'tombstone');
  assert.equal(await answerOf(() => bob.react(id, seq, '👍')), 'message_deleted');
  assert.equal(await answerOf(() => ada.edit(id, seq, 'again')), 'message_deleted');
  const read = async () => JSON.stringify((await bob.history(id, 'after', 0)).events);
  const inMemory = await read();
  assert.ok(!inMemory.includes('secret'), inMemory);
  await projected(id, seq + 3);
  assert.equal(await read(), inMemory);
  const { rows } = await cluster.database.query<{ dump: string }>(
    `select concat(
       (select json_agg(m) from messages m where conversation_id = $1),
       (select json_agg(e) from conversation_events e where conversation_id = $1),
       (select json_agg(r) from message_revisions r where conversation_id = $1),
       (select json_agg(r) from reactions r where conversation_id = $1)) as dump`,
    [id],
  );
  assert.ok(!rows[0]!.dump.includes('secret'), rows[0]!.dump);
  assert.ok(!(await screenOfNewcomer(ada, id)).includes('secret'));
});

async function screenOfNewcomer(ada: SkeinClient, id: string): Promise<string> {
  const [_first, dan] = await three(`newcomer-${id.slice(0, 8)}`);
  await ada.addMembers(id, [userIdOf(dan)]);
  return JSON.stringify((await watch(dan, id)).messages());
}

void test('[MSG-5] after 15 minutes only admins delete, of the group or of the server, and nobody edits', async () => {
  const { ada, bob, eve, id } = await group('m3');
  const { seq } = await bob.send(id, 'old');
  const other = await bob.send(id, 'older');
  await projected(id, other.seq);
  // As if they had been written a quarter of an hour and a second ago; the actor is asked anew from the record.
  await cluster.database.query('alter table messages disable trigger messages_keep_their_origin');
  await cluster.database.query(
    'update messages set sent_at = sent_at - make_interval(secs => $2) where conversation_id = $1',
    [id, limits.changeWithinMs / 1000 + 1],
  );
  await cluster.database.query('alter table messages enable trigger messages_keep_their_origin');
  for (const pid of cluster.pidsOf('worker/main.ts')) process.kill(pid, 'SIGKILL');
  await eventually(() => [ada, bob, eve].every(({ state }) => state.name !== 'online'));
  assert.equal(await answerOf(() => bob.edit(id, seq, 'new')), 'too_late');
  assert.equal(await answerOf(() => bob.deleteMessage(id, seq)), 'too_late');
  assert.equal(await answerOf(() => eve.deleteMessage(id, seq)), 'not_the_author');
  assert.equal(await answerOf(() => ada.deleteMessage(id, seq)), 'accepted');
  const [stranger] = await three('m3-server');
  assert.equal(await answerOf(() => stranger.deleteMessage(id, other.seq)), 'conversation_not_found');
  const admin = 'update users set is_platform_admin = true where user_id = $1';
  await cluster.database.query(admin, [userIdOf(stranger)]);
  await stranger.deleteMessage(id, other.seq);
  const { events } = await ada.history(id, 'before', latest, 4);
  const shown = events.map((event) => [event.type, event.type === 'messageDeleted' ? event.capacity : '']);
  assert.deepEqual(shown, [
    ['tombstone', ''],
    ['tombstone', ''],
    ['messageDeleted', 'admin'],
    ['messageDeleted', 'platform_admin'],
  ]);
});

void test('[REA-1] one reaction for each user, message and emoji; adding and removing again changes nothing', async () => {
  const { ada, bob, eve, id } = await group('m4');
  const screens = await Promise.all([ada, bob, eve].map((client) => watch(client, id)));
  const { seq } = await ada.send(id, 'react');
  await Promise.all([1, 2, 3].map(() => bob.react(id, seq, '👍')));
  await Promise.all([eve.react(id, seq, '👍'), eve.react(id, seq, '🎉'), ada.react(id, seq, '🎉')]);
  await eve.react(id, seq, '🎉', false);
  await eve.react(id, seq, '🎉', false);
  const countsOf = (message: ConversationEvent | undefined) =>
    message?.type === 'message'
      ? Object.fromEntries(message.reactions.map(({ emoji, count, mine }) => [emoji, [count, mine]]))
      : {};
  const expected = [
    { '👍': [2, false], '🎉': [1, true] },
    { '👍': [2, true], '🎉': [1, false] },
    { '👍': [2, true], '🎉': [1, false] },
  ];
  const everyScreen = () => screens.map((screen) => countsOf(screen.get(seq)));
  await eventually(() => JSON.stringify(everyScreen().map(sorted)) === JSON.stringify(expected.map(sorted)));
  await projected(id, (await ada.history(id, 'before', latest, 1)).asOfSeq);
  for (const [at, client] of [ada, bob, eve].entries()) {
    assert.deepEqual(sorted(countsOf(await messageAt(client, id, seq))), sorted(expected[at]!));
  }
  assert.deepEqual(
    (await ada.reactors(id, seq, '👍')).userIds.toSorted(),
    [userIdOf(bob), userIdOf(eve)].sort(),
  );
  assert.equal(await answerOf(() => ada.react(id, seq, 'lol')), 'emoji_invalid');
  assert.equal(await answerOf(() => ada.react(id, seq, '👍👍')), 'emoji_invalid');
});

const sorted = (counts: object) => Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));

void test('[MEN-1] [MEN-2] naming a member tells them at once, and later; others hear nothing; reading shows everywhere', async () => {
  const { ada, bob, eve, id } = await group('m5');
  const handles = await ada.users([userIdOf(bob), userIdOf(eve)]);
  const handleOf = (client: SkeinClient) => handles.find(({ userId }) => userId === userIdOf(client))!.handle;
  const heard: InboxEvent[] = [];
  bob.on('inbox', (event) => heard.push(event));
  bob.followInbox();
  const [stranger] = await three('m5-other');
  const strangerHandle = (await ada.users([userIdOf(stranger)]))[0]!.handle;
  const { seq } = await ada.send(id, `ask @${handleOf(bob)} or @${strangerHandle}, mail a@b.example`);
  await eventually(() => heard.some((event) => event.type === 'mentioned' && event.messageSeq === seq));
  const named = await ada.send(id, {
    body: 'by id',
    replyTo: seq,
    mentions: [userIdOf(eve), userIdOf(stranger)],
    attachments: [],
  });
  await eventually(async () => (await eve.notifications()).unread === 1);
  const [first] = (await eve.notifications()).notifications;
  const expected = { conversationId: id, messageSeq: named.seq, by: userIdOf(ada), read: false };
  assert.partialDeepStrictEqual(first, expected);
  assert.equal((await stranger.notifications()).notifications.length, 0);
  assert.equal((await ada.notifications()).notifications.length, 0);
  const phone = await cluster.connect('m5-bob');
  clients.push(phone);
  const read: InboxEvent[] = [];
  phone.on('inbox', (event) => read.push(event));
  phone.followInbox();
  const list = await phone.notifications();
  assert.deepEqual([list.unread, list.notifications.length], [1, 1]);
  await bob.markNotifications(list.asOfSeq);
  await eventually(() => read.some(({ type }) => type === 'notificationsRead'));
  assert.deepEqual([(await phone.notifications()).unread, (await bob.notifications()).unread], [0, 0]);
  const reply = await messageAt(bob, id, named.seq);
  assert.equal(reply.type === 'message' && reply.replyTo, seq);
});

void test('[ACC-5] who is blocked can neither write nor begin, nor tell by naming; unblocking undoes it', async () => {
  const [ada, bob, eve] = await three('m6');
  // Before the blocks: nobody is added over one.
  const { conversationId: id } = await bob.createGroup([userIdOf(ada), userIdOf(eve)], profile);
  const direct = (await bob.openDirect(userIdOf(ada))).conversationId;
  await bob.send(direct, 'hi');
  await ada.block(userIdOf(bob));
  await eventually(async () => (await answerOf(() => bob.send(direct, 'hello?'))) === 'blocked');
  assert.equal(await answerOf(() => ada.send(direct, 'me neither')), 'blocked');
  await ada.block(userIdOf(eve));
  assert.equal(await answerOf(() => eve.openDirect(userIdOf(ada))), 'blocked');
  await bob.send(id, { body: 'you!', replyTo: null, mentions: [userIdOf(ada)], attachments: [] });
  const fromEve = await eve.send(id, {
    body: 'you!',
    replyTo: null,
    mentions: [userIdOf(ada)],
    attachments: [],
  });
  await projected(id, fromEve.seq);
  assert.deepEqual(
    (await ada.blocks()).map(({ userId }) => userId).sort(),
    [userIdOf(bob), userIdOf(eve)].sort(),
  );
  await ada.block(userIdOf(bob), false);
  await eventually(async () => (await answerOf(() => bob.send(direct, 'again'))) === 'accepted');
  const after = await bob.send(id, {
    body: 'now',
    replyTo: null,
    mentions: [userIdOf(ada)],
    attachments: [],
  });
  await eventually(async () => (await ada.notifications()).unread > 0);
  const { notifications } = await ada.notifications();
  assert.deepEqual(notifications.map(({ messageSeq }) => messageSeq), [after.seq]); // prettier-ignore
});

void test('[ACC-5] over a block neither hears how far the other has read, writes or is there, live or asked', async () => {
  const [ada, bob, eve] = await three('m6b');
  await eve.openDirect(userIdOf(bob));
  const id = (await ada.openDirect(userIdOf(bob))).conversationId;
  const { seq } = await ada.send(id, 'hi');
  const heard: string[] = [];
  for (const [client, other] of [
    [ada, bob],
    [bob, ada],
  ] as const) {
    client.on('cursor', (at, { userId, readSeq }) => {
      if (at === id && userId === userIdOf(other)) heard.push(`cursor ${readSeq}`);
    });
    client.on('typing', () => heard.push('typing'));
    client.on('presence', (presences) => {
      if (presences.some(({ userId, online }) => userId === userIdOf(other) && online))
        heard.push('presence');
    });
    await watch(client, id);
  }
  const phone = await cluster.connect('m6b-bob');
  clients.push(phone);
  // Presence is for those who share a conversation, by the record, which follows by moments.
  for (const client of [ada, eve])
    await eventually(async () => (await client.watchPresence([userIdOf(bob)]))[0]?.online === false);
  let evesNews = 0;
  eve.on('presence', () => evesNews++);
  bob.markRead(id, seq);
  await eventually(() => heard.includes(`cursor ${seq}`));
  await bob.block(userIdOf(ada));
  await eventually(async () => (await answerOf(() => ada.send(id, 'hello?'))) === 'blocked');
  await eventually(async () => (await ada.receipts(id)).length === 1);
  await eventually(async () => (await bob.watchPresence([userIdOf(ada)])).length === 0);
  heard.length = 0;
  assert.deepEqual(
    (await bob.receipts(id)).map(({ userId }) => userId),
    [userIdOf(bob)],
  );
  phone.follow(id);
  phone.followInbox();
  assert.equal(await answerOf(() => bob.react(id, seq, '👍')), 'blocked');
  bob.markRead(id, seq + 1);
  ada.markRead(id, seq + 1);
  bob.typing(id, true);
  const late = await cluster.connect('m6b-ada');
  clients.push(late);
  const cursors: string[] = [];
  late.on('subscribed', (_, head) => cursors.push(...head.cursors.map(({ userId }) => userId)));
  late.follow(id);
  await eventually(() => cursors.length > 0 && evesNews > 0);
  assert.deepEqual(await late.watchPresence([userIdOf(bob)]), []);
  assert.deepEqual(cursors, [userIdOf(ada)]);
  assert.deepEqual(heard, []);
  await bob.block(userIdOf(ada), false);
  await eventually(async () => (await ada.receipts(id)).length === 2);
});

void test('[MSG-6] typing shows to the others, mute holds on every device, presence tells who is there', async () => {
  const { ada, bob, eve, id } = await group('m7');
  await watch(bob, id);
  const typing: unknown[] = [];
  bob.on('typing', (...what) => typing.push(what));
  ada.typing(id, true);
  await eventually(() => typing.length === 1);
  assert.deepEqual(typing[0], [id, userIdOf(ada), true]);
  ada.typing(id, false);
  await eventually(() => typing.length === 2);

  await bob.mute(id, 4_000_000_000_000);
  await eventually(async () => (await bob.conversation(id)).mutedUntilMs === 4_000_000_000_000);
  await bob.mute(id, 0);
  await eventually(async () => (await bob.conversation(id)).mutedUntilMs === 0);

  const seen: [string, boolean][] = [];
  bob.on('presence', (presences) =>
    seen.push(...presences.map(({ userId, online }): [string, boolean] => [userId, online])),
  );
  const [stranger] = await three('m7-other');
  await projected(id, 1);
  eve.followInbox();
  await eventually(async () => {
    const present = await bob.watchPresence([userIdOf(eve), userIdOf(stranger)]);
    assert.ok(
      present.every(({ userId }) => userId !== userIdOf(stranger)),
      'strangers are left out',
    );
    return present.some(({ online }) => online);
  });
  const eveId = userIdOf(eve);
  seen.length = 0;
  eve.close();
  await eventually(() => seen.some(([userId, online]) => userId === eveId && !online));
  const { lastSeenMs } = (await bob.watchPresence([eveId]))[0]!;
  assert.ok(Math.abs(lastSeenMs! - bob.now()) < 60_000, `${lastSeenMs}`);
  seen.length = 0;
  eve.connect();
  await eventually(() => seen.some(([userId, online]) => userId === eveId && online));
});

void test('[INS-1] [MSG-8] counts are exact after edits and deletes; the trail names everyone, and nobody changes it', async () => {
  const { ada, bob, eve, id } = await group('m8');
  const sent = [];
  for (const client of [ada, bob, bob, eve]) sent.push((await client.send(id, 'count me')).seq);
  await bob.edit(id, sent[1]!, 'count me once');
  await bob.deleteMessage(id, sent[2]!);
  const { asOfSeq: head } = await ada.history(id, 'before', latest, 1);
  await eventually(async () => (await ada.insight(id)).asOfSeq >= head);
  const insight = await ada.insight(id);
  const today = new Date(ada.now()).toISOString().slice(0, 10);
  assert.deepEqual([insight.messageCount, insight.memberCount, insight.createdBy], [3, 3, userIdOf(ada)]);
  assert.deepEqual(insight.days, [{ day: today, messages: 3 }]);
  assert.deepEqual(
    new Map(insight.mostActive.map(({ userId, messages }) => [userId, messages])),
    new Map([ada, bob, eve].map((client) => [userIdOf(client), 1])),
  );
  assert.equal(await answerOf(() => bob.audit(id)), 'not_an_admin');
  const [root] = await three('m8-root');
  assert.equal(await answerOf(() => root.moderate(id, 'complaint 7', 'after', 0)), 'not_a_platform_admin');
  await cluster.database.query('update users set is_platform_admin = true where user_id = $1', [
    userIdOf(root),
  ]);
  assert.equal((await root.moderate(id, 'complaint 7', 'after', 0)).events.length, head);
  const trail: AuditEntry[] = [];
  for (let cursor: string | null = null; ;) {
    const page = await ada.audit(id, cursor, 3);
    trail.push(...page.entries);
    if (page.next === null) break;
    cursor = page.next;
  }
  assert.deepEqual(
    trail.map(({ action, by }) => [action, by]).reverse(),
    [
      ['created', ada],
      ['message', ada],
      ['message', bob],
      ['message', bob],
      ['message', eve],
      ['messageEdited', bob],
      ['messageDeleted', bob],
      ['read_as_admin', root],
    ].map(([action, by]) => [action, userIdOf(by as SkeinClient)]),
  );
  assert.equal(trail[0]!.detail, 'complaint 7');
  for (const sql of [
    'delete from audit_log',
    'update conversation_events set at = now()',
    'delete from messages',
    'update messages set sender_id = gen_random_uuid()',
  ])
    await assert.rejects(cluster.database.query(sql), /append-only/, sql);
});
