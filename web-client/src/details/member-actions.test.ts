import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupMember } from '../store/member-lists.ts';
import { actionsFor, shownMembers } from './member-actions.ts';

const member = (handle: string, role: GroupMember['role'] = 'member'): GroupMember => ({
  userId: handle,
  handle,
  displayName: handle.toUpperCase(),
  role,
});

void test('[GRP-2] admins may change who belongs and as what, members may not, and nobody acts on themselves', () => {
  const admin = { userId: 'me', role: 'admin', blocks: false } as const;
  assert.deepEqual(actionsFor(member('bob'), admin), ['message', 'promote', 'remove', 'block']);
  assert.deepEqual(actionsFor(member('bob', 'admin'), admin), ['message', 'demote', 'remove', 'block']);
  assert.deepEqual(actionsFor(member('bob'), { ...admin, role: 'member', blocks: true }), [
    'message',
    'unblock',
  ]);
  assert.deepEqual(actionsFor(member('me', 'admin'), admin), []);
});

void test('members are found by name or handle, admins first', () => {
  const members = [member('carl'), member('zoe', 'admin'), member('ada'), member('ada_2')];
  const handles = (filter: string) => shownMembers(members, filter).map(({ handle }) => handle);
  assert.deepEqual(handles(''), ['zoe', 'ada', 'ada_2', 'carl']);
  assert.deepEqual(handles(' @AD'), ['ada', 'ada_2']);
  assert.deepEqual(handles('nobody'), []);
});
