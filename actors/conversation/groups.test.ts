// Groups as the runtime drives them, in a simulated world: what happens between a decision, its journaling and its
// projection.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { bounds } from '../runtime/bounds.ts';
import { refusedKeysBounds } from './refused-keys.ts';
import { ada, bob, codeOf, eve, plain, valueOf, World } from './testing/world.ts';

async function group(): Promise<World> {
  const world = new World();
  const profile = { name: 'Weavers', description: '', avatarId: null };
  const made = world.ask({ type: 'create_group', by: ada, memberIds: [bob, eve], ...profile });
  await turn();
  await world.commit();
  valueOf(made);
  return world;
}

void test('[GRP-4] a page that was on its way when its reader was removed is refused', async () => {
  const world = await group();
  for (let at = 0; at < bounds.tailEventsKept * 4; at++) world.send(`${at}`);
  await world.commit();
  world.journal.project();
  world.send('the tail is trimmed now');
  await world.commit();
  const gate = Promise.withResolvers<void>();
  world.store.gate = gate.promise;
  const page = world.history('after', 0, eve);
  world.ask({ type: 'remove_member', by: ada, userId: eve });
  await world.commit();
  world.send('not for her');
  await world.commit();
  gate.resolve();
  await turn();
  await turn();
  assert.equal(codeOf(page), 'conversation_not_found');
});

void test('[GRP-2] when the last one has left nobody joins by an old invitation', async () => {
  const world = await group();
  world.ask({ type: 'set_invite', by: ada, codeHash: 'hash' });
  await world.commit();
  for (const userId of [bob, eve, ada]) world.ask({ type: 'remove_member', by: userId, userId });
  await world.commit();
  assert.equal(codeOf(world.ask({ type: 'join', by: bob, codeHash: 'hash' })), 'invitation_invalid');
});

void test('[GRP-4] no invitation brings back someone whom another one removed, until an admin adds them', async () => {
  const world = await group();
  const joinAs = async (by: string, codeHash: string) => {
    const reply = world.ask({ type: 'join', by, codeHash });
    // The record is asked in between.
    await turn();
    await turn();
    await world.commit();
    return codeOf(reply);
  };
  world.ask({ type: 'set_invite', by: ada, codeHash: 'old' });
  world.ask({ type: 'remove_member', by: ada, userId: eve });
  // Even before the removal is durable.
  assert.equal(await joinAs(eve, 'old'), 'invitation_invalid');
  world.ask({ type: 'set_invite', by: ada, codeHash: 'new' });
  assert.equal(await joinAs(eve, 'new'), 'invitation_invalid');
  world.ask({ type: 'add_members', by: ada, userIds: [eve] });
  world.ask({ type: 'remove_member', by: eve, userId: eve });
  await world.commit();
  assert.equal(await joinAs(eve, 'new'), 'accepted', 'who left by herself may come back');
  world.ask({ type: 'remove_member', by: bob, userId: bob });
  await world.commit();
  assert.equal(await joinAs(bob, 'new'), 'accepted');
});

void test('[MSG-4] the repeat of someone who was removed since gets the first answer', async () => {
  const world = await group();
  const key = world.key();
  const first = world.send('said in time', { by: eve, key });
  await world.commit();
  world.ask({ type: 'remove_member', by: ada, userId: eve });
  await world.commit();
  const again = world.send('said in time', { by: eve, key });
  const other = world.send('said in time', { by: eve });
  await turn();
  assert.deepEqual(valueOf(again), valueOf(first));
  assert.equal(codeOf(other), 'conversation_not_found');
});

void test('[MSG-4][GRP-4] a copy of what was refused for good is refused too, though its sender was let in again', async () => {
  const world = await group();
  world.ask({ type: 'remove_member', by: ada, userId: eve });
  await world.commit();
  const key = world.key();
  const refused = world.send('am I out?', { by: eve, key });
  await turn();
  assert.equal(codeOf(refused), 'conversation_not_found');
  world.ask({ type: 'add_members', by: ada, userIds: [eve] });
  await world.commit();
  const copy = world.send('am I out?', { by: eve, key });
  const fresh = world.send('I am back', { by: eve });
  await world.commit();
  assert.equal(codeOf(copy), 'conversation_not_found');
  valueOf(fresh);
  // A later attempt under the same key is heard.
  world.time.advance(refusedKeysBounds.rememberMs + 1);
  const later = world.send('am I out?', { by: eve, key });
  await turn();
  await world.commit();
  valueOf(later);
});

void test('[ACC-5] who is blocked reaches the other by no edit and no reaction; taking back stays possible', async () => {
  const world = new World();
  world.ask({ type: 'open_direct', by: ada, peer: bob });
  await turn();
  await world.commit();
  world.send('hi', { by: bob });
  await world.commit();
  world.ask({ type: 'react', by: bob, messageSeq: 2, emoji: '👍', present: true });
  await world.commit();
  world.ask({ type: 'note_block', userId: ada, blocked: true, version: 1 });
  await world.commit();
  const insult = { type: 'edit', by: bob, messageSeq: 2, body: 'insult', mentions: [] } as const;
  const gesture = { type: 'react', by: bob, messageSeq: 2, emoji: '👎', present: true } as const;
  const back = { ...gesture, emoji: '👍', present: false } as const;
  assert.deepEqual([codeOf(world.ask(insult)), codeOf(world.ask(gesture))], ['blocked', 'blocked']);
  const taken = world.ask(back);
  const gone = world.ask({ type: 'delete_message', by: bob, messageSeq: 2, asPlatformAdmin: false });
  await world.commit();
  valueOf(taken);
  valueOf(gone);
  assert.equal(
    codeOf(world.ask({ type: 'send', by: bob, key: world.key(), body: 'x', prev: null, ...plain })),
    'blocked',
  );
});

void test('[MSG-5] what is deleted is gone for whoever asks, before the record knows', async () => {
  const world = await group();
  world.send('secret', { by: bob });
  await world.commit();
  world.journal.project();
  world.ask({ type: 'delete_message', by: bob, messageSeq: 2, asPlatformAdmin: false });
  await world.commit();
  const check = (messageSeq: number | null) =>
    codeOf(world.ask({ type: 'check_member', by: ada, messageSeq }));
  assert.equal(check(2), 'message_deleted');
  assert.deepEqual(valueOf(world.ask({ type: 'check_member', by: ada, messageSeq: null })), {
    changedSeq: 0,
  });
});
