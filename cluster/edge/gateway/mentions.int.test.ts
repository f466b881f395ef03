// Notifications follow their message, on a real cluster of two workers: each ends when the mention, the message or the
// membership does, and is read with the message.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../../ops/testing/test-cluster.ts';
import type { InboxEvent, SkeinClient } from '../../../protocol/client/index.ts';

let services: TestServices;
let cluster: TestCluster;
const clients: SkeinClient[] = [];
const profile = { name: 'Weavers', description: '', avatarId: null };

before(async () => {
  services = await acquireServices();
  cluster = await TestCluster.start({ services });
});
after(async () => {
  for (const client of clients) client.close();
  await cluster.stop();
  await services.stop();
});

async function connect(name: string): Promise<SkeinClient> {
  const client = await cluster.connect(name);
  clients.push(client);
  return client;
}

async function group(prefix: string) {
  const [ada, bob, eve] = await Promise.all(
    ['ada', 'bob', 'eve'].map((name) => connect(`${prefix}-${name}`)),
  );
  const { conversationId: id } = await ada!.createGroup([userIdOf(bob!), userIdOf(eve!)], profile);
  /** Bob's other device, as it hears of the inbox. */
  const phone = await connect(`${prefix}-bob`);
  const heard: InboxEvent[] = [];
  phone.on('inbox', (event) => heard.push(event));
  phone.followInbox();
  const name = (body: string, mentions = [userIdOf(bob!)]) =>
    ada!.send(id, { body, replyTo: null, mentions, attachments: [] });
  return { ada: ada!, bob: bob!, eve: eve!, id, name, phone, heard };
}

/** Messages that the notifications are about, latest first, unread ones with a star. */
async function listed(client: SkeinClient): Promise<string> {
  const { notifications, unread } = await client.notifications();
  const shown = notifications.map(({ messageSeq, read }) => `${messageSeq}${read ? '' : '*'}`);
  return `${unread}: ${shown.join(' ')}`;
}

async function lists(client: SkeinClient, expected: string): Promise<void> {
  await eventually(async () => (await listed(client)) === expected).catch(async () =>
    assert.equal(await listed(client), expected),
  );
}

void test('[MEN-2] a mention that is edited out or deleted is gone, on all devices, and one that is edited in is there', async () => {
  const { ada, bob, eve, id, name, phone, heard } = await group('n1');
  const [one, two, three] = [await name('one'), await name('two'), await name('three')];
  await lists(bob, `3: ${three.seq}* ${two.seq}* ${one.seq}*`);
  await ada.edit(id, one.seq, 'nobody', []);
  await lists(bob, `2: ${three.seq}* ${two.seq}*`);
  await ada.deleteMessage(id, two.seq);
  await lists(bob, `1: ${three.seq}*`);
  await eventually(() => heard.filter(({ type }) => type === 'mentionEnded').length === 2);
  await bob.markNotifications(0, [(await bob.notifications()).notifications[0]!.seq]);
  await lists(phone, `0: ${three.seq}`);
  await ada.deleteMessage(id, three.seq);
  await lists(phone, '0: ');
  await ada.edit(id, one.seq, 'you after all', [userIdOf(bob)]);
  await lists(bob, `1: ${one.seq}*`);
  await ada.edit(id, one.seq, 'both of you', [userIdOf(bob), userIdOf(eve)]);
  await lists(eve, `1: ${one.seq}*`);
  await lists(bob, `1: ${one.seq}*`);
});

void test('[MEN-2] what is read in the conversation is read among the notifications, wherever memory ends', async () => {
  const { ada, bob, id, name, phone, heard } = await group('n2');
  const [one, two] = [await name('one'), await name('two')];
  await lists(bob, `2: ${two.seq}* ${one.seq}*`);
  bob.markRead(id, one.seq);
  await lists(phone, `1: ${two.seq}* ${one.seq}`);
  await eventually(() => heard.some(({ type }) => type === 'notificationsRead'));
  await ada.send(id, 'not for anyone');
  await bob.send(id, 'I have read it');
  await lists(phone, `0: ${two.seq} ${one.seq}`);
  const three = await ada.send(id, 'not yet');
  await ada.edit(id, three.seq, 'but now', [userIdOf(bob)]);
  await lists(bob, `1: ${three.seq}* ${two.seq} ${one.seq}`);
  bob.markRead(id, three.seq);
  await lists(phone, `0: ${three.seq} ${two.seq} ${one.seq}`);
  const four = await name('long ago');
  await lists(bob, `1: ${four.seq}* ${three.seq} ${two.seq} ${one.seq}`);
  const count = bounds.tailEventsKept * 4;
  const sent = await Promise.all(Array.from({ length: count }, (_, at) => ada.send(id, `${at}`)));
  bob.markRead(id, sent.at(-1)!.seq);
  await lists(phone, `0: ${four.seq} ${three.seq} ${two.seq} ${one.seq}`);
});

void test('[MEN-2][GRP-4] of a conversation that one left, was removed from, or that is deleted nothing is listed', async () => {
  const { ada, bob, eve, id, name, phone, heard } = await group('n3');
  const both = [userIdOf(bob), userIdOf(eve)];
  const one = await name('one', both);
  await lists(bob, `1: ${one.seq}*`);
  await lists(eve, `1: ${one.seq}*`);
  await bob.removeMember(id, userIdOf(bob));
  await lists(phone, '0: ');
  await eventually(() => heard.some(({ type }) => type === 'conversationRemoved'));
  await ada.addMembers(id, [userIdOf(bob)]);
  const two = await name('two', both);
  await lists(bob, `1: ${two.seq}*`);
  await ada.removeMember(id, userIdOf(bob));
  await lists(phone, '0: ');
  await lists(eve, `2: ${two.seq}* ${one.seq}*`);
  await ada.deleteConversation(id);
  await lists(eve, '0: ');
});
