// Texts as real people send them, on a real cluster: invisible ones, names that fool, emoji in every spelling, and `@` in
// addresses and code.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decode, encode } from '../../../protocol/codec/codec.ts';
import { KeyMaker } from '../../../protocol/ids.ts';
import { limits } from '../../../protocol/limits.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { protocolVersion } from '../../../protocol/version.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { answerOf } from '../../../ops/testing/refusal.ts';
import { sharedCluster } from '../../../ops/testing/shared-cluster.ts';
import { userIdOf, type TestCluster } from '../../../ops/testing/test-cluster.ts';
import type { InboxEvent, SkeinClient } from '../../../protocol/client/index.ts';

let cluster: TestCluster;
let ada: SkeinClient;
let bobby: SkeinClient;
let eve: SkeinClient;
let id: string;
const profile = { description: '', avatarId: null };
const invisible = ['\u200b', '\u2060', '\u00ad', '\u2800', '\u3164', '\u202e', ' \n\t\u3000'];

before(async () => {
  ({ cluster } = await sharedCluster());
  [ada, bobby, eve] = (await Promise.all(['ada', 'bobby', 'eve'].map((name) => cluster.connect(name)))) as [
    SkeinClient,
    SkeinClient,
    SkeinClient,
  ];
  const members = [userIdOf(bobby), userIdOf(eve)];
  id = (await ada.createGroup(members, { name: 'Weavers', ...profile })).conversationId;
});
after(async () => {
  for (const client of [ada, bobby, eve]) client?.close();
});

void test('[MSG-1] a body of invisible characters is refused, one with a visible character is sent as it is', async () => {
  for (const body of invisible) assert.equal(await answerOf(() => ada.send(id, body)), 'body_empty');
  const { seq } = await ada.send(id, '\u200bx\u202e');
  assert.equal(await answerOf(() => ada.edit(id, seq, '\u2060')), 'body_empty');
  const { events } = await bobby.history(id, 'after', seq - 1, 1);
  assert.ok(events[0]!.type === 'message' && events[0]!.body === '\u200bx\u202e');
});

void test('[GRP-1] names are kept clean, and one of nothing visible is refused', async () => {
  const members = [userIdOf(bobby), userIdOf(eve)];
  for (const name of invisible) {
    assert.equal(await answerOf(() => ada.createGroup(members, { name, ...profile })), 'name_empty');
    assert.equal(await answerOf(() => ada.updateGroup(id, { name, ...profile })), 'name_empty');
  }
  await ada.updateGroup(id, { name: ' New\n\u202egpj.exe\u0007 ', ...profile });
  assert.equal((await bobby.conversation(id)).name, 'New gpj.exe');
  const { conversationId } = await ada.createGroup(members, { name: 'Annie\u200b', ...profile });
  assert.equal((await bobby.conversation(conversationId)).name, 'Annie');
});

void test('[GRP-1] a name that grows beyond its bound when it is composed is refused', async () => {
  const qa = '\u0958';
  assert.equal(qa.normalize('NFC').length, 2);
  const members = [userIdOf(bobby), userIdOf(eve)];
  const tooLong = { name: qa.repeat(limits.groupNameLengthMax / 2 + 1), ...profile };
  assert.equal(await answerOf(() => ada.createGroup(members, tooLong)), 'invalid_frame');
  assert.equal(await answerOf(() => ada.updateGroup(id, tooLong)), 'invalid_frame');
  await ada.updateGroup(id, { name: qa.repeat(limits.groupNameLengthMax / 2), ...profile });
  assert.equal((await bobby.conversation(id)).name.length, limits.groupNameLengthMax);
});

void test('[ACC-3] a device needs a visible name within its bound', async () => {
  const key = new Uint8Array(32).fill(7);
  for (const name of [...invisible, '\u0958'.repeat(limits.deviceNameLengthMax)])
    assert.equal(await answerOf(() => ada.registerDevice(name, key)), 'invalid_frame');
  await ada.registerDevice('phone\u200b', key);
});

