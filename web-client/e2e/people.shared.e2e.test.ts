// People and each other: finding them, whether they are there, being told by them, and not wanting to be.
import assert from 'node:assert/strict';
import { isolated } from '../../protocol/text/visible.ts';
import type { Screen } from './screen.ts';
import { Story } from './story.ts';
import { becomes, eventually } from './waiting.ts';

const adaIs = { handle: 'ada_yonath', displayName: 'Ada Yonath' };
const bobIs = { handle: 'bob_taylor', displayName: 'Bob Taylor' };
const eveIs = { handle: 'eve_ensler', displayName: 'Eve Ensler' };

/** In place of the browser's notifications, which a browser without a window cannot show. */
const recordAlerts = `
  window.alerts = [];
  window.Notification = class {
    static permission = 'default';
    static requestPermission() { return Promise.resolve((this.permission = 'granted')); }
    constructor(title, options) { this.title = title; this.body = options.body; window.alerts.push(this); }
    close() {}
  };`;
const setVisible = (visible: boolean) => `
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${visible ? 'visible' : 'hidden'}' });
  document.dispatchEvent(new Event('visibilitychange'));`;

/** As a device whose clock is off. */
const shiftClock = (hours: number) => `{
  const { now } = Date;
  const shiftMs = ${hours} * 3_600_000;
  window.Date = class extends Date {
    constructor(...parts) { super(...(parts.length === 0 ? [now() + shiftMs] : parts)); }
    static now() { return now() + shiftMs; }
  };
}`;

const story = new Story();
const step = story.step.bind(story);
let ada: Screen;
let bob: Screen;
let eve: Screen;

step('[ACC-3] with the keyboard alone: found by handle, chosen with arrows, written to', async () => {
  [ada, bob, eve] = await Promise.all([story.arrive(adaIs), story.arrive(bobIs), story.arrive(eveIs)]);
  const { keyboard } = ada.page;
  await ada.at('find-people').focus();
  await keyboard.type('@BOB_T');
  await ada.at('person-result').waitFor();
  await keyboard.press('Enter');
  await becomes('the thread', () => ada.threadTitle(), 'Bob Taylor');
  await keyboard.type('hello bob');
  await keyboard.press('Enter');
  await ada.hears('hello bob');
  await bob.row('Ada Yonath').waitFor();
});

step('[GRP-1] with the keyboard alone: a group, its people taken as chips and given back', async () => {
  const { keyboard } = ada.page;
  await ada.at('new-group').focus();
  await keyboard.press('Enter');
  await ada.dialog('New group').waitFor();
  await keyboard.type('Crew');
  await ada.at('pick-people').focus();
  for (const { handle } of [bobIs, eveIs]) {
    await keyboard.type(handle);
    await ada.page.locator(`[data-testid=person-result]:has-text("@${handle}")`).waitFor();
    await keyboard.press('Enter');
    await ada
      .at('chip')
      .filter({ hasText: handle === 'bob_taylor' ? 'Bob' : 'Eve' })
      .waitFor();
  }
  await becomes('the count', () => ada.at('member-count').textContent(), '3 of 500, you among them');
  await keyboard.press('Backspace');
  await becomes('the chips', async () => (await ada.at('chip').allTextContents()).join(), 'Bob Taylor');
  await keyboard.type('eve_e');
  await ada.at('person-result').waitFor();
  await keyboard.press('Enter');
  await eventually('two chips', async () => (await ada.at('chip').count()) === 2);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await becomes('the thread', () => ada.threadTitle(), 'Crew');
  await bob.row('Crew').waitFor();
  await eve.row('Crew').waitFor();
});

step('a dot says that someone is there; when they go, the header says when they were', async () => {
  await ada.openRow('Bob Taylor');
  await ada.row('Bob Taylor').getByTestId('online').waitFor();
  await becomes('the header', () => ada.at('thread-subtitle').textContent(), '@bob_taylor · online');
  await bob.page.goto('about:blank');
  await ada.row('Bob Taylor').getByTestId('online').waitFor({ state: 'detached' });
  await becomes(
    'the header',
    () => ada.at('thread-subtitle').textContent(),
    '@bob_taylor · last seen just now',
  );
  await bob.person.open(story.url);
  await ada.row('Bob Taylor').getByTestId('online').waitFor();
});

