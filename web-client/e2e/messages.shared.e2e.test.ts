// Messages after they were sent, as three people in a group live them: changed, deleted, answered, reacted to, read.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { SkeinClient } from '../../protocol/client/index.ts';
import { Finger } from './finger.ts';
import { Story } from './story.ts';
import { Talker } from './talker.ts';
import { becomes, eventually } from './waiting.ts';

const adaIs = { handle: 'ada_byron', displayName: 'Ada Byron' };
const bobIs = { handle: 'bob_metcalfe', displayName: 'Bob Metcalfe' };
const eveIs = { handle: 'eve_curie', displayName: 'Eve Curie' };
const phone = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
} as const;
const group = 'Weavers';

const story = new Story();
const step = story.step.bind(story);
let ada: Talker;
let bob: Talker;
let eve: Talker;
let adasProgram: SkeinClient;
let id: string;

after(() => adasProgram?.close());

/** Looks at what a step has led to, when someone wants to. */
async function picture(talker: Talker, name: string): Promise<void> {
  const folder = process.env['SKEIN_E2E_PICTURES'];
  if (folder) await talker.page.screenshot({ path: `${folder}/${name}.png` });
}

step('[GRP-2] the group tells its own story in lines between the messages', async () => {
  const screens = await Promise.all([story.arrive(adaIs), story.arrive(bobIs), story.arrive(eveIs, phone)]);
  [ada, bob, eve] = screens.map((screen) => new Talker(screen)) as [Talker, Talker, Talker];
  adasProgram = await ada.screen.client();
  const find = async (handle: string) => (await adasProgram.findUsers(handle))[0]!.userId;
  const people = [await find(bobIs.handle), await find(eveIs.handle)];
  id = (await adasProgram.createGroup(people, { name: 'Spinners', description: '', avatarId: null }))
    .conversationId;
  await ada.screen.openRow('Spinners');
  await adasProgram.updateGroup(id, { name: group, description: '', avatarId: null });
  await adasProgram.setRole(id, people[0]!, 'admin');
  await adasProgram.setRole(id, people[0]!, 'member');
  await adasProgram.removeMember(id, people[1]!);
  await adasProgram.addMembers(id, [people[1]!]);
  await bob.screen.openRow(group);
  await eve.screen.openRow(group);
  for (const [talker, by, bobs, was] of [
    [ada, 'You', 'Bob Metcalfe', 'is'],
    [bob, 'Ada Byron', 'You', 'are'],
  ] as const) {
    const expected = [
      `${by} created the group “Spinners”`,
      `${by} renamed the group to “${group}”`,
      `${bobs} ${was} an admin now`,
      `${bobs} ${was} no longer an admin`,
      `${by} removed Eve Curie`,
      `${by} added Eve Curie`,
    ].join('\n');
    await becomes('the lines', async () => (await talker.news()).join('\n'), expected);
  }
});

step('[MSG-5] an edit shows on every screen at once, marked, and its history can be read', async () => {
  await ada.write('helo wrold');
  await bob.row('helo wrold').waitFor();
  await ada.choose('helo wrold', 'Edit');
  assert.equal(await ada.composer.inputValue(), 'helo wrold');
  await ada.write('hello world');
  await bob.row('hello world').waitFor();
  assert.equal(await bob.row('helo wrold').count(), 0);
  await bob.row('hello world').getByTestId('edited').click();
  await bob.screen.at('revision').nth(1).waitFor();
  const texts = await bob.screen.at('revision').locator('p').allTextContents();
  assert.deepEqual(texts, ['hello world', 'helo wrold']);
  await picture(bob, 'edit-history');
  await bob.page.keyboard.press('Escape');
  await bob.screen.at('edit-history').waitFor({ state: 'detached' });
  assert.deepEqual(await bob.offered('hello world'), ['Reply', 'Copy text']);
});

step('[MSG-1] Enter that ends a word of an input method sends nothing', async () => {
  const keys = await bob.page.context().newCDPSession(bob.page);
  await bob.composer.fill('日本');
  // As Safari does: the composition is over, and the key that ended it still comes, under the code of input methods.
  const enter = { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 } as const;
  await keys.send('Input.dispatchKeyEvent', enter);
  await bob.composer.press('End');
  assert.equal(await bob.composer.inputValue(), '日本');
  assert.equal(await bob.row('日本').count(), 0);
  await bob.composer.press('Enter');
  await ada.row('日本').waitFor();
  await keys.detach();
});

