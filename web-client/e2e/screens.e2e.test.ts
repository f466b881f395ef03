// Every screen with the longest names there may be, on the narrowest phone in light colours and on a desktop at 200 % in
// dark ones: everything can be reached, nothing leaves its place, and axe finds nothing.
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import sharp from 'sharp';
import { skein } from '../../ops/cli/testing/run-skein.ts';
import { limits } from '../../protocol/limits.ts';
import { rounds } from '../../protocol/testing/rounds.ts';
import { differingHeight, inkHeightOf, shotOver, type Styled } from './ink.ts';
import { Inspector } from './inspector.ts';
import type { Screen } from './screen.ts';
import { Story } from './story.ts';
import { Talker } from './talker.ts';
import { becomes, eventually } from './waiting.ts';

const widest = (start: string, length: number) => start.padEnd(length, 'W');
const adaIs = { handle: `ada${'w'.repeat(27)}`, displayName: widest('Ada', limits.displayNameLengthMax) };
const bobIs = {
  handle: `bob${'w'.repeat(27)}`,
  displayName: 'Maximilian Hohenzollern-Schmidt '
    .repeat(3)
    .slice(0, limits.displayNameLengthMax - 1)
    .trim(),
};
const eveIs = { handle: `eve${'w'.repeat(27)}`, displayName: widest('Eve', limits.displayNameLengthMax) };
const groupName = widest('Group', limits.groupNameLengthMax);
const fileName = (type: string) => `${widest('File', limits.attachmentNameLengthMax - 4)}.${type}`;
const names = [adaIs, bobIs, eveIs].map(({ displayName }) => displayName);
const allNames = [...names, groupName, fileName('png'), fileName('bin')];
const longWord = 'Donaudampfschifffahrt'.repeat(20);

const phone = { width: 320, height: 640 };
/** Room that 1280 × 800 leave at 200 %. */
const enlarged = { width: 640, height: 400 };

// Of its own: an empty list, and nobody else to be found.
const story = new Story({ own: true });
const step = story.step.bind(story);
let ada: Screen;
let bob: Screen;
let eve: Screen;
let groupPath: string;
let directPath: string;
let invitation: string;

function picture(): Promise<Buffer> {
  return sharp({ create: { width: 640, height: 400, channels: 3, background: '#3a5a8c' } })
    .png()
    .toBuffer();
}

async function chooseFiles(): Promise<void> {
  await ada.at('file-chooser').setInputFiles([
    { name: fileName('png'), mimeType: 'image/png', buffer: await picture() },
    { name: fileName('bin'), mimeType: 'application/octet-stream', buffer: Buffer.alloc(2048, 1) },
  ]);
  await ada.page.locator('[data-testid=upload][data-state=ready]').nth(1).waitFor();
}

step('[GRP-1] three people with the longest names there may be write to each other', async () => {
  [ada, bob, eve] = await Promise.all([story.arrive(adaIs), story.arrive(bobIs), story.arrive(eveIs)]);
  // The first one finds nobody, and can bring others.
  assert.equal(await ada.at('server-link').inputValue(), story.url);
  await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ada.at('copy-server-link').click();
  await ada.page.getByText('Copied. Whoever opens it').waitFor();
  assert.equal(await ada.page.evaluate<string>(`navigator.clipboard.readText()`), story.url);
  await ada.at('find-people').fill(`@${adaIs.handle}`);
  await ada.page.getByText(`That is you: others find you as @${adaIs.handle}.`).waitFor();
  await ada.at('find-people').fill('');
  await ada.createGroup({ name: groupName, description: longWord, people: [bobIs, eveIs] });
  groupPath = ada.person.path;
  const id = groupPath.split('/')[2]!;
  const [adas, bobs] = await Promise.all([ada.client(), bob.client()]);
  invitation = `/join/${id}/${await adas.createInvite(id)}`;
  await bobs.send(id, longWord);
  await chooseFiles();
  await ada.writes(`@${bobIs.handle} ${longWord.slice(0, 60)}`);
  const { events } = await bobs.history(id, 'after', 0);
  const [first, second] = events.filter(({ type }) => type === 'message');
  await bobs.edit(id, first!.seq, `${longWord} again`);
  await bobs.react(id, second!.seq, '👍');
  await adas.react(id, first!.seq, '🎉');
  const { userId } = (await bobs.findUsers(adaIs.handle))[0]!;
  const named = { body: `@${adaIs.handle} look`, replyTo: second!.seq, mentions: [userId], attachments: [] };
  await bobs.send(id, named);
  const direct = await bobs.openDirect(userId);
  directPath = `/c/${direct.conversationId}`;
  await bobs.send(direct.conversationId, longWord);
  adas.close();
  bobs.close();
  await Promise.all([bob, eve].map((other) => other.page.goto('about:blank')));
});