step('[MEN-1][MEN-2] a mention arrives at once, and leads to the message', async () => {
  await ada.openRow('Crew');
  await ada.writes('nothing for anyone');
  await ada.writes('@bob_taylor look at this');
  await becomes('the bell', () => bob.bellCount(), 1);
  assert.equal(await eve.bellCount(), 0);
  const panel = await bob.openBell();
  const notice = panel.getByTestId('notice');
  await notice.getByText('Ada Yonath').waitFor();
  await notice.getByText('Crew').waitFor();
  await notice.getByText('@bob_taylor look at this').waitFor();
  await notice.getByRole('link').click();
  await becomes('the thread', () => bob.threadTitle(), 'Crew');
  assert.match(bob.page.url(), /\/c\/[0-9a-f-]{36}\?at=\d+$/);
  await becomes('the bell', () => bob.bellCount(), 0);
});

step('[MEN-2] mentions wait for who is away; read on one tab they are read on the other', async () => {
  await bob.page.goto('about:blank');
  await ada.writes('@bob_taylor first');
  await ada.writes('@bob_taylor second');
  await bob.person.open(story.url);
  await becomes('the bell', () => bob.bellCount(), 2);
  const other = await bob.page.context().newPage();
  await other.goto(story.url);
  await other.getByTestId('bell-count').filter({ hasText: '2' }).waitFor();
  const panel = await bob.openBell();
  await panel.getByTestId('notice').first().getByRole('button', { name: 'Mark as read' }).click();
  await becomes('the bell', () => bob.bellCount(), 1);
  await other.getByTestId('bell-count').filter({ hasText: '1' }).waitFor();
  await panel.getByTestId('mark-all-read').click();
  await becomes('the bell', () => bob.bellCount(), 0);
  await other.getByTestId('bell-count').waitFor({ state: 'detached' });
  assert.deepEqual(await readStates(bob), ['true', 'true', 'true']);
  await other.close();
  await bob.page.keyboard.press('Escape');
});

step('[MEN-2] who asked for it is told while the tab is hidden, and a click leads there', async () => {
  await eve.page.addInitScript(recordAlerts);
  await eve.person.reload();
  const panel = await eve.openBell();
  await panel.getByTestId('alerts').click();
  await panel.getByText('This device tells you').waitFor();
  // It holds from the next load on, without another look at the setting.
  await eve.page.addInitScript(`window.Notification.permission = 'granted';`);
  await eve.person.reload();
  await eve.person.online();
  await eve.page.evaluate(setVisible(false));
  await ada.writes('@eve_ensler are you there?');
  await becomes(
    'the alerts',
    () => alertsOf(eve),
    `${isolated('Ada Yonath')} mentioned you in ${isolated('Crew')}: @eve_ensler are you there?`,
  );
  await bob.person.openChatWith(eveIs);
  await bob.writes('psst');
  await eventually('a direct message is told', async () =>
    (await alertsOf(eve)).endsWith('Bob Taylor: psst'),
  );
  await eve.page.evaluate(`window.alerts[0].onclick()`);
  await eve.page.evaluate(setVisible(true));
  await becomes('the thread', () => eve.threadTitle(), 'Crew');
  await becomes('the bell', () => eve.bellCount(), 0);
  await eve.openDetails();
  await eve.mute('Always');
  await eve.at('muted-until').filter({ hasText: 'until you end it' }).waitFor();
  await eve.page.evaluate(setVisible(false));
  await ada.writes('@eve_ensler still?');
  await becomes('the bell', () => eve.bellCount(), 1);
  assert.equal((await alertsOf(eve)).split('\n').length, 2);
  await eve.page.evaluate(setVisible(true));
});

step('[ACC-5] who is blocked is told why their message is refused; unblocking undoes it', async () => {
  await bob.person.openChatWith(adaIs);
  await ada.openRow('Bob Taylor');
  await ada.openDetails();
  await ada.at('block').click();
  await ada.at('confirm').click();
  await ada.at('blocked-bar').waitFor();
  await bob.person.write('why?');
  await eventually(
    'the message is refused',
    async () => (await bob.person.messagesNearby()).at(-1)?.state === 'failed',
  );
  await bob.page.getByText('Not sent. One of you has blocked the other.').first().waitFor();
  await ada.page.getByRole('button', { name: 'Account' }).click();
  await ada.page.getByRole('menuitem', { name: 'Settings' }).click();
  const dialog = ada.at('settings-blocked');
  await dialog.getByTestId('blocked-person').filter({ hasText: 'Bob Taylor' }).waitFor();
  await dialog.getByRole('button', { name: 'Unblock Bob Taylor' }).click();
  await dialog.getByText('You block nobody.').waitFor();
  await ada.openRow('Bob Taylor');
  await ada.at('blocked-bar').waitFor({ state: 'detached' });
  await bob.page.getByRole('button', { name: 'Retry' }).click();
  await ada.hears('why?');
});