step(
  '[MSG-5] ArrowUp in an empty composer takes up the last message; Escape leaves it as it was',
  async () => {
    await bob.write('secnd');
    await bob.row('secnd').and(bob.page.locator('[data-seq]')).waitFor();
    await bob.composer.press('ArrowUp');
    await bob.screen.at('edit-bar').waitFor();
    await bob.composer.fill('something else');
    await bob.composer.press('Escape');
    assert.equal(await bob.composer.inputValue(), '');
    await bob.row('secnd').waitFor();
    await bob.composer.press('ArrowUp');
    await bob.write('second');
    await ada.row('second').waitFor();
    await bob.screen.at('edit-bar').waitFor({ state: 'detached' });
  },
);

step('[MSG-5] what is deleted vanishes everywhere, and is a tombstone after a reload too', async () => {
  await bob.write('a secret');
  await ada.row('a secret').waitFor();
  await ada.react('a secret', 'surprised wow');
  await bob.choose('a secret', 'Delete…');
  await bob.screen.at('confirm').click();
  for (const talker of [ada, bob, eve]) {
    await becomes('the messages with the secret', () => talker.row('a secret').count(), 0);
    await talker.row('This message was deleted').waitFor();
    assert.equal(await talker.row('This message was deleted').getByTestId('reaction').count(), 0);
  }
  await ada.screen.person.reload();
  await ada.row('This message was deleted').waitFor();
  assert.equal(await ada.row('a secret').count(), 0);
  await bob.write('of the others');
  await ada.choose('of the others', 'Delete…');
  await ada.screen.at('confirm').click();
  await becomes('the tombstones', () => bob.row('This message was deleted').count(), 2);
});

step('[REA-1] reactions of two people count exactly, and tell who', async () => {
  await ada.write('what do you think?');
  await bob.row('what do you think?').waitFor();
  await bob.react('what do you think?', 'thumbs up');
  await ada.seesReactions('what do you think?', '👍1');
  await bob.seesReactions('what do you think?', '👍1*');
  await ada.toggle('what do you think?', '👍');
  await ada.react('what do you think?', 'party popper');
  for (const [talker, expected] of [
    [ada, '👍2* 🎉1*'],
    [bob, '👍2* 🎉1'],
    [eve, '👍2 🎉1'],
  ] as const) {
    await talker.seesReactions('what do you think?', expected);
  }
  await ada.row('what do you think?').getByRole('button', { name: 'Who reacted with 👍' }).click();
  assert.deepEqual(await ada.someones('reactors'), ['Bob Metcalfe', 'You']);
  await picture(ada, 'reactors');
  await ada.page.keyboard.press('Escape');
  await bob.toggle('what do you think?', '👍');
  await ada.seesReactions('what do you think?', '👍1* 🎉1*');
  await ada.screen.person.reload();
  await ada.seesReactions('what do you think?', '👍1* 🎉1*');
});

step('[REA-1] an emoji is put on a message with the keyboard alone', async () => {
  await bob.composer.focus();
  await bob.page.keyboard.press('Shift+Tab');
  await bob.page.getByRole('log').focus();
  await bob.page.keyboard.press('ArrowUp');
  await bob.page.keyboard.press('Tab');
  await eventually('the tools have the focus', () =>
    bob.page.evaluate<boolean>(`document.activeElement.closest('.message-tools, .message') !== null`),
  );
  const focused = () => bob.page.evaluate<string>(`document.activeElement.getAttribute('data-testid') ?? ''`);
  for (let tabs = 0; (await focused()) !== 'react' && tabs < 8; tabs++) await bob.page.keyboard.press('Tab');
  assert.equal(await focused(), 'react');
  await bob.page.keyboard.press('Enter');
  await bob.screen.at('emoji-picker').waitFor();
  await bob.page.keyboard.type('rocket');
  await bob.page.keyboard.press('Enter');
  await ada.seesReactions('what do you think?', '👍1* 🎉1* 🚀1');
  await bob.page.keyboard.press('Enter');
  await bob.screen.at('emoji-picker').waitFor();
  await bob.page.keyboard.press('ArrowRight');
  await bob.page.keyboard.press('ArrowRight');
  await picture(bob, 'emoji-picker');
  await bob.page.keyboard.press('Escape');
  await bob.screen.at('emoji-picker').waitFor({ state: 'detached' });
});

