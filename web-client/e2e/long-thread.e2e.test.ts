// A thread of thousands of messages, and many that arrive at once: the page stays as quick as with a few.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Locator } from 'playwright-core';
import { rounds } from '../../protocol/testing/rounds.ts';
import { openMessagesMax } from '../src/store/bounds.ts';
import { Crowd } from './crowd.ts';
import { PageCosts, type Costs } from './page-costs.ts';
import { Story } from './story.ts';
import { Talker } from './talker.ts';
import { becomes, eventually } from './waiting.ts';

const adaIs = { handle: 'ada_lovelace', displayName: 'Ada Lovelace' };
const crowdSize = 26;
const longRows = 5_000;
const shortRows = 100;
const elementsMax = 2_500;
/** Messages that arrive one by one while their cost is measured. */
const measured = 40;
const burstPerSecond = 200;
const burstSeconds = rounds(10, 3);
/** Tasks of the page's main thread; a machine that is shared makes each of them longer. */
const taskMsMax = 100;
const longTasksShareMax = 0.02;
const caughtUpWithinMs = 2_000;
const unreadCount = 150;
const hiddenCount = 60;

const crowd = await Crowd.gather();
const story = new Story({ own: true, settings: crowd.settings });
const step = story.step.bind(story);
let ada: Talker;
let costs: PageCosts;
let short: Costs;
const ids = new Map<string, string>();

after(() => crowd.leave());

function lines(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name} ${i + 1}`);
}

/** Costs of one message that arrives in the open thread. */
async function costOfArrival(group: string, name: string): Promise<Costs> {
  const bodies = lines(name, measured);
  const { scriptMs, taskMs } = await costs.during(async () => {
    await crowd.writeSteadily(ids.get(group)!, bodies, 20);
    await ada.seesInSight(bodies.at(-1)!);
  });
  return { scriptMs: scriptMs / measured, taskMs: taskMs / measured };
}

step('a crowd comes together', async () => {
  const screen = await story.arrive(adaIs);
  ada = new Talker(screen);
  costs = await PageCosts.of(screen.page);
  const people = await crowd.signIn(story.url, crowdSize);
  const program = await screen.client();
  for (const name of ['Short', 'Long']) {
    const group = await program.createGroup(people, { name, description: '', avatarId: null });
    ids.set(name, group.conversationId);
  }
  program.close();
  await screen.openRow('Short');
  await crowd.writeAtOnce(ids.get('Short')!, lines('first', shortRows));
  await ada.seesInSight(`first ${shortRows}`);
  short = await costOfArrival('Short', 'one by one');
});

step('[DM-2] a message that arrives costs no more among 5,000 than among 100', async () => {
  await ada.screen.openRow('Long');
  const bodies = lines('of many', longRows);
  await crowd.writeAtOnce(ids.get('Long')!, bodies);
  await becomes('the rows', () => ada.screen.person.rowCount(), longRows + 1);
  assert.ok((await costs.elements()) < elementsMax, `${await costs.elements()} elements`);
  const long = await costOfArrival('Long', 'one more');
  const said = `${JSON.stringify({ short, long })} ms for each message`;
  assert.ok(long.scriptMs < 2 * short.scriptMs, said);
  assert.ok(long.taskMs < 2 * short.taskMs, said);
  story.say(said);
});

step(`[DM-2] ${burstPerSecond} messages a second are shown as they come`, async () => {
  const bodies = lines('in a burst', burstPerSecond * burstSeconds);
  const tasks = await costs.longTasksDuring(async () => {
    await crowd.writeSteadily(ids.get('Long')!, bodies, burstPerSecond);
    const acknowledgedMs = performance.now();
    await ada.seesInSight(bodies.at(-1)!);
    const behindMs = performance.now() - acknowledgedMs;
    assert.ok(behindMs < caughtUpWithinMs, `shown ${behindMs} ms after the last one was acknowledged`);
  });
  story.say(`long tasks: ${tasks.map(Math.round).join(', ')} ms`);
  const tooLong = tasks.filter((ms) => ms > taskMsMax).length;
  assert.ok(tooLong <= longTasksShareMax * bodies.length, `${tooLong} tasks of more than ${taskMsMax} ms`);
  assert.ok((await ada.screen.person.rowCount()) <= openMessagesMax + 1, 'the page keeps everything');
  assert.ok((await costs.elements()) < elementsMax, `${await costs.elements()} elements`);
});

/** The number on the pill that leads down; null while it is not there, 0 while it has none. */
async function newBelow(): Promise<number | null> {
  const [words] = await ada.screen.at('to-bottom').allTextContents();
  return words === undefined ? null : Number.parseInt(words || '0', 10);
}

/** The count that the server has. */
async function unreadOnServer(): Promise<number> {
  const program = await ada.screen.client();
  try {
    return (await program.conversation(ids.get('Long')!)).unread;
  } finally {
    program.close();
  }
}

step('[MSG-6] a thread opens at the first unread message, and what was in sight is read', async () => {
  await ada.screen.openRow('Short');
  await crowd.writeInOrder(ids.get('Long')!, lines('while away', unreadCount));
  await becomes('the badge', () => ada.screen.person.unread(), unreadCount);
  await ada.screen.openRow('Long');
  await ada.seesInSight('while away 1');
  assert.equal(await ada.screen.at('first-unread').textContent(), `${unreadCount} new messages`);
  await eventually('what is in sight is read', async () => (await newBelow())! < unreadCount);
  const below = (await newBelow())!;
  assert.ok(below > unreadCount / 2, `${below} are new below`);
  assert.equal(await ada.row(`while away ${unreadCount}`).count(), 0, 'it stands at the end');
  await becomes('the unread messages on the server', unreadOnServer, below);

  await ada.screen.person.reload();
  const next = `while away ${unreadCount - below + 1}`;
  await ada.seesInSight(next);
  assert.equal(await ada.screen.at('first-unread').textContent(), `${below} new messages`);
  assert.ok((await ada.screen.person.rowCount()) <= 2 * unreadCount, 'all of the thread was loaded');
  const between = ada.screen.at('first-unread').locator('xpath=ancestor::li');
  assert.equal(await between.getByTestId('message-body').textContent(), next);
});

step('[MSG-6] the cursor goes along with reading, and one step leads to the end', async () => {
  const before = (await newBelow())!;
  await ada.page.getByRole('log').hover();
  await ada.page.mouse.wheel(0, 900);
  await eventually('fewer are new below', async () => (await newBelow())! < before - 5);
  await eventually('the server knows', async () => (await unreadOnServer()) === (await newBelow()));
  await ada.screen.person.scrollToEnd();
  await ada.seesInSight(`while away ${unreadCount}`);
  await becomes('the unread messages on the server', unreadOnServer, 0);
  await ada.screen.person.reload();
  await ada.seesInSight(`while away ${unreadCount}`);
  assert.equal(await ada.screen.at('first-unread').count(), 0);
  assert.equal(await newBelow(), null);
});

/** Another tab covers the page, or it is looked at again. */
async function turn(to: 'hidden' | 'visible'): Promise<void> {
  await ada.page
    .evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, value: '${to}' });
    document.dispatchEvent(new Event('visibilitychange'));`);
}

