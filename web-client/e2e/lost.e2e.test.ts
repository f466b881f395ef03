// Messages that the server acknowledged and then lost with a damaged disk, as two people see it: those stay on the
// screen, marked, and their writer can send them again.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import type { ClusterStatus } from '../../ops/cli/status.ts';
import { onlyInAll } from '../../protocol/testing/rounds.ts';
import { Story } from './story.ts';
import { Talker } from './talker.ts';
import { becomes, eventually } from './waiting.ts';

const adaIs = { handle: 'ada_lost', displayName: 'Ada Lovelace' };
const bobIs = { handle: 'bob_lost', displayName: 'Bob Kahn' };
const kept = 'kept by both stores';
const gone = ['gone with the disk', 'and this one too'];
const lostSection = 'Messages that the server has lost';

const story = new Story({ own: true, skip: onlyInAll });
let ada: Talker;
let bob: Talker;

/** Ends the journal's file where the first of these messages stands. */
function damage(stateDir: string): void {
  const nats = path.join(stateDir, 'nats');
  const files = readdirSync(nats, { recursive: true, encoding: 'utf8' });
  const blocks = files.filter((file) => file.includes('_journal_') && file.endsWith('.blk'));
  const places = blocks.map((file) => ({ file, at: readFileSync(path.join(nats, file)).indexOf(gone[0]!) }));
  const hit = places.find(({ at }) => at >= 0);
  assert.ok(hit, `the message is in none of ${blocks.join(', ')}`);
  truncateSync(path.join(nats, hit.file), hit.at);
}

async function damagedJournals(): Promise<string[]> {
  const { out } = await story.instance.skein('status', '--json');
  if (!out.startsWith('{')) return [];
  const { problems } = JSON.parse(out) as ClusterStatus;
  return problems.flatMap(
    ({ what }) => /(w[0-9a-f]{12}).*acknowledged and (?:is|are) not there/.exec(what)?.[1] ?? [],
  );
}

const lostOn = (talker: Talker) => talker.page.getByRole('status', { name: lostSection });

story.step('[DM-2] two people chat, and what they write is acknowledged', async () => {
  [ada, bob] = [new Talker(await story.arrive(adaIs)), new Talker(await story.arrive(bobIs))];
  await ada.screen.person.openChatWith(bobIs);
  await ada.screen.writes(kept);
  await bob.screen.openRow(adaIs.displayName);
  await bob.screen.hears(kept);
});

story.step('[MSG-2] what a damaged journal lost stays on both screens, marked (FAULTS 12)', async () => {
  const database = story.instance.database();
  await database.connect();
  const read = async () => (await database.query(`select from messages`)).rowCount;
  await becomes('the number of recorded messages', read, 1);
  await database.end();
  story.instance.freeze('projector');
  for (const body of gone) await ada.screen.writes(body);
  for (const body of gone) await bob.screen.hears(body);
  await story.instance.crash(damage);
  let damaged: string[] = [];
  await eventually('the loss is said', async () => (damaged = await damagedJournals()).length > 0);
  const repaired = await story.instance.skein('journal', 'repair', damaged[0]!, '--yes');
  assert.equal(repaired.code, 0, repaired.err);
  for (const talker of [ada, bob]) {
    await lostOn(talker).waitFor();
    assert.deepEqual(await lostOn(talker).locator('li > span').allTextContents(), gone);
  }
  assert.deepEqual(await lostOn(bob).locator('li > strong').allTextContents(), [
    'Ada Lovelace',
    'Ada Lovelace',
  ]);
  assert.equal(await lostOn(bob).getByRole('button', { name: 'Send again' }).count(), 0);
});

story.step('[MSG-2] their writer sends one again, and both go on from what the server has', async () => {
  await lostOn(ada).getByRole('button', { name: 'Send again' }).first().click();
  await bob.screen.hears(gone[0]!);
  await becomes('the number that is still marked', () => lostOn(ada).locator('li').count(), 1);
  await lostOn(ada).getByRole('button', { name: 'Hide' }).click();
  await lostOn(ada).waitFor({ state: 'detached' });
  const words = async (talker: Talker) =>
    (await talker.screen.person.messages()).map(({ body }) => body).join();
  await becomes('what Ada sees', () => words(ada), [kept, gone[0]].join());
  await becomes('what Bob sees', () => words(bob), [kept, gone[0]].join());
  assert.deepEqual(story.errors, []);
});
