// Counts, notifications and alerts follow what became of the messages that they are about: deleted, edited, read elsewhere.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Page } from 'playwright-core';
import type { SkeinClient } from '../../protocol/client/index.ts';
import type { Screen } from './screen.ts';
import { Story } from './story.ts';
import { Talker } from './talker.ts';
import { becomes, eventually } from './waiting.ts';

const annIs = { handle: 'ann_easley', displayName: 'Ann Easley' };
const bobIs = { handle: 'bob_noyce', displayName: 'Bob Noyce' };
const cydIs = { handle: 'cyd_charisse', displayName: 'Cyd Charisse' };

/** In place of the browser's notifications, which a browser without a window refuses. */
const keepAlerts = `
  window.alerts = [];
  window.Notification = class {
    static permission = 'granted';
    constructor(title, { body }) { this.body = body; window.alerts.push(this); }
    close() { this.closed = true; }
  };`;
const setVisible = (visible: boolean) => `
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${visible ? 'visible' : 'hidden'}' });
  document.dispatchEvent(new Event('visibilitychange'));`;

const story = new Story();
const step = story.step.bind(story);
let bob: Screen;
/** Ann writes in a program of hers. */
let ann: SkeinClient;
let talk: string;

after(() => ann?.close());

const userIdOf = async (handle: string) => (await ann.findUsers(handle))[0]!.userId;

step(
  '[MSG-6] what is deleted before it was read is unread no longer: badge, title, after a reload',
  async () => {
    const [annScreen, bobScreen] = await Promise.all([story.arrive(annIs), story.arrive(bobIs)]);
    bob = bobScreen;
    ann = await annScreen.client();
    talk = (await ann.openDirect(await userIdOf(bobIs.handle))).conversationId;
    const seqs: number[] = [];
    for (const body of ['one', 'two']) seqs.push((await ann.send(talk, body)).seq);
    await becomes('the badge', () => bob.person.unread(), 2);
    await becomes('the title', () => bob.person.title(), '(2) Skein');
    await ann.deleteMessage(talk, seqs[0]!);
    await becomes('the badge', () => bob.person.unread(), 1);
    await bob.person.reload();
    await becomes('the badge', () => bob.person.unread(), 1);
    await ann.deleteMessage(talk, seqs[1]!);
    await becomes('the badge', () => bob.person.unread(), 0);
    await becomes('the title', () => bob.person.title(), 'Skein');
    await bob.person.reload();
    await bob.row(annIs.displayName).waitFor();
    await becomes('the badge', () => bob.person.unread(), 0);
    await becomes('the title', () => bob.person.title(), 'Skein');
  },
);

/** Three lines on a phone. */
const long = (number: number) =>
  `${number}: ${'as long as people write to each other on their way home, '.repeat(2)}`;

step('[MSG-6] on a phone a thread opens at what is unread, and what was not seen stays unread', async () => {
  const size = bob.page.viewportSize()!;
  await bob.page.setViewportSize({ width: 390, height: 844 });
  for (let number = 1; number <= 25; number++) await ann.send(talk, long(number));
  await becomes('the badge', () => bob.person.unread(), 25);
  const talker = new Talker(bob);
  let first = 1;
  for (const again of [false, true]) {
    if (again) await bob.person.reload();
    else await bob.row(annIs.displayName).click();
    await talker.seesInSight(long(first).trim());
    // Messages in sight are read, and no more: the others wait below, and are counted.
    let left = 0;
    await eventually('what is in sight is read, and what is not stays unread', async () => {
      left = await newBelow();
      return left < 26 - first && left >= 26 - first - 5;
    });
    first = 26 - left;
  }
  await bob.person.scrollToEnd();
  await becomes('the title', () => bob.person.title(), 'Skein');
  await bob.person.leaveThread();
  await bob.page.setViewportSize(size);
});

/** As the way down says it. */
async function newBelow(): Promise<number> {
  return parseInt((await bob.at('to-bottom').allTextContents())[0] ?? '0');
}

step(
  '[MEN-2] the bell shows what stands: edited words, nothing deleted; it empties with what is read',
  async () => {
    const me = await userIdOf(bobIs.handle);
    const third = await story.arrive(cydIs);
    const { conversationId: id } = await ann.createGroup([me, await userIdOf(cydIs.handle)], {
      name: 'Crew',
      description: '',
      avatarId: null,
    });
    const name = (body: string) =>
      ann.send(id, { body: `@${bobIs.handle} ${body}`, replyTo: null, mentions: [me], attachments: [] });
    const first = await name('a secret');
    await becomes('the bell', () => bob.bellCount(), 1);
    const second = await name('helo');
    await becomes('the bell', () => bob.bellCount(), 2);
    await bob.openBell();
    await becomes('the words', () => words(), '@bob_noyce helo|@bob_noyce a secret');
    await bob.page.keyboard.press('Escape');
    await ann.deleteMessage(id, first.seq);
    await ann.edit(id, second.seq, `@${bobIs.handle} hello`, [me]);
    await becomes('the bell', () => bob.bellCount(), 1);
    await bob.openBell();
    await becomes('the words', () => words(), '@bob_noyce hello');
    await ann.edit(id, second.seq, `@${bobIs.handle} hello there`, [me]);
    await becomes('the words', () => words(), '@bob_noyce hello there');
    await bob.page.keyboard.press('Escape');
    await bob.openRow('Crew');
    await becomes('the bell', () => bob.bellCount(), 0);
    await bob.page.getByTestId('thread').waitFor();
    await bob.person.open(story.url);
    await name('again');
    await becomes('the bell', () => bob.bellCount(), 1);
    await ann.removeMember(id, me);
    await becomes('the bell', () => bob.bellCount(), 0);
    await third.person.leave();
  },
);

const words = async () =>
  (await bob.page.getByTestId('notice').locator('.bell-row-words').allTextContents()).join('|');

step('[MEN-2] of two tabs one alerts, none while one is looked at; a void alert is closed', async () => {
  const context = bob.page.context();
  await context.addInitScript(keepAlerts);
  const setting = `skein.of.${await userIdOf(bobIs.handle)}.alerts`;
  await bob.page.evaluate(`localStorage.setItem('${setting}', 'on')`);
  await bob.person.reload();
  const tab = bob.page;
  const other = await context.newPage();
  await other.goto(story.url);
  await other.locator('[data-testid=connection-state][data-state=online]').waitFor();
  const alerts = async () =>
    (
      await Promise.all(
        [tab, other].map((page) =>
          page.evaluate<string[]>(
            `window.alerts.map(({ body, closed }) => body + (closed ? ' closed' : ''))`,
          ),
        ),
      )
    ).flat();
  const see = (page: Page, visible: boolean) => page.evaluate(setVisible(visible));
  await see(other, false);
  await ann.send(talk, 'looked at');
  await becomes('the badge', () => bob.person.unread(), 1);
  assert.deepEqual(await alerts(), []);
  await see(tab, false);
  const gone = await ann.send(talk, 'gone soon');
  await becomes('the alerts', async () => (await alerts()).join(), 'gone soon');
  await ann.deleteMessage(talk, gone.seq);
  await becomes('the alerts', async () => (await alerts()).join(), 'gone soon closed');
  const read = await ann.send(talk, 'read elsewhere');
  await becomes('the alerts', async () => (await alerts()).join(), 'gone soon closed,read elsewhere');
  const phone = await bob.client();
  phone.markRead(talk, read.seq);
  await becomes('the alerts', async () => (await alerts()).join(), 'gone soon closed,read elsewhere closed');
  phone.close();
  await other.close();
  assert.deepEqual(story.errors, []);
});
