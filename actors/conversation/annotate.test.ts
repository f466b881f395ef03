// Messages as later events have left them, wherever memory ends and the record begins.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import { Timeline } from '../../protocol/client/timeline.ts';
import { EventTail } from '../runtime/event-tail.ts';
import { annotate, erased } from './annotate.ts';
import { readPage } from './reads.ts';
import type { ConversationStore, PageQuery } from './store-port.ts';
import { chance } from '../../protocol/testing/seeded-random.ts';

const seeds = [1, 2, 3];
const users = ['ada', 'bob', 'eve'];
const emojis = ['👍', '🎉'];

/** Whole numbers below a bound. */
function die(seed: number): (below: number) => number {
  const next = chance(seed);
  return (below) => Math.floor(next() * below);
}

/** Messages and what happens to them, as a conversation would decide it: nothing happens to a deleted one. */
function randomEvents(below: (max: number) => number, count: number): ConversationEvent[] {
  const events: ConversationEvent[] = [];
  const standing: number[] = [];
  const put = new Set<string>();
  for (let seq = 1; seq <= count; seq++) {
    const by = users[below(users.length)]!;
    const target = standing[below(standing.length)];
    const dice = below(10);
    if (target === undefined || dice < 4) {
      events.push({
        seq,
        atMs: seq,
        type: 'message',
        by,
        key: `key ${seq}`,
        ordinal: seq,
        body: `text ${seq}`,
        replyTo: null,
        mentions: [],
        attachments: [],
        editedAtMs: null,
        reactions: [],
      });
      standing.push(seq);
    } else if (dice < 6) {
      events.push({
        seq,
        atMs: seq,
        type: 'messageEdited',
        by,
        messageSeq: target,
        body: `edit ${seq}`,
        mentions: [],
      });
    } else if (dice < 9) {
      const emoji = emojis[below(emojis.length)]!;
      const mark = `${target} ${by} ${emoji}`;
      const present = !put.delete(mark);
      if (present) put.add(mark);
      events.push({ seq, atMs: seq, type: 'reaction', by, messageSeq: target, emoji, present });
    } else {
      events.push({ seq, atMs: seq, type: 'messageDeleted', by, messageSeq: target, capacity: 'author' });
      standing.splice(standing.indexOf(target), 1);
    }
  }
  return events;
}

/** The record once the first `projected` events are in it. */
function storeOf(events: readonly ConversationEvent[], projected: () => number): ConversationStore {
  const refuse = () => Promise.reject(new Error('not asked for'));
  return {
    load: refuse,
    findKey: refuse,
    head: refuse,
    message: refuse,
    wasRemoved: refuse,
    ordinalAt: refuse,
    deletionsAbove: refuse,
    page: (_id, { direction, seq, limit, viewer }: PageQuery) => {
      const known = events.slice(0, projected());
      const shown = annotate(known, known, viewer);
      const found = shown.filter(({ seq: at }) => (direction === 'before' ? at < seq : at > seq));
      const page = direction === 'before' ? found.slice(-limit) : found.slice(0, limit);
      return Promise.resolve({ events: page, more: found.length > limit, asOfSeq: known.length });
    },
  };
}

/** Memory from `first` on, in which what was deleted is erased. */
function tailOf(events: readonly ConversationEvent[], first: number): EventTail<ConversationEvent> {
  const tail = new EventTail<ConversationEvent>(first - 1, 1_000_000);
  for (const event of events.slice(first - 1)) {
    tail.push(event, 1, 0);
    if (event.type !== 'messageDeleted') continue;
    tail.rewrite((kept) => {
      if (kept.seq === event.messageSeq) return annotate([kept], [event], null)[0]!;
      return kept.type === 'messageEdited' && kept.messageSeq === event.messageSeq ? erased(kept) : kept;
    });
  }
  return tail;
}

for (const seed of seeds) {
  void test(`[MSG-5] [REA-1] a page shows every message as of the head, whatever is projected (seed ${seed})`, async () => {
    const below = die(seed);
    for (let round = 0; round < 1_500; round++) {
      const events = randomEvents(below, 1 + below(40));
      const head = events.length;
      const first = 1 + below(head);
      const projected = first - 1 + below(head - first + 2);
      const direction = below(2) === 0 ? 'before' : 'after';
      const query = { direction, seq: below(head + 3), limit: 1 + below(12) } as const;
      const viewer = users[below(users.length)]!;
      const command = { type: 'history', by: viewer, ...query } as const;
      const tail = tailOf(events, first);
      const page = await readPage(
        'room',
        command,
        tail,
        storeOf(events, () => projected),
      );
      const whole = await storeOf(events, () => head).page('room', { ...query, viewer });
      assert.deepEqual(page, whole, `round ${round}: memory ${first}-${head}, record 1-${projected}`);
    }
  });

  void test(`[MSG-5] [REA-1] a screen fed by pages and events in any order shows what the head shows (seed ${seed})`, async () => {
    const below = die(seed + 100);
    for (let round = 0; round < 1_500; round++) {
      const events = randomEvents(below, 1 + below(40));
      const viewer = users[below(users.length)]!;
      const screen = new Timeline(viewer);
      // Live from some moment on; what stood before is paged, in pieces, at later moments.
      const joined = below(events.length + 1);
      let paged = joined;
      for (let live = joined; live < events.length || paged > 0;) {
        if (live < events.length && (paged === 0 || below(2) === 0)) {
          screen.add(events[live++]!);
          continue;
        }
        // A page may know more than what has been followed so far.
        const known = events.slice(0, live + below(events.length - live + 1));
        const query = { direction: 'before', seq: paged + 1, limit: 1 + below(8), viewer } as const;
        const page = await storeOf(events, () => known.length).page('room', query);
        screen.addPage(page.events, page.asOfSeq);
        paged = (page.events[0]?.seq ?? 1) - 1;
      }
      const expected = annotate(events, events, viewer).filter(
        (event) => event.type === 'message' || event.type === 'tombstone',
      );
      assert.deepEqual(
        screen.messages().map(withSortedCounts),
        expected.map(withSortedCounts),
        `round ${round}`,
      );
    }
  });
}

/** The order in which emoji came is told by the record only. */
function withSortedCounts(event: ConversationEvent): ConversationEvent {
  if (event.type !== 'message') return event;
  const reactions = [...event.reactions].sort(({ emoji: a }, { emoji: b }) => (a < b ? -1 : 1));
  return { ...event, reactions };
}

void test('[REA-1] a record that is ahead of memory is shown as of itself', async () => {
  const below = die(7);
  for (let round = 0; round < 500; round++) {
    const events = randomEvents(below, 2 + below(30));
    // The last ones are projected, but their append has not been answered yet.
    const known = events.slice(0, 1 + below(events.length - 1));
    const first = 1 + below(known.length);
    const query = { direction: 'before', seq: 1 + below(first), limit: 5 } as const;
    const command = { type: 'history', by: 'ada', ...query } as const;
    const store = storeOf(events, () => events.length);
    const page = await readPage('room', command, tailOf(known, first), store);
    const isFromRecord = page.asOfSeq === events.length;
    assert.ok(isFromRecord || page.asOfSeq === known.length);
    const whole = await storeOf(events, () => page.asOfSeq).page('room', { ...query, viewer: 'ada' });
    assert.deepEqual(page.events, whole.events, `round ${round}`);
  }
});