step('[MEN-1] @ completes the names of members; whoever is named sees it stronger', async () => {
  await ada.composer.pressSequentially('ask @e');
  await ada.screen.at('mention-option').filter({ hasText: 'Eve Curie' }).waitFor();
  await picture(ada, 'mentions');
  await ada.page.keyboard.press('Tab');
  assert.equal(await ada.composer.inputValue(), 'ask @eve_curie ');
  await ada.composer.pressSequentially('or @boB');
  await ada.screen.at('mention-option').waitFor();
  await ada.page.keyboard.press('Enter');
  await ada.composer.pressSequentially('or @nobody_at_all');
  await ada.page.keyboard.press('Enter');
  const text = 'ask @eve_curie or @bob_metcalfe or @nobody_at_all';
  const found = eve.page.getByTestId('message').filter({ hasText: text });
  await found.waitFor();
  await becomes('the names', async () => (await found.getByTestId('mention').allTextContents()).join(), '@eve_curie,@bob_metcalfe'); // prettier-ignore
  assert.deepEqual(await found.locator('.at-name.me').allTextContents(), ['@eve_curie']);
});

step('[MSG-6] who writes is shown while they do, and no longer', async () => {
  await bob.composer.pressSequentially('I was just about to');
  await becomes('the line', () => ada.screen.at('typing').textContent(), 'Bob Metcalfe is writing…');
  await picture(ada, 'typing');
  await bob.composer.fill('');
  await becomes('the line', () => ada.screen.at('typing').textContent(), '');
  await bob.composer.pressSequentially('say');
  await becomes('the line', () => ada.screen.at('typing').textContent(), 'Bob Metcalfe is writing…');
  await bob.composer.press('Enter');
  await becomes('the line', () => ada.screen.at('typing').textContent(), '');
});

step('[MSG-6] one sees who in the group has read a message', async () => {
  await eve.screen.person.leaveThread();
  await ada.write('has everyone seen this?');
  await becomes('the count', () => ada.row('has everyone seen this?').getByTestId('read-by').textContent(), 'Read by 1'); // prettier-ignore
  await eve.screen.openRow(group);
  await becomes('the count', () => ada.row('has everyone seen this?').getByTestId('read-by').textContent(), 'Read by 2'); // prettier-ignore
  await ada.row('has everyone seen this?').getByTestId('read-by').click();
  assert.deepEqual(await ada.someones('readers'), ['Bob Metcalfe', 'Eve Curie']);
  await ada.page.keyboard.press('Escape');
});

/** The record knows it too, from which a page that is loaded anew opens. */
async function isReadBy({ screen }: Talker): Promise<void> {
  const program = await screen.client();
  const unread = async () =>
    (await program.conversations()).conversations.find(({ conversationId }) => conversationId === id)?.unread;
  await becomes('the number of unread messages', unread, 0);
  program.close();
}

step('[MSG-6] an answer quotes, and leads to what it answers, far back in the history', async () => {
  for (let n = 1; n <= 260; n++) void adasProgram.send(id, `line ${n}`);
  await bob.row('line 260').waitFor();
  await becomes('what waits', () => Promise.resolve(adasProgram.unacknowledged), 0);
  const first = (await bob.screen.person.messagesNearby()).find(({ body }) => body === 'hello world')?.seq;
  const { events } = await adasProgram.history(id, 'after', 0);
  const hello = events.find((event) => event.type === 'message' && event.body === 'hello world')!.seq;
  assert.ok(first === undefined || first === hello);
  await adasProgram.send(id, { body: 'that was nice', replyTo: hello, mentions: [], attachments: [] });
  await bob.row('that was nice').waitFor();
  await isReadBy(bob);
  await bob.screen.person.reload();
  await bob.row('that was nice').waitFor();
  assert.equal(await bob.row('hello world').count(), 0, 'it was loaded already');
  await becomes('the quote', () => bob.row('that was nice').getByTestId('quote').locator('.quote-text').textContent(), 'hello world'); // prettier-ignore
  await bob.row('that was nice').getByTestId('quote').click();
  await bob.seesInSight('hello world');
  await picture(bob, 'jumped');
  assert.ok((await bob.screen.person.rowCount()) < 200, 'everything in between was loaded');
  await bob.screen.person.scrollToEnd();
  await bob.seesInSight('that was nice');
  await bob.screen.person.open(`${story.url}/c/${id}?at=${hello}`);
  await bob.seesInSight('hello world');
  // Downwards the two stretches meet, and nothing is missing or there twice.
  await bob.page.getByRole('log').hover();
  await eventually('the end is reached', async () => {
    await bob.page.mouse.wheel(0, 6_000);
    return (await bob.row('that was nice').count()) === 1;
  });
  const lines = (await bob.screen.person.messages()).filter(({ body }) => body.startsWith('line '));
  assert.equal(lines.length, 260);
});

