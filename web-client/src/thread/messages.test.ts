// The pure parts of what rows say and offer.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limits } from '../../../protocol/limits.ts';
import { messageOf } from '../store/message.ts';
import { rightsOf } from '../store/message-rights.ts';
import { newsSentence } from './news-sentence.ts';
import { reactionsShown } from './reactions-shown.ts';
import { typingSentence } from './typing-sentence.ts';

void describe('[MSG-5] what may be done to a message', () => {
  const mine = messageOf({
    seq: 5,
    atMs: 1_000,
    type: 'message',
    by: 'me',
    key: 'key',
    ordinal: 4,
    body: 'words',
    replyTo: null,
    mentions: [],
    attachments: [],
    editedAtMs: null,
    reactions: [],
  });
  const theirs = messageOf({
    seq: 5,
    atMs: 1_000,
    type: 'message',
    by: 'bob',
    key: 'key',
    ordinal: 4,
    body: 'words',
    replyTo: null,
    mentions: [],
    attachments: [],
    editedAtMs: null,
    reactions: [],
  });
  const gone = messageOf({
    seq: 5,
    atMs: 1_000,
    type: 'tombstone',
    by: 'me',
    key: 'key',
    ordinal: 4,
    deletedBy: 'me',
    deletedAtMs: 2_000,
  });
  const member = { myId: 'me', isGroup: true, role: 'member' } as const;
  const admin = { ...member, role: 'admin' } as const;
  const late = 1_000 + limits.changeWithinMs;

  void it('ends for its author after a quarter of an hour', () => {
    assert.deepEqual(rightsOf(mine, member, late - 1), { edit: true, delete: true, untilMs: late });
    assert.deepEqual(rightsOf(mine, member, late), { edit: false, delete: false, untilMs: null });
  });

  void it('never ends for admins of a group, who delete and do not edit', () => {
    assert.deepEqual(rightsOf(theirs, admin, late), { edit: false, delete: true, untilMs: null });
    assert.equal(rightsOf(theirs, { ...admin, isGroup: false }, 2_000).delete, false);
    assert.equal(rightsOf(theirs, member, 2_000).delete, false);
  });

  void it('is nothing once it is deleted', () => {
    assert.deepEqual(rightsOf(gone, admin, 2_000), { edit: false, delete: false, untilMs: null });
  });
});

void describe('[REA-1] reactions', () => {
  void it('are shown as wished for, whether the server has said so already or not', () => {
    const wishes = new Map([
      ['👍', true],
      ['🎉', false],
      ['🚀', true],
    ]);
    const shown = reactionsShown([{ emoji: '👍', count: 2, mine: true }, { emoji: '🎉', count: 1, mine: true }], wishes); // prettier-ignore
    assert.deepEqual(
      shown.map(({ emoji, count, mine }) => [emoji, count, mine]),
      [
        ['👍', 2, true],
        ['🚀', 1, true],
      ],
    );
  });
});

void describe('sentences', () => {
  const nameOf = (userId: string) => ({ me: 'you', a: 'Ada', b: 'Bob' })[userId] ?? 'Someone';
  const say = (event: Parameters<typeof newsSentence>[0], renamed = false) =>
    newsSentence(event, renamed, nameOf, 'me');

  void it('[GRP-2] tell what happened to a group', () => {
    assert.equal(
      say({ seq: 3, atMs: 0, type: 'membersAdded', by: 'me', userIds: ['a', 'b'], headOrdinal: 1 }),
      'You added Ada and Bob',
    );
    assert.equal(
      say({ seq: 3, atMs: 0, type: 'membersAdded', by: 'a', userIds: ['a'], headOrdinal: 1 }),
      'Ada joined by an invitation',
    );
    assert.equal(
      say({ seq: 3, atMs: 0, type: 'membersAdded', by: 'a', userIds: ['1', '2', '3', '4'], headOrdinal: 1 }),
      'Ada added 4 people',
    );
    assert.equal(say({ seq: 3, atMs: 0, type: 'memberRemoved', by: 'a', userId: 'a' }), 'Ada left');
    assert.equal(say({ seq: 3, atMs: 0, type: 'memberRemoved', by: 'a', userId: 'me' }), 'Ada removed you');
    assert.equal(
      say({ seq: 3, atMs: 0, type: 'roleChanged', by: 'a', userId: 'me', role: 'admin' }),
      'You are an admin now',
    );
    assert.equal(
      say({ seq: 3, atMs: 0, type: 'roleChanged', by: 'a', userId: 'b', role: 'member' }),
      'Bob is no longer an admin',
    );
    assert.equal(
      say(
        { seq: 3, atMs: 0, type: 'profileChanged', by: 'b', name: 'New', description: '', avatarId: null },
        true,
      ),
      'Bob renamed the group to “\u2068New\u2069”',
    );
  });

  void it('[MSG-6] tell who is writing', () => {
    assert.equal(typingSentence(['Ada']), 'Ada is writing…');
    assert.equal(typingSentence(['Ada', 'Bob']), 'Ada and Bob are writing…');
    assert.equal(typingSentence(['Ada', 'Bob', 'Eve']), '3 people are writing…');
  });
});
