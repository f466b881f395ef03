import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditSentence, peopleIn } from './audit-sentence.ts';

const ada = '00000000-0000-4000-8000-000000000001';
const bob = '00000000-0000-4000-8000-000000000002';
const eve = '00000000-0000-4000-8000-000000000003';
const nameOf = (userId: string) => ({ [ada]: 'Ada', [bob]: 'Bob', [eve]: 'Eve' })[userId] ?? 'Someone';
const told = (action: string, subject: string | null, detail: string | null = null) =>
  auditSentence({ atMs: 1, action, by: ada, seq: 7, subject, detail }, nameOf);

void test('[MSG-8] the trail says who did what to whom', () => {
  assert.equal(told('membersAdded', JSON.stringify([bob, eve])), 'added Bob, Eve');
  assert.equal(told('memberRemoved', bob), 'removed Bob');
  assert.equal(told('roleChanged', bob, 'admin'), 'made Bob an admin');
  assert.equal(told('roleChanged', bob, 'member'), 'took the admin role from Bob');
  assert.equal(told('messageDeleted', '12', 'admin'), 'deleted message 12 as an admin');
  assert.equal(told('messageDeleted', '12', 'author'), 'deleted message 12');
  assert.equal(
    told('read_as_admin', null, 'a complaint'),
    'read as an administrator of the server: a complaint',
  );
  assert.equal(told('somethingNew', null), 'somethingNew');
});

void test('everyone in the trail is looked up', () => {
  const entries = [
    { atMs: 1, action: 'membersAdded', by: ada, seq: 7, subject: JSON.stringify([bob, eve]), detail: null },
    { atMs: 2, action: 'messageDeleted', by: ada, seq: 8, subject: '3', detail: 'author' },
  ];
  assert.deepEqual(peopleIn(entries), [ada, bob, eve]);
});
