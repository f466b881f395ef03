import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NoteEffect } from './commands.ts';
import { LateMentions } from './late-mentions.ts';

const note = (effect: NoteEffect['effect'], seq: number, messageSeq: number | null): NoteEffect => ({
  type: 'note',
  effect,
  conversationId: 'room',
  seq,
  messageSeq,
  byUserId: 'ada',
});

function lateAfter(heard: NoteEffect, command: NoteEffect): boolean {
  const late = new LateMentions();
  late.noted(heard);
  return late.isLate(command);
}

test('[MEN-2] a mention that is told after its end, after it was read or after the membership is void', () => {
  const mention = note('mentioned', 7, 7);
  for (const [heard, isLate] of [
    [note('mention_ended', 9, 7), true],
    [note('mention_ended', 9, 6), false],
    [note('mentions_read', 8, 7), true],
    [note('mentions_read', 8, 6), false],
    [note('conversation_removed', 8, null), true],
    [note('conversation_removed', 6, null), false],
    [note('conversation_added', 8, null), false],
  ] as const) {
    assert.equal(lateAfter(heard, mention), isLate, `${heard.effect} ${heard.seq} ${heard.messageSeq}`);
  }
});

test('[MEN-2] an end that is told after the message named anew ends nothing; an edit that names is read by what follows', () => {
  assert.equal(lateAfter(note('mentioned', 11, 7), note('mention_ended', 9, 7)), true);
  assert.equal(lateAfter(note('mention_ended', 9, 7), note('mentioned', 11, 7)), false);
  assert.equal(lateAfter(note('mentions_read', 8, 7), note('mentioned', 11, 7)), false);
  assert.equal(lateAfter(note('mentions_read', 11, 7), note('mentioned', 11, 7)), true);
});