async function lookAtList(look: (screen: string) => Promise<void>): Promise<void> {
  await ada.person.open(story.url);
  await ada.row(groupName).waitFor();
  await look('list');
  await ada.at('find-people').fill('bob');
  await ada.at('person-result').waitFor();
  await look('people found');
  await ada.at('find-people').fill('nobody_is_called_that_at_all_today');
  await look('nobody found');
  await ada.at('find-people').fill('');
  await ada.page.getByRole('button', { name: 'Account' }).click();
  await look('account menu');
  await ada.page.getByRole('menuitem', { name: 'Settings' }).click();
  await ada.at('settings').waitFor();
  await look('settings');
  await ada.page.goBack();
  await ada.openBell();
  await ada.at('notice').first().waitFor();
  await look('notifications');
  await ada.page.keyboard.press('Escape');
  await ada.at('new-group').click();
  const dialog = ada.dialog('New group');
  await dialog.getByLabel('Name').fill(groupName);
  await ada.pick(dialog, [bobIs, eveIs]);
  await dialog.getByTestId('pick-people').fill('nobody_is_called_that');
  await look('new group');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
}

async function lookAtThread(look: (screen: string) => Promise<void>): Promise<void> {
  const talker = new Talker(ada);
  await ada.person.open(story.url + groupPath);
  await ada.at('file').first().waitFor();
  await ada.at('picture').scrollIntoViewIfNeeded();
  await ada.page.locator('[data-testid=picture] img').waitFor();
  await look('group thread');
  await chooseFiles();
  await talker.composer.fill('@b');
  await ada.at('mention-option').first().waitFor();
  await look('composer with files and names');
  await talker.composer.fill('');
  for (const remove of [1, 2]) await ada.at('upload').nth(2 - remove).getByRole('button').click(); // prettier-ignore
  const answer = ada.at('message').last();
  await answer.locator('.bubble').hover();
  await ada.at('reply').click();
  await look('composer with an answer');
  await ada.page.getByRole('button', { name: 'Do not reply' }).click();
  await answer.locator('.bubble').hover();
  await ada.page.getByRole('button', { name: 'More actions' }).click();
  await look('message menu');
  await ada.page.keyboard.press('Escape');
  await ada.at('insert-emoji').click();
  await look('emoji picker');
  await ada.page.keyboard.press('Escape');
  await ada.at('reaction-count').first().click();
  await ada.at('someone').first().waitFor();
  await look('reactors');
  await ada.page.keyboard.press('Escape');
  await ada.at('edited').click();
  await ada.at('revision').first().waitFor();
  await look('edit history');
  await ada.page.keyboard.press('Escape');
  await ada.at('picture').click();
  await ada.page.locator('[data-testid=lightbox-picture][data-whole=true]').waitFor();
  await look('lightbox');
  await ada.page.keyboard.press('Escape');
}

async function lookAtDetails(look: (screen: string) => Promise<void>): Promise<void> {
  await ada.openDetails();
  await ada.at('member').nth(2).waitFor();
  await look('members');
  await ada.member(bobIs).getByRole('button').click();
  await look('member menu');
  await ada.page.getByRole('menuitem', { name: 'Remove from group' }).click();
  await look('removing a member');
  await ada.page.keyboard.press('Escape');
  await ada.act(bobIs, 'Block');
  await look('blocking a member');
  await ada.page.keyboard.press('Escape');
  for (const [button, title] of [
    ['edit-group', 'Edit group'],
    ['add-people', 'Add people'],
    ['invite', 'Invitation link'],
    ['leave-group', 'Leave the group?'],
    ['delete-group', 'Delete the group?'],
  ] as const) {
    await ada.at(button).click();
    await ada.dialog(title).waitFor();
    await look(title);
    await ada.page.keyboard.press('Escape');
  }
  await ada.page.getByRole('button', { name: /^Muted?$/ }).click();
  await look('mute menu');
  await ada.page.keyboard.press('Escape');
  await ada.tab('Insight');
  await ada.at('most-active').waitFor();
  await look('insight');
  await ada.tab('Audit');
  await ada.at('audit').locator('li').first().waitFor();
  await look('audit');
}

