import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConversationEvent } from '../../../protocol/client/index.ts';
import { reduce } from './reduce.ts';
import { isMuted, titleOf, totalUnread } from './select.ts';
import type { ChatState } from './state.ts';
import { after, bob, groupSummary, me, message, subscribedAt, summary, talk } from './testing-values.ts';

const the = (state: ChatState) => state.conversations.get(talk)!;
const group = (head: number) => ({ type: 'listed', summaries: [groupSummary(head)] }) as const;
const told = (event: ConversationEvent) => ({ type: 'event', id: talk, event }) as const;
const renamed = (seq: number, name: string) =>
  told({ seq, atMs: 9_000, type: 'profileChanged', by: bob, name, description: '', avatarId: null });

void describe('a group', () => {
  void it('[GRP-2] is called what its last change says, whichever way that is told', () => {
    const state = after(group(5), subscribedAt(5), renamed(6, 'Spinners'));
    assert.equal(titleOf(the(state), me), 'Spinners');
    // A list that trails takes nothing back.
    assert.equal(titleOf(the(reduce(state, group(5))), me), 'Spinners');
    // Events that a summary includes already are not counted again.
    const later = { type: 'listed', summaries: [groupSummary(8, 'Knitters')] } as const;
    assert.equal(
      titleOf(the(after(group(5), subscribedAt(5), later, renamed(6, 'Spinners'))), me),
      'Knitters',
    );
  });

  void it('[GRP-2] counts who comes and goes, and knows this person’s role', () => {
    const state = after(
      group(5),
      subscribedAt(5),
      told({ seq: 6, atMs: 9_000, type: 'membersAdded', by: me, userIds: ['x', 'y'], headOrdinal: 4 }),
      told({ seq: 7, atMs: 9_000, type: 'memberRemoved', by: me, userId: bob }),
      told({ seq: 8, atMs: 9_000, type: 'roleChanged', by: bob, userId: me, role: 'member' }),
    );
    assert.equal(the(state).details.memberCount, 4);
    assert.equal(the(state).details.role, 'member');
  });

  void it('[GRP-4][GRP-5] that is gone says how, whichever of the two tellings comes first', () => {
    const removed = (how: 'left' | 'deleted' | null) => ({ type: 'removed', id: talk, how }) as const;
    const how = (...order: ('left' | 'deleted' | null)[]) =>
      after(group(5), ...order.map(removed)).ended.get(talk)?.how;
    assert.equal(how(null), 'removed');
    assert.equal(how(null, 'left'), 'left');
    assert.equal(how('left', null), 'left');
    assert.equal(how('left', 'deleted'), 'deleted');
    assert.equal(how('deleted', 'left'), 'deleted');
    const back = after(group(5), removed(null), group(5));
    assert.equal(back.ended.size, 0);
    assert.ok(the(back));
  });
});

void describe('the last words in the list', () => {
  const begun = after({ type: 'listed', summaries: [summary(5, 5)] }, subscribedAt(5));

  void it('[MSG-5] follow an edit and a deletion', () => {
    const edited = reduce(
      begun,
      told({
        seq: 6,
        atMs: 9_000,
        type: 'messageEdited',
        by: bob,
        messageSeq: 5,
        body: 'better words',
        mentions: [],
      }),
    );
    assert.equal(the(edited).last?.body, 'better words');
    const deleted = reduce(
      edited,
      told({ seq: 7, atMs: 9_000, type: 'messageDeleted', by: bob, messageSeq: 5, capacity: 'author' }),
    );
    assert.equal(the(deleted).last?.body, null);
    // A late copy of the edit brings nothing back.
    assert.equal(
      the(
        reduce(
          deleted,
          told({
            seq: 6,
            atMs: 9_000,
            type: 'messageEdited',
            by: bob,
            messageSeq: 5,
            body: 'better words',
            mentions: [],
          }),
        ),
      ).last?.body,
      null,
    );
    assert.equal(the(reduce(deleted, told(message(8, bob)))).last?.body, 'message 8');
  });

  void it('[MSG-6] are not counted while the conversation is muted', () => {
    const state = reduce(begun, told(message(6, bob)));
    assert.equal(totalUnread(state, 1_000), 1);
    const muted = reduce(state, { type: 'muted', id: talk, untilMs: 2_000 });
    assert.equal(isMuted(the(muted), 1_000), true);
    assert.equal(totalUnread(muted, 1_000), 0);
    assert.equal(totalUnread(muted, 2_000), 1);
  });
});
