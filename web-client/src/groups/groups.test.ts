import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../protocol/limits.ts';
import { unfitPicture } from './avatar-choice.ts';
import { membersLabel, whyNotYet } from './group-rules.ts';

void test('[GRP-1] a group needs a name, and two people besides oneself', () => {
  assert.equal(whyNotYet(' ', 5), 'Give the group a name.');
  assert.equal(whyNotYet('Weavers', 0), 'Choose at least 2 people.');
  assert.equal(whyNotYet('Weavers', 1), 'Choose one more person.');
  assert.equal(whyNotYet('Weavers', 2), null);
  assert.equal(membersLabel(1), '1 member');
  assert.equal(membersLabel(500), '500 members');
});

void test('[GRP-1] an avatar is a picture, and not too large', () => {
  assert.match(unfitPicture({ type: 'application/pdf', size: 10 }) ?? '', /Choose a picture/);
  assert.match(unfitPicture({ type: 'image/png', size: limits.attachmentBytesMax + 1 }) ?? '', /25 MB/);
  assert.equal(unfitPicture({ type: 'image/webp', size: limits.attachmentBytesMax }), null);
});