step('[MSG-6] what comes while nobody looks is not read, and is where one comes back to', async () => {
  await turn('hidden');
  await crowd.writeInOrder(ids.get('Long')!, lines('unseen', hiddenCount));
  await becomes('the badge', () => ada.screen.person.unread(), hiddenCount);
  assert.equal(await unreadOnServer(), hiddenCount);
  await turn('visible');
  await ada.seesInSight('unseen 1');
  assert.equal(await ada.screen.at('first-unread').textContent(), `${hiddenCount} new messages`);
  await eventually('some are new below', async () => ((await newBelow()) ?? 0) > hiddenCount / 2);
  await ada.screen.person.scrollToEnd();
  await becomes('the unread messages on the server', unreadOnServer, 0);
});

step('older messages come at the top, and what is read stays where it is', async () => {
  await ada.screen.openRow('Short');
  await ada.screen.openRow('Long');
  const old = `while away ${unreadCount - 30}`;
  const top = ada.row(old);
  await ada.page.getByRole('log').hover();
  const before = await ada.screen.person.rowCount();
  await eventually('it is in sight', async () => {
    await ada.page.mouse.wheel(0, -300);
    return (await top.count()) === 1 && (await ada.isInSight(old));
  });
  const at = await steadyTop(top);
  await eventually('older messages have come', async () => (await ada.screen.person.rowCount()) > before);
  assert.ok(Math.abs((await steadyTop(top)) - at) <= 2, `it moved from ${at} to ${await steadyTop(top)}`);
  await crowd.writeInOrder(ids.get('Long')!, lines('below', 5));
  await becomes('what is new below', newBelow, 5);
  assert.ok(Math.abs((await steadyTop(top)) - at) <= 2, 'it moved for what came below');
});

/** Where a row stands once it stands still. */
async function steadyTop(row: Locator): Promise<number> {
  let last = Number.NaN;
  await eventually('it stands still', async () => {
    const y = (await row.boundingBox())?.y ?? Number.NaN;
    const still = y === last;
    last = y;
    return still;
  });
  return last;
}

step('messages are gone through by keyboard, to rows that were not in the document', async () => {
  const focused = () =>
    ada.page.evaluate<string>(
      `document.activeElement.querySelector('[data-testid=message-body]')?.textContent`,
    );
  await ada.page.getByRole('log').focus();
  await ada.page.keyboard.press('End');
  await becomes('the focus', focused, 'below 5');
  await ada.page.keyboard.press('ArrowUp');
  await becomes('the focus', focused, 'below 4');
  await ada.page.getByRole('log').hover();
  await eventually('it is out of sight', async () => {
    await ada.page.mouse.wheel(0, -1_500);
    return !(await ada.isInSight('below 4'));
  });
  // The row stays in the document, and the keyboard where it was.
  assert.equal(await focused(), 'below 4');
  await ada.page.keyboard.press('ArrowUp');
  await becomes('the focus', focused, 'below 3');
  await ada.seesInSight('below 3');
});

step('nothing went wrong inside of the page', () => {
  assert.deepEqual(story.errors, []);
  return Promise.resolve();
});
