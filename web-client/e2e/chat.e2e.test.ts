// Skein as two people live it: `npm start`, two browsers, and everything between them that can die, dying. The steps
// tell one story and build on each other, so that after a failure the rest is skipped.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../ops/testing/browser.ts';
import { Conversation } from './conversation.ts';
import { Instance, type Part } from './instance.ts';
import { Person, sameWords } from './person.ts';
import { becomes } from './waiting.ts';

const adaIs = { handle: 'ada_lovelace', displayName: 'Ada Lovelace' };
const graceIs = { handle: 'grace_hopper', displayName: 'Grace Hopper' };
const desktop = { viewport: { width: 1280, height: 800 } };
const phone = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
} as const;

let instance: Instance;
let browsers: Browser[] = [];
let ada: Person;
let grace: Person;
let talk: Conversation;
let broken = false;

/** Kept on the device; a page notices only after a while that its network is gone. */
const underWay = /^(queued|sending|queued,sending|sending,queued)$/;

/** A step of the story; a failure says what the instance had to say about it. */
function step(title: string, work: () => Promise<void>): void {
  test(title, async (context) => {
    if (broken) return context.skip('an earlier step failed');
    try {
      await work();
    } catch (error) {
      broken = true;
      context.diagnostic(instance.lastLines());
      throw error;
    }
  });
}

before(async () => {
  instance = await Instance.create();
  browsers = await Promise.all([launchBrowser(), launchBrowser()]);
});

after(async () => {
  await Promise.allSettled(browsers.map((browser) => browser.close()));
  await instance?.remove();
});

step('[OPS-1] npm start brings up everything, and its address shows the way in', async () => {
  await instance.start();
  ada = await Person.arrive(browsers[0]!, adaIs, desktop);
  grace = await Person.arrive(browsers[1]!, graceIs, phone);
  talk = new Conversation(instance, [ada, grace]);
  await Promise.all([ada.open(instance.url), grace.open(instance.url)]);
});

step('[ACC-1][ACC-3] two people sign up; a handle is had once, whatever its case', async () => {
  await ada.signUp();
  await grace.tryToSignUpAs(adaIs.handle.toUpperCase());
  await grace.signUpAgain();
  await becomes('the number of registered devices', deviceCount, 2);
});

step('[DM-1] both find the other at the same time and are in one conversation', async () => {
  await Promise.all([ada.openChatWith(graceIs), grace.openChatWith(adaIs)]);
  assert.match(ada.path, /^\/c\/[0-9a-f-]{36}$/);
  assert.equal(grace.path, ada.path);
});

step('[DM-2][MSG-1][MSG-6] 100 messages, typed at once, are on both screens in one order', async () => {
  await Promise.all([talk.sayMany(ada, 50), talk.sayMany(grace, 50)]);
  await talk.agrees();
  const received = (await ada.messages()).map(({ state }) => state === 'received');
  const turns = received.filter((each, index) => each !== received[index - 1]).length;
  assert.ok(turns > 10, `only ${turns} turns: they did not write at the same time`);
});

step('[MSG-6] messages are delivered and counted as unread, then read once looked at', async () => {
  await grace.leaveThread();
  await talk.sayMany(ada, 3);
  await becomes('the state of three messages', () => statesOfLast(ada, 3), 'delivered');
  await becomes('the badge', () => grace.unread(), 3);
  await becomes('the title', () => grace.title(), '(3) Skein');
  await grace.openFromList(adaIs);
  await becomes('the state of three messages', () => statesOfLast(ada, 3), 'read');
  await becomes('the title', () => grace.title(), 'Skein');
  await talk.agrees();
});

step('[DM-3] a reload shows the same; older messages come while scrolling up', async () => {
  for (const person of [ada, grace]) {
    const before = await person.messages();
    await person.reload();
    const shownAtFirst = await person.scrollToStart();
    assert.ok(shownAtFirst < before.length, 'the whole history came at once');
    sameWords(await person.messages(), before);
    await person.scrollToEnd();
  }
});

step('[ACC-1][DM-4] signed out nothing is shown; signed in again, all, and what was missed', async () => {
  const before = await ada.messages();
  const address = ada.path;
  await ada.signOut();
  await ada.open(instance.url + address);
  await ada.seesLanding();
  assert.deepEqual(await ada.messages(), []);
  await talk.sayMany(grace, 4);
  await ada.signIn();
  assert.equal(ada.path, address);
  await ada.scrollToStart();
  sameWords((await ada.messages()).slice(0, before.length), before);
  await ada.scrollToEnd();
  await talk.agrees();
});