void test('[MSG-1] half of a surrogate pair is replaced before it is sent', async () => {
  const { seq } = await ada.send(id, 'a\ud800b');
  await ada.edit(id, seq, 'c\udc00d');
  const revisions = await ada.revisions(id, seq);
  assert.deepEqual(
    revisions.map(({ body }) => body),
    ['a\ufffdb', 'c\ufffdd'],
  );
});

void test('[MSG-1] a text that is no UTF-8 is refused, and nothing else put in its place', async () => {
  const socket = new WebSocket(`${cluster.url.replace('http', 'ws')}/ws`);
  socket.binaryType = 'arraybuffer';
  const answers = new Map<unknown, unknown[]>();
  socket.onmessage = ({ data }) => {
    const frame = decode(new Uint8Array(data as ArrayBuffer));
    answers.set(frame[1], frame);
  };
  const ask = async (bytes: Uint8Array, requestId: number) => {
    socket.send(Uint8Array.from(bytes));
    await eventually(() => answers.has(requestId));
    return answers.get(requestId)![2];
  };
  await eventually(() => socket.readyState === WebSocket.OPEN);
  const token = await cluster.issuer.token('ada');
  const hello = [opcodes.hello, 1, protocolVersion, token, crypto.randomUUID(), 'raw'];
  assert.equal(await ask(encode(hello), 1), userIdOf(ada));
  const { seq } = await ada.send(id, 'before');
  const keys = new KeyMaker(Date.now);
  for (const [at, broken] of [
    [0xed, 0xa0],
    [0xc0, 0x80],
    [0x61, 0xff],
  ].entries()) {
    const frame = encode([opcodes.send, 2 + at, id, keys.next(), 'zz', null, null, [], []]).slice();
    frame.set(broken, frame.lastIndexOf('z'.charCodeAt(0)) - 1);
    assert.equal(await ask(frame, 2 + at), 'invalid_frame');
  }
  socket.close();
  assert.deepEqual((await ada.history(id, 'after', seq, 10)).events, []);
});

void test('[ACC-3] a name that an outside issuer gives is kept clean', async () => {
  // The test's issuer makes the name of the subject.
  const client = await cluster.connect('an\u200bnie \u202e');
  assert.equal(client.state.name === 'online' && client.state.displayName, 'Person annie');
  client.close();
  const long = await cluster.connect('x'.repeat(200));
  assert.equal(long.state.name === 'online' && long.state.displayName.length, limits.displayNameLengthMax);
  long.close();
});

void test('[REA-1] an emoji in two spellings is one reaction', async () => {
  const { seq } = await ada.send(id, 'react');
  await ada.react(id, seq, '\u2764');
  await bobby.react(id, seq, '\u2764\ufe0f');
  await eve.react(id, seq, '👍\ufe0f');
  const { events } = await ada.history(id, 'after', seq - 1, 1);
  const [message] = events;
  assert.deepEqual(message?.type === 'message' && message.reactions, [
    { emoji: '\u2764\ufe0f', count: 2, mine: true },
    { emoji: '👍', count: 1, mine: false },
  ]);
  assert.equal((await ada.reactors(id, seq, '\u2764')).userIds.length, 2);
  await ada.react(id, seq, '\u2764\ufe0f', false);
  assert.equal((await bobby.reactors(id, seq, '\u2764\ufe0f')).userIds.length, 1);
  assert.equal(await answerOf(() => eve.react(id, seq, 'x\ufe0f')), 'emoji_invalid');
});

void test('[MEN-1] a handle within an address or in code names nobody', async () => {
  const told: InboxEvent[] = [];
  bobby.on('inbox', (event) => void told.push(event));
  bobby.followInbox();
  const addresses = [
    'https://site.example/@bobby/x',
    'josé@bobby.example',
    'x-@bobby.example',
    '@bobby@social.example',
    'see `@bobby`',
    '```\n@bobby\n```',
  ];
  for (const body of addresses) await ada.send(id, body);
  const { seq } = await ada.send(id, '(@Bobby)');
  await eventually(() => told.some((event) => event.type === 'mentioned' && event.messageSeq === seq));
  assert.deepEqual(
    told.flatMap((event) => (event.type === 'mentioned' ? event.messageSeq : [])),
    [seq],
  );
});