step('[MSG-6] the answer and the text of a draft are there after a reload', async () => {
  await bob.screen.person.open(`${story.url}/c/${id}`);
  await bob.row('that was nice').waitFor();
  await bob.row('that was nice').locator('.bubble').hover();
  await bob.row('that was nice').getByTestId('reply').click();
  await bob.composer.pressSequentially('I think so');
  await bob.screen.person.reload();
  await bob.screen.at('reply-bar').getByText('that was nice').waitFor();
  assert.equal(await bob.composer.inputValue(), 'I think so');
  await picture(bob, 'reply-draft');
  await bob.composer.press('Enter');
  const answer = ada.row('I think so');
  await answer.getByTestId('quote').getByText('that was nice').waitFor();
  assert.equal(await bob.screen.at('reply-bar').count(), 0);
});

step(
  '[MSG-6] on a phone a message that is held offers what can be done, until something is chosen',
  async () => {
    const finger = await Finger.on(eve.page);
    const sheet = eve.screen.at('message-sheet');
    const hold = async () => {
      await finger.put(await finger.middleOf(eve.row('I think so').getByTestId('message-body')));
      await sheet.waitFor();
      await finger.lift();
      assert.equal(await sheet.count(), 1, 'it went with the finger');
    };
    await hold();
    await picture(eve, 'phone');
    assert.equal(await eve.page.evaluate<string>('getSelection().toString()'), '');
    await finger.tap(await finger.middleOf(sheet.getByText('Reply', { exact: true })));
    await eve.screen.at('reply-bar').waitFor();
    assert.equal(await sheet.count(), 0);
    await eve.write('me too');
    await ada.row('me too').getByTestId('quote').waitFor();

    const above = { x: 195, y: 120 };
    const address = eve.page.url();
    for (const putAway of [
      () => finger.tap(above),
      () => eve.page.goBack(),
      () => eve.page.keyboard.press('Escape'),
    ]) {
      await hold();
      await putAway();
      await sheet.waitFor({ state: 'detached' });
      assert.equal(eve.page.url(), address);
      assert.equal(await eve.screen.at('thread').count(), 1);
    }
    await hold();
    await finger.tap(await finger.middleOf(sheet.locator('[data-emoji="🎉"]')));
    await ada.seesReactions('I think so', '🎉1');
    await hold();
    assert.equal(await sheet.locator('[data-emoji="🎉"]').getAttribute('aria-pressed'), 'true');
    await finger.tap(await finger.middleOf(sheet.locator('[data-emoji="🎉"]')));
    await ada.seesReactions('I think so', '');
  },
);

step('[MSG-6] a finger that held a message chooses nothing in the sheet that rises beneath it', async () => {
  const finger = await Finger.on(eve.page);
  const sheet = eve.screen.at('message-sheet');
  const low = await finger.middleOf(eve.row('me too').getByTestId('message-body'));
  await finger.put(low);
  await sheet.waitFor();
  // It stands still by then.
  await sheet.evaluate((element: { getAnimations: () => { finished: Promise<unknown> }[] }) =>
    Promise.all(element.getAnimations().map(({ finished }) => finished)),
  );
  const covers = await sheet.boundingBox();
  assert.ok(covers !== null && covers.y < low.y, 'the sheet rose beneath the finger');
  await finger.lift();
  assert.equal(await sheet.count(), 1, 'something was chosen');
  assert.equal(await eve.page.getByRole('dialog').count(), 1, 'something was chosen');
  await eve.page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

step('[MSG-6] a finger that scrolls holds nothing', async () => {
  const finger = await Finger.on(eve.page);
  const scroller = eve.page.locator('.thread-scroll');
  const scrolled = () => scroller.evaluate((element: { scrollTop: number }) => element.scrollTop);
  const before = await scrolled();
  const from = await finger.middleOf(eve.row('I think so').getByTestId('message-body'));
  await finger.drag(from, { ...from, y: from.y + 200 });
  // It rests where it has come to, for longer than a message must be held.
  await eventually('the messages have moved', async () => (await scrolled()) < before - 100);
  await eve.page.evaluate('new Promise((done) => setTimeout(done, 600))');
  assert.equal(await eve.screen.at('message-sheet').count(), 0);
  await finger.lift();
  assert.equal(await eve.screen.at('message-sheet').count(), 0);
});

step('nothing went wrong inside of the pages', () => {
  assert.deepEqual(story.errors, []);
  return Promise.resolve();
});