step('[MSG-2] the chat outlives kill -9 of each worker (FAULTS 1, 17)', async () => {
  const sockets = [ada.socketCount, grace.socketCount];
  await killDuringChat('worker');
  assert.ok(ada.socketCount > sockets[0]! && grace.socketCount > sockets[1]!, 'a socket was not cut');
});

step('[MSG-2] the chat outlives kill -9 of the projector (FAULTS 3)', () => killDuringChat('projector'));
step('[MSG-2] the chat outlives kill -9 of PostgreSQL (FAULTS 13)', () => killDuringChat('postgres'));
step('[MSG-2] the chat outlives kill -9 of NATS (FAULTS 7)', () => killDuringChat('nats'));
step('[MSG-2] the chat outlives kill -9 of the supervisor', () => killDuringChat('supervisor'));

step('[OFF-2][OFF-4] without a network messages wait; then all arrive, once, in order', async () => {
  await ada.network(false);
  await ada.banner('Offline. Your messages are kept and will be sent');
  await Promise.all([talk.sayMany(ada, 8), talk.sayMany(grace, 8)]);
  await becomes('the state of eight messages', () => statesOfLast(grace, 8), 'sent');
  await becomes('all of them wait', async () => underWay.test(await statesOfLast(ada, 8)), true);
  const texts = (await ada.messages()).map(({ body }) => body);
  assert.ok(!texts.includes(talk.writtenBy(grace).at(-1)!), 'the network was not cut');
  await ada.network(true);
  await talk.agrees();
});

step('[OFF-1][OFF-2] messages that wait outlive their tab', async () => {
  const address = instance.url + ada.path;
  await ada.network(false);
  await talk.sayMany(ada, 5);
  await becomes('the number of messages kept on the device', () => ada.keptCount(), 5);
  await becomes('all of them wait', async () => underWay.test(await statesOfLast(ada, 5)), true);
  await ada.closeTab();
  await ada.network(true);
  await ada.openTab(address);
  await ada.scrollToStart();
  await ada.scrollToEnd();
  await talk.agrees();
});

step('[OFF-2] what a closed tab did not send yet is sent by another one', async () => {
  await ada.openTab(instance.url + ada.path);
  await ada.online();
  // A tab that goes offline before it has the conversation has nothing to write in.
  await ada.page.getByTestId('composer').waitFor();
  await ada.network(false);
  await talk.sayMany(ada, 3);
  await becomes('the number of messages kept on the device', () => ada.keptCount(), 3);
  await ada.turnToOtherTab();
  await ada.network(true);
  await talk.agrees();
});

step('[OFF-1] what the device cannot keep is refused with a sentence, and its text stays', async () => {
  const { said, left } = await ada.writeOnFullDisk('on a full disk');
  assert.match(said ?? '', /could not keep the message/);
  assert.equal(left, 'on a full disk');
  await ada.write('');
  await ada.reload();
  await ada.scrollToStart();
  await ada.scrollToEnd();
  await talk.agrees();
});

step('[OPS-1][OFF-4] stopped and started again, all are back by themselves, nothing lost', async () => {
  assert.equal(await instance.stop('SIGTERM'), 0);
  for (const person of [ada, grace]) {
    await becomes('the connection', () => person.connection(), 'reconnecting');
    await person.banner('Reconnecting');
  }
  await talk.sayMany(ada, 2);
  await instance.start();
  await talk.agrees();
  await talk.sayMany(grace, 2);
  await talk.agrees();
});

step('[OPS-1] Ctrl-C ends everything that was started', async () => {
  assert.deepEqual([...ada.errors, ...grace.errors], []);
  assert.equal(await instance.stop('SIGINT'), 0);
  await assert.rejects(fetch(instance.url));
});

/** Each process of the part in turn. */
async function killDuringChat(part: Part): Promise<void> {
  for (const pid of instance.pidsOf(part)) {
    await talk.chatDuring(() => instance.kill(part, pid));
    await talk.agrees();
  }
}

/** The state of a person's last messages, or all of theirs when they differ. */
async function statesOfLast(person: Person, count: number): Promise<string> {
  const messages = (await person.messagesNearby()).filter(({ state }) => state !== 'received');
  return [...new Set(messages.slice(-count).map(({ state }) => state))].join();
}

async function deviceCount(): Promise<number> {
  const database = instance.database();
  await database.connect();
  try {
    const { rows } = await database.query<{ count: number }>(
      'select count(distinct user_id)::int as count from devices join users using (user_id) where handle = any($1)',
      [[adaIs.handle, graceIs.handle]],
    );
    return rows[0]!.count;
  } finally {
    await database.end();
  }
}