async function lookAtOthers(look: (screen: string) => Promise<void>): Promise<void> {
  await ada.person.open(story.url + directPath);
  await ada.at('message').first().waitFor();
  await look('direct thread');
  await ada.openDetails();
  await ada.at('insight').waitFor();
  await look('direct details');
  await ada.at('block').click();
  await look('blocking a person');
  await ada.at('confirm').click();
  await ada.closeDetails();
  await ada.at('blocked-bar').waitFor();
  await look('blocked');
  await ada.at('blocked-bar').getByRole('button').click();
  await ada.at('blocked-bar').waitFor({ state: 'detached' });
  await ada.person.open(story.url + invitation);
  await ada.at('join-page').getByRole('heading').waitFor();
  await look('join page');
  await ada.person.open(`${story.url}/c/01890000-0000-7000-8000-000000000000`);
  await ada.at('no-thread').waitFor();
  await look('no such conversation');
  await ada.person.open(`${story.url}/nowhere`);
  await ada.page.getByText('There is nothing at this address.').waitFor();
  await look('nowhere');
}

async function lookAtEntrance(look: (screen: string) => Promise<void>): Promise<void> {
  await bob.person.open(story.url);
  await bob.person.online();
  await bob.person.signOut();
  await look('landing');
  await bob.person.open(story.url + invitation);
  await bob.page.getByText(/You are invited to the group/).waitFor();
  await look('landing of an invitation');
  await bob.at('sign-up').click();
  await bob.page.getByRole('heading', { name: 'Create an account' }).waitFor();
  await look('sign up');
  await bob.page.goto(`${story.url}/v1/docs`);
  await look('documentation');
  await bob.page.getByLabel('Search').fill('reaction emoji');
  await bob.page.getByText(/^[1-9]\d* places?$/).waitFor();
  assert.ok((await bob.page.locator('article:visible').count()) < 15);
}

/** Of all walks, so that one run tells everything. */
const findings: string[] = [];

const onPhone = ['320 px wide and light', phone, 'light'] as const;
const onDesktop = ['at 200 % and dark', enlarged, 'dark'] as const;

for (const [where, viewport, colorScheme] of rounds([onPhone, onDesktop], [onPhone])) {
  step(`every screen is looked at, ${where}`, async () => {
    for (const { page } of [ada, bob]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
    }
    const [adas, bobs] = [ada, bob].map(({ page }) => new Inspector(page, allNames)) as [
      Inspector,
      Inspector,
    ];
    await lookAtList((screen) => adas.look(screen));
    await lookAtThread((screen) => adas.look(screen));
    await lookAtDetails((screen) => adas.look(screen));
    await lookAtOthers((screen) => adas.look(screen));
    await lookAtEntrance((screen) => bobs.look(screen));
    await bob.person.open(story.url);
    await bob.person.signIn();
    findings.push(...[adas, bobs].flatMap((each) => each.findings.map((finding) => `${where}: ${finding}`)));
  });
}

step('every control can be reached, every name is isolated, and axe has nothing to say', () => {
  assert.deepEqual(findings, []);
  assert.deepEqual(story.errors, []);
  return Promise.resolve();
});

/** A letter under a pile of marks, as people make them to lie over the words of others. */
const piled = `Z${Array.from({ length: 54 }, (_, i) => String.fromCharCode(0x300 + i)).join('')}`;
/** Scripts whose marks belong to them, vowels above vowels and letters below letters. */
const marked = 'مُحَمَّدٌ بِٱللَّهِ · ที่นี่ ผู้ใหญ่ · བསྒྲུབས་ · Ẫ ễ · שָׁלוֹם';

step(
  'marks that are piled up end at their line, and those of the scripts that have them are whole',
  async () => {
    const program = await bob.client();
    const id = groupPath.split('/')[2]!;
    await program.send(id, piled);
    await program.send(id, marked);
    program.close();
    const adas = await ada.client();
    await adas.updateGroup(id, { name: piled, description: '', avatarId: null });
    adas.close();
    await ada.page.setViewportSize({ width: 1000, height: 700 });
    await ada.person.open(story.url + groupPath);
    await ada.hears(marked);
    await ada.row(bobIs.displayName).getByTestId('online').first().waitFor();
    const rowOf = (body: string) => ada.at('message').filter({ hasText: body });
    const letOut = (row: Locator) =>
      row.locator('.bubble-words').evaluate(({ style }: Styled) => (style.overflow = 'visible'));
    const body = rowOf(piled).getByTestId('message-body');
    const places = [
      body,
      ada.at('news').last().locator('bdi'),
      ada.at('thread-title').locator('bdi'),
      ada.at('conversation').first().locator('.name bdi'),
    ];
    const heights: number[] = [];
    for (const place of places) heights.push(await inkHeightOf(ada.page, place));
    for (const height of heights) assert.ok(height > 8 && height <= 48, `${heights.join()} px`);
    await letOut(rowOf(piled));
    const free = await inkHeightOf(ada.page, body);
    assert.ok(free > 60, `the marks pile up to ${free} px only when nothing holds them`);
    const marksOf = () => shotOver(ada.page, rowOf(marked).locator('.bubble'), 6);
    const whole = await marksOf();
    await letOut(rowOf(marked));
    assert.equal(differingHeight(whole, await marksOf()), 0);
  },
);

