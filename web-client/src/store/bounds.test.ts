// The page keeps a bounded part of a conversation, and nothing is missing in what it keeps.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openMessagesMax } from './bounds.ts';
import { reduce } from './reduce.ts';
import type { ChatState } from './state.ts';
import { after, messages, subscribedAt, summary, talk } from './testing-values.ts';

const count = openMessagesMax + 10;
const the = (state: ChatState) => state.conversations.get(talk)!;
const bound = (inSight: number | null) => ({ type: 'bounded', id: talk, inSight }) as const;
const opened = { type: 'opened', id: talk } as const;
const listed = { type: 'listed', summaries: [summary(count, count)] } as const;
const page = (from: number, to: number) =>
  ({
    type: 'earlierLoaded',
    id: talk,
    epoch: 1,
    before: to + 1,
    events: messages(from, to),
    more: false,
    asOfSeq: to,
  }) as const;

void describe('the open conversation', () => {
  const long = after(listed, opened, subscribedAt(count), page(1, count));

  void it('is kept whole up to its bound', () => {
    const state = after(listed, opened, subscribedAt(openMessagesMax), page(1, openMessagesMax));
    assert.equal(reduce(state, bound(null)), state);
  });

  void it('keeps its end for who stands there', () => {
    const { messages: kept, loadedFrom, atStart, detached } = the(reduce(long, bound(null)));
    assert.ok(kept.length < openMessagesMax);
    assert.deepEqual([kept.at(-1)?.seq, kept[0]?.seq, atStart, detached], [count, loadedFrom, false, null]);
  });

  for (const inSight of [1, 900, openMessagesMax / 2]) {
    void it(`keeps what lies around message ${inSight} for who looks at it, and the end`, () => {
      const { messages: tail, loadedFrom, detached } = the(reduce(long, bound(inSight)));
      assert.ok(detached !== null && detached.messages.length + tail.length < openMessagesMax);
      const seqs = detached.messages.map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        Array.from({ length: seqs.length }, (_, i) => detached.from + i),
      );
      assert.ok(seqs.includes(inSight) && detached.to === seqs.at(-1));
      assert.equal(detached.atStart, detached.from === 1);
      assert.equal(tail.at(-1)?.seq, count);
      assert.ok(loadedFrom! > detached.to + 1, 'they are two');
    });
  }

  void it('is one piece for who looks at something near its end', () => {
    const { messages: kept, detached } = the(reduce(long, bound(count - 500)));
    assert.equal(detached, null);
    assert.equal(kept.at(-1)?.seq, count);
    assert.ok(kept[0]!.seq < count - 500 && kept.length < openMessagesMax);
  });

  void it('keeps what is looked at when pages were added to it, on both sides', () => {
    const parted = reduce(long, bound(1));
    const { to } = the(parted).detached!;
    const events = messages(to + 1, to + openMessagesMax);
    const grown = { type: 'detachedGrown', id: talk, epoch: 1, end: 'later', edge: to } as const;
    const far = { ...the(parted), loadedFrom: 10 * openMessagesMax };
    const apart: ChatState = { ...parted, conversations: new Map([[talk, far]]) };
    const larger = reduce(apart, { ...grown, events, more: true, asOfSeq: count });
    const { detached } = the(reduce(larger, bound(to + 100)));
    assert.ok(detached !== null && detached.messages.length < openMessagesMax);
    assert.ok(detached.from > 1 && detached.from < to && detached.to > to + 100);
    assert.deepEqual([detached.atStart, detached.earlier, detached.later], [false, 'idle', 'idle']);
  });
});
