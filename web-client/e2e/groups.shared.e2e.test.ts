// Groups as people live them: four of them, one group from its making to its end.
import assert from 'node:assert/strict';
import sharp from 'sharp';
import type { Screen } from './screen.ts';
import { Story } from './story.ts';
import { becomes, eventually } from './waiting.ts';
import { isolated } from '../../protocol/text/visible.ts';

const adaIs = { handle: 'ada_lovelace', displayName: 'Ada Lovelace' };
const bobIs = { handle: 'bob_kahn', displayName: 'Bob Kahn' };
const eveIs = { handle: 'eve_mosher', displayName: 'Eve Mosher' };
const danIs = { handle: 'dan_ingalls', displayName: 'Dan Ingalls' };

const story = new Story();
const step = story.step.bind(story);
let ada: Screen;
let bob: Screen;
let eve: Screen;
let dan: Screen;
let invitation: string;

function picture(colour: string): Promise<Buffer> {
  return sharp({ create: { width: 96, height: 96, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

step('[GRP-1] a group of three is made with a picture, and appears with the others at once', async () => {
  [ada, bob, eve, dan] = await Promise.all([
    story.arrive(adaIs),
    story.arrive(bobIs),
    story.arrive(eveIs),
    story.arrive(danIs),
  ]);
  await ada.at('new-group').click();
  const dialog = ada.dialog('New group');
  assert.equal(await dialog.getByTestId('create-group').isDisabled(), true);
  await dialog.getByText('Give the group a name.').waitFor();
  await dialog.getByLabel('Name').fill('Weavers');
  await dialog.getByText('Choose at least 2 people.').waitFor();
  await ada.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await ada.createGroup({
    name: 'Weavers',
    description: 'Threads of all kinds',
    people: [bobIs, eveIs],
    picture: await picture('#3a5a8c'),
  });
  for (const other of [bob, eve]) {
    await other.row('Weavers').waitFor();
    await other.row('Weavers').locator('.avatar img').waitFor();
  }
  assert.equal(await dan.row('Weavers').count(), 0);
});

step('[GRP-1][GRP-2] everyone sees who belongs to it and as what; only the admin can change it', async () => {
  await bob.openRow('Weavers');
  await bob.openDetails();
  const expected = 'ada_lovelace admin,bob_kahn member,eve_mosher member';
  await becomes('the members', async () => (await bob.members()).join(), expected);
  await bob.at('details').getByText('Threads of all kinds').waitFor();
  for (const forAdmins of ['add-people', 'invite', 'edit-group', 'delete-group']) {
    assert.equal(await bob.at(forAdmins).count(), 0, forAdmins);
  }
  await bob.member(adaIs).getByRole('button').click();
  const offered = async () => (await bob.page.getByRole('menuitem').allTextContents()).find(Boolean);
  await becomes('what is offered first', offered, 'Message');
  await bob.page.keyboard.press('Escape');
  await bob.at('details').waitFor();
  await bob.closeDetails();
});

step('[GRP-1][MSG-6] what one writes reaches all, and the list says who wrote it', async () => {
  await ada.writes('good morning');
  await bob.hears('good morning');
  await becomes('the line in the list', () => eve.row('Weavers').getByTestId('preview').textContent(), 'Ada Lovelace: good morning'); // prettier-ignore
  await becomes('the badge', () => eve.person.unread(), 1);
});

step('[GRP-2] a new name, picture and description show with everyone who looks on', async () => {
  await ada.openDetails();
  const before = await bob.row('Weavers').locator('.avatar img').getAttribute('src');
  await ada.at('edit-group').click();
  const dialog = ada.dialog('Edit group');
  await dialog.getByLabel('Name').fill('Spinners');
  await dialog.getByLabel('Description').fill('Wheels');
  const file = { name: 'other.png', mimeType: 'image/png', buffer: await picture('#b3372f') };
  await dialog.getByTestId('group-picture').setInputFiles(file);
  await dialog.getByTestId('save-group').click();
  await dialog.waitFor({ state: 'detached' });
  await eve.row('Spinners').waitFor();
  await becomes('the open thread', () => bob.threadTitle(), 'Spinners');
  await eventually('the picture changes', async () => {
    const shown = bob.row('Spinners').locator('.avatar img');
    return (await shown.count()) === 1 && (await shown.getAttribute('src')) !== before;
  });
  await becomes('the description', () => ada.at('details').locator('.about-description').textContent(), 'Wheels'); // prettier-ignore
});

step('[GRP-2] an invitation shows to what it leads, and a fourth joins by it', async () => {
  await ada.at('invite').click();
  await ada.at('create-invitation').click();
  invitation = await ada.at('invitation-link').inputValue();
  await ada.page.keyboard.press('Escape');
  await dan.person.open(invitation);
  const page = dan.at('join-page');
  await page.getByText('Spinners').waitFor();
  await page.getByText('3 members').waitFor();
  await page.getByText('Wheels').waitFor();
  await dan.at('join').click();
  await becomes('the thread', () => dan.threadTitle(), 'Spinners');
  await dan.hears('good morning'); // GRP-3
  await ada.member(danIs).waitFor();
  await dan.person.open(invitation);
  await page.getByText('You are a member already.').waitFor();
  await page.getByRole('button', { name: 'Open' }).click();
  await becomes('the thread', () => dan.threadTitle(), 'Spinners');
});

step('[GRP-4] who is removed sees it at once: their thread closes and says why', async () => {
  await ada.act(danIs, 'Remove from group', true);
  await dan.farewell('You were removed from “Spinners”');
  assert.equal(await dan.at('composer').count(), 0);
  assert.equal(await dan.row('Spinners').count(), 0);
  await ada.member(danIs).waitFor({ state: 'detached' });
  await ada.at('invite').click();
  await ada.at('revoke-invitation').click();
  await ada.dialog('Invitation link').getByText('No link leads to this group any more.').waitFor();
  await ada.page.keyboard.press('Escape');
  await dan.person.open(invitation);
  await dan.at('join-page').getByText('This invitation is not valid any more').waitFor();
});

step('[GRP-3] who is added again is back in the group, with what was said before', async () => {
  await ada.at('add-people').click();
  const dialog = ada.dialog('Add people');
  await dialog.getByTestId('pick-people').fill('bob_kahn');
  await dialog.getByText('Everyone found is there already.').waitFor();
  await ada.pick(dialog, [danIs]);
  await dialog.getByTestId('add-chosen').click();
  await dialog.waitFor({ state: 'detached' });
  await dan.row('Spinners').waitFor();
  await dan.openRow('Spinners');
  await dan.hears('good morning');
  await dan.writes('I am back');
  await bob.hears('I am back');
});

step('[MSG-6] a muted group is marked as such, counts for nothing, and wakes again', async () => {
  await eve.openRow('Spinners');
  await eve.openDetails();
  await eve.mute('For 8 hours');
  await eve.row('Spinners').getByTestId('muted').waitFor();
  await eve.at('muted-until').waitFor();
  await eve.closeDetails();
  await eve.page.goBack();
  await becomes('the title of the thread', () => eve.threadTitle(), null);
  await ada.writes('quietly');
  await becomes('the badge', () => eve.person.unread(), 1);
  await becomes('the title', () => eve.person.title(), 'Skein');
  await eve.openRow('Spinners');
  await eve.openDetails();
  await eve.mute('Unmute');
  await eve.row('Spinners').getByTestId('muted').waitFor({ state: 'detached' });
});

step('[INS-1] the insight counts exactly, also after a message was deleted', async () => {
  await bob.openDetails();
  await bob.tab('Insight');
  await becomes('the count', () => bob.at('message-count').textContent(), '3');
  const program = await ada.client();
  const id = new URL(bob.page.url()).pathname.split('/')[2]!;
  const { events } = await program.history(id, 'after', 0);
  const quiet = events.find((event) => event.type === 'message' && event.body === 'quietly')!;
  await program.deleteMessage(id, quiet.seq);
  program.close();
  await becomes('the count', () => bob.at('message-count').textContent(), '2');
  const today = new Date().toISOString().slice(0, 10);
  const cell = bob.at('activity-table').locator(`tr[data-day="${today}"] td`);
  await becomes('the bar of today', () => cell.textContent(), '2');
  await becomes(
    'the most active',
    async () => (await bob.at('most-active').locator('li').allTextContents()).sort().join(),
    'Ada Lovelace1,Dan Ingalls1',
  );
  await bob.page.getByRole('button', { name: '1 year' }).click();
  const words = '2 messages in the last 365 days, at most 2 in one week.';
  await becomes('the chart', () => bob.at('activity-chart').getAttribute('aria-label'), words);
});

step('[MSG-8] an admin reads who did what', async () => {
  await ada.tab('Audit');
  const trail = ada.at('audit');
  await trail.getByText('added Dan Ingalls').first().waitFor();
  await trail.getByText('removed Dan Ingalls').waitFor();
  await trail.getByText('changed name, description or picture').waitFor();
  await trail.getByText('created the conversation').waitFor();
  await ada.tab('Members');
});

step('[GRP-2] an admin makes another one; the last one hands over before leaving', async () => {
  await ada.act(bobIs, 'Make admin');
  await becomes('the role', () => ada.member(bobIs).getAttribute('data-role'), 'admin');
  await bob.at('delete-group').waitFor();
  await ada.act(bobIs, 'Remove as admin');
  await becomes('the role', () => ada.member(bobIs).getAttribute('data-role'), 'member');
  await bob.at('delete-group').waitFor({ state: 'detached' });
  await ada.at('leave-group').click();
  const dialog = ada.dialog('Leave the group?');
  await dialog.getByText('You are its only admin.').waitFor();
  assert.equal(await dialog.getByTestId('confirm').isDisabled(), true);
  await dialog.getByTestId('heir').selectOption({ label: `${isolated('Bob Kahn')} (@bob_kahn)` });
  await dialog.getByTestId('confirm').click();
  await ada.farewell('You have left “Spinners”');
  await bob.at('delete-group').waitFor();
  await bob.writes('mine now');
  assert.equal(await ada.row('Spinners').count(), 0);
});

step('[GRP-5] a deleted group is gone for all, and says so to who looks on', async () => {
  await bob.at('delete-group').click();
  const dialog = bob.dialog('Delete the group?');
  assert.equal(await dialog.getByTestId('confirm').isDisabled(), true);
  await dialog.getByLabel('Type the name').fill('spinners');
  await dialog.getByTestId('confirm').click();
  for (const other of [bob, eve, dan]) {
    await other.farewell('“Spinners” was deleted by one of its admins.');
    assert.equal(await other.row('Spinners').count(), 0);
  }
  assert.deepEqual(story.errors, []);
});