step('[ACC-2] who signs in after someone whose session ended finds nothing of theirs', async () => {
  const draft = 'Dear Eve, do not tell anyone';
  const kept = () => eve.page.evaluate<string>(`JSON.stringify({ ...localStorage })`);
  await eve.page.setViewportSize({ width: 1000, height: 700 });
  await eve.person.open(story.url + groupPath);
  await eve.at('composer').fill(draft);
  await eventually('the draft is kept', async () => (await kept()).includes(draft));
  // The session ends by itself, as when it was revoked: nobody signs out.
  await eve.page.evaluate(`localStorage.removeItem('skein.session')`);
  await eve.person.open(story.url);
  await eve.person.seesLanding();
  await eve.page.context().clearCookies();
  await eve.person.signInAs(bobIs);
  await eve.person.open(story.url + groupPath);
  await eve.at('composer').waitFor();
  assert.equal(await eve.at('composer').inputValue(), '');
  await eve.at('composer').fill('of Bob');
  await eve.person.signOut(true);
  await eve.page.context().clearCookies();
  await eve.person.signIn();
  await eve.person.open(story.url + groupPath);
  await becomes('the draft', () => eve.at('composer').inputValue(), draft);
  assert.ok(!(await kept()).includes('of Bob'));
});

step('signing out by the keyboard asks when a draft would be lost; colours can be chosen', async () => {
  await eve.page.getByRole('button', { name: 'Account' }).focus();
  await eve.page.keyboard.press('Enter');
  const focused = () => eve.page.evaluate<string>(`document.activeElement.textContent`);
  await becomes('the entry with the focus', focused, 'Settings');
  await eve.page.keyboard.press('Enter');
  await eve.at('settings').waitFor();
  const background = () => eve.page.evaluate<string>(`getComputedStyle(document.body).backgroundColor`);
  await eve.at('settings').getByLabel('Dark').click();
  await becomes('the background', background, 'rgb(22, 22, 21)');
  await eve.page.reload();
  await becomes('the background', background, 'rgb(22, 22, 21)');
  await eve.at('settings').getByLabel('Light').click();
  await becomes('the background', background, 'rgb(246, 245, 242)');
  await eve.at('leave').focus();
  await eve.page.keyboard.press('Enter');
  await eve.dialog('Sign out?').getByText('in one conversation would be lost').waitFor();
  await eve.page.keyboard.press('Enter');
  await eve.dialog('Sign out?').waitFor({ state: 'detached' });
  await eve.at('leave').click();
  await eve.at('confirm').click();
  await eve.person.seesLanding();
  const left = await eve.page.evaluate<string>(
    `Object.keys(localStorage).filter((item) => item.includes('draft')).join()`,
  );
  assert.equal(left, '');
});

step(
  '[OPS-2] the first minute of an operator: settings, checks without a doubt, and a token to try REST',
  async () => {
    const { instance, url } = story;
    const { listenPort } = JSON.parse((await instance.skein('config', '--json')).out) as {
      listenPort: number;
    };
    assert.equal(String(listenPort), new URL(url).port);
    const findings = JSON.parse((await instance.skein('doctor', '--json')).out) as {
      level: string;
      about: string;
    }[];
    // A busy machine is nobody's setting.
    const ofSettings = findings.filter(({ about }) => !['disk', 'event loops', 'clocks'].includes(about));
    assert.deepEqual(ofSettings.filter(({ level }) => level !== 'ok'), []); // prettier-ignore
    const { out: token } = await instance.skein('token', `@${bobIs.handle}`);
    const headers = { authorization: `Bearer ${token.trim()}` };
    const listed = (await (await fetch(`${url}/v1/conversations`, { headers })).json()) as {
      conversations: unknown[];
    };
    assert.equal(listed.conversations.length, 2);
    const unknown = await instance.skein('token', 'nobody');
    assert.deepEqual([unknown.code, unknown.out], [1, '']);
    assert.match(unknown.err, /^Nobody has the handle nobody\. Create an account at http/);
    assert.match((await instance.skein('token', '--help')).out, /works for an hour[^]*Authorization: Bearer/);
    const elsewhere = await skein(['token', 'ada'], { NATS_URL: 'nats://a', DATABASE_URL: 'postgres://a/b' });
    assert.deepEqual([elsewhere.code, elsewhere.out], [2, '']);
    assert.match(elsewhere.err, /^Tokens are made here for the installation that npm start runs/);
  },
);