step(
  '[ACC-5] who wants to be asked before they are added to groups is asked, and comes in or declines',
  async () => {
    await bob.page.getByRole('button', { name: 'Account' }).click();
    await bob.page.getByRole('menuitem', { name: 'Settings' }).click();
    const dialog = bob.at('settings-groups');
    await dialog.getByLabel('Nobody').click();
    await dialog.getByLabel('Nobody').and(bob.page.locator(':checked')).waitFor();
    for (const name of ['Choir', 'Nagging']) {
      await eve.at('new-group').click();
      await eve.page.keyboard.type(name);
      for (const { handle } of [adaIs, bobIs]) {
        await eve.at('pick-people').fill(handle);
        await eve.page.locator(`[data-testid=person-result]:has-text("@${handle}")`).click();
      }
      await eve.at('create-group').click();
      await ada.row(name).waitFor();
    }
    const asked = bob.at('group-request');
    await asked.filter({ hasText: 'Eve Ensler wants to add you to Choir' }).waitFor();
    await bob.page.getByRole('button', { name: 'Decline to come into Nagging' }).click();
    await asked.filter({ hasText: 'Nagging' }).waitFor({ state: 'detached' });
    await bob.page.getByRole('button', { name: 'Accept, and come into Choir', exact: true }).click();
    await bob.row('Choir').waitFor();
    await asked.waitFor({ state: 'detached' });
  },
);

step('[ACC-7] signing out ends the other tabs, and no other browser', async () => {
  const phone = await story.returns(eveIs);
  const tab = await eve.page.context().newPage();
  await tab.goto(story.url);
  await tab.getByTestId('sign-out').waitFor();
  await eve.person.signOut();
  await tab.getByTestId('sign-in').waitFor();
  await tab.close();
  await phone.person.online();
  await bob.person.openChatWith(eveIs);
  await bob.writes('still there?');
  await phone.openRow('Bob Taylor');
  await phone.hears('still there?');
});

for (const hours of [1.5, -20]) {
  step(`[ACC-1] with a clock that is ${hours} hours ahead, people sign in and write`, async () => {
    const traveller = await story.returns(eveIs, shiftClock(hours));
    await traveller.openRow('Crew');
    await ada.openRow('Crew');
    await traveller.writes(`from ${hours} hours ahead`);
    await ada.hears(`from ${hours} hours ahead`);
    await traveller.person.leave();
  });
}

step('[ACC-1] at another address of the server the page names the one that works', async () => {
  const page = await ada.page.context().newPage();
  const { port } = new URL(story.url);
  await page.goto(`http://127.0.0.1:${port}/join/nowhere?a=b`);
  await page.getByTestId('sign-up').click();
  const way = page.getByTestId('elsewhere');
  await becomes('the address', () => way.textContent(), story.url);
  assert.equal(await way.getAttribute('href'), `${story.url}/join/nowhere?a=b`);
  await page.close();
});

step(
  '[ACC-7] signing out everywhere ends the other browsers, and the next sign-in asks for the password',
  async () => {
    const phone = await story.returns(adaIs);
    await phone.page.getByRole('button', { name: 'Account' }).click();
    await phone.page.getByRole('menuitem', { name: 'Settings' }).click();
    await phone.at('sign-out-everywhere').click();
    await phone.at('confirm').click();
    await phone.person.seesLanding();
    await ada.person.seesLanding();
    await ada.person.signIn();
    assert.deepEqual(story.errors, []);
  },
);

async function readStates(screen: Screen): Promise<(string | null)[]> {
  const notices = await screen.at('notice').all();
  return Promise.all(notices.map((notice) => notice.getAttribute('data-read')));
}

function alertsOf(screen: Screen): Promise<string> {
  return screen.page.evaluate<string>(
    `window.alerts.map(({ title, body }) => title + ': ' + body).join('\\n')`,
  );
}
