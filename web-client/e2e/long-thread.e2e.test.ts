// A thread of thousands of messages, and many that arrive at once: the page stays as quick as with a few.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { rounds } from '../../protocol/testing/rounds.ts';
import { Crowd } from './crowd.ts';
import { PageCosts, type Costs } from './page-costs.ts';
import { Story } from './story.ts';
import { Talker } from './talker.ts';
import { becomes } from './waiting.ts';

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

const crowd = await Crowd.gather();
const story = new Story({ settings: crowd.settings });
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
  assert.ok((await costs.elements()) < elementsMax, `${await costs.elements()} elements`);
});

step('nothing went wrong inside of the page', () => {
  assert.deepEqual(story.errors, []);
  return Promise.resolve();
});
