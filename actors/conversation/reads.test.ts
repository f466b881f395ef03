import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationEvent } from '../../protocol/events/conversation-event.ts';
import type { HistoryDirection } from '../../protocol/frames/history.ts';
import { limits } from '../../protocol/limits.ts';
import { EventTail } from '../runtime/event-tail.ts';
import { answerSubscribe, fitPage, readPage } from './reads.ts';
import type { ConversationStore, EventPage } from './store-port.ts';
import { chance } from '../../protocol/testing/seeded-random.ts';

const seeds = [11, 12, 13];
const room = 'room';

function message(seq: number, body = `${seq}`): ConversationEvent {
  return {
    seq,
    atMs: 0,
    type: 'message',
    by: 'ada',
    key: `key ${seq}`,
    ordinal: seq,
    body,
    replyTo: null,
    mentions: [],
    attachments: [],
    editedAtMs: null,
    reactions: [],
  };
}
const upTo = (last: number, first = 1) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => message(at + first));
const seqs = (events: readonly ConversationEvent[]) => events.map(({ seq }) => seq);

/** A record that holds 1..projected. */
function storeOf(projected: number): ConversationStore {
  const refuse = () => Promise.reject(new Error('not asked for'));
  return {
    load: refuse,
    findKey: refuse,
    head: refuse,
    message: refuse,
    wasRemoved: refuse,
    ordinalAt: refuse,
    deletionsAbove: refuse,
    page: (_id, { direction, seq, limit }) => Promise.resolve(modelPage(projected, direction, seq, limit)),
  };
}

function modelPage(head: number, direction: HistoryDirection, seq: number, limit: number): EventPage {
  const matching = upTo(head).filter(({ seq: at }) => (direction === 'before' ? at < seq : at > seq));
  const events = direction === 'before' ? matching.slice(-limit) : matching.slice(0, limit);
  return { events, more: matching.length > limit, asOfSeq: head };
}

/** Memory with first..head, of which the record has everything up to `projected`. */
function tailOf(first: number, head: number): EventTail<ConversationEvent> {
  const tail = new EventTail<ConversationEvent>(first - 1, 1_000_000);
  for (const event of upTo(head, first)) tail.push(event, 1, 0);
  return tail;
}

for (const seed of seeds) {
  void test(`[DM-3] a page is the same wherever memory ends and the record begins (seed ${seed})`, async () => {
    const next = chance(seed);
    const whole = (max: number) => Math.floor(next() * (max + 1));
    for (let round = 0; round < 4_000; round++) {
      const head = 1 + whole(30);
      const first = 1 + whole(head);
      // The record has at least what memory does not, and maybe more of it.
      const projected = first - 1 + whole(head - first + 1);
      const direction = next() < 0.5 ? 'before' : 'after';
      const [seq, limit] = [whole(head + 5), 1 + whole(12)];
      const command = { type: 'history', by: 'ada', direction, seq, limit } as const;
      const page = await readPage(room, command, tailOf(first, head), storeOf(projected));
      const about = `round ${round}: ${direction} ${seq} limit ${limit}, memory ${first}-${head}, record 1-${projected}`;
      const expected = modelPage(head, direction, seq, limit);
      assert.deepEqual(seqs(page.events), seqs(expected.events), about);
      assert.equal(page.more, expected.more, about);
    }
  });
}

void test('[DM-3] paging from either end meets every event once, whatever the size of the pages', async () => {
  for (const [first, projected] of [
    [1, 0],
    [40, 39],
    [40, 60],
    [101, 100],
  ] as const) {
    const tail = tailOf(first, 100);
    for (const limit of [1, 7, 33, 100]) {
      const read = async (direction: HistoryDirection) => {
        const met: number[] = [];
        for (let seq = direction === 'after' ? 0 : 101, more = true; more;) {
          const command = { type: 'history', by: 'ada', direction, seq, limit } as const;
          const page = await readPage(room, command, tail, storeOf(projected));
          if (direction === 'after') met.push(...seqs(page.events));
          else met.unshift(...seqs(page.events));
          more = page.more;
          seq = page.events.at(direction === 'after' ? -1 : 0)!.seq;
        }
        return met;
      };
      assert.deepEqual(await read('after'), seqs(upTo(100)), `after, ${limit} at a time`);
      assert.deepEqual(await read('before'), seqs(upTo(100)), `before, ${limit} at a time`);
    }
  }
});

void test('a page that is too large for a frame keeps what stands nearest to the reader, at least one event', () => {
  const body = 'x'.repeat(limits.messageBodyBytesMax);
  const events = Array.from({ length: 40 }, (_, at) => message(at + 1, body));
  const after = fitPage({ events, more: false, asOfSeq: 40 }, 'after');
  const before = fitPage({ events, more: false, asOfSeq: 40 }, 'before');
  assert.ok(after.events.length > 1 && after.events.length < 40);
  assert.deepEqual(seqs(after.events), seqs(upTo(after.events.length)));
  assert.deepEqual(seqs(before.events), seqs(upTo(40, 41 - after.events.length)));
  assert.deepEqual([after.more, before.more], [true, true]);
  const huge = message(1, 'x'.repeat(2 * limits.pageBytesMax));
  for (const page of [
    { events: [huge], more: false, asOfSeq: 1 },
    { events: upTo(100), more: false, asOfSeq: 100 },
  ])
    assert.deepEqual(fitPage(page, 'after'), page);
});

const head = { epoch: 3, headSeq: 500, headOrdinal: 499, cursors: [], cuts: [] };
function subscribed(epoch: number, afterSeq: number | null, tail: EventTail<ConversationEvent> | null) {
  const { result, events } = answerSubscribe(
    room,
    { type: 'subscribe', by: 'ada', epoch, afterSeq },
    head,
    tail,
    () => true,
  );
  return {
    status: result.result,
    gap: result.result === 'gap' ? [result.from, result.to] : [],
    events: seqs(events),
  };
}

void test('[OFF-4] what was missed comes at once when memory has it and it is little enough, else it is a gap', () => {
  const tail = tailOf(100, 500);
  const most = limits.recoverEventsMax;
  const cases = [
    { after: 500, status: 'recovered', gap: [], count: 0 },
    { after: 499, status: 'recovered', gap: [], count: 1 },
    { after: 500 - most, status: 'recovered', gap: [], count: most },
    { after: 499 - most, status: 'gap', gap: [500 - most, 500], count: 0 },
    { after: 0, status: 'gap', gap: [1, 500], count: 0 },
  ];
  for (const { after, status, gap, count } of cases) {
    assert.deepEqual(
      subscribed(3, after, tail),
      { status, gap, events: seqs(upTo(500, 501 - count)) },
      `after ${after}`,
    );
  }
  const short = tailOf(450, 500);
  assert.equal(subscribed(3, 449, short).status, 'recovered');
  assert.deepEqual(subscribed(3, 448, short), { status: 'gap', gap: [449, 500], events: [] });
  assert.deepEqual(subscribed(3, 499, null), { status: 'gap', gap: [500, 500], events: [] }, 'asleep');
});

void test('[OFF-4] without a cursor only what comes from now on follows', () => {
  assert.deepEqual(subscribed(0, null, tailOf(1, 500)), { status: 'recovered', gap: [], events: [] });
});

void test('[OFF-4] a cursor of another history, or beyond the head, is a gap over everything', () => {
  for (const [epoch, after] of [
    [2, 500],
    [2, 10],
    [4, 0],
    [3, 501],
  ] as const)
    assert.deepEqual(subscribed(epoch, after, tailOf(1, 500)), { status: 'gap', gap: [1, 500], events: [] });
});

void test('[OFF-4] little in number but too large for one answer is a gap, never a part of it', () => {
  const tail = new EventTail<ConversationEvent>(450, 1_000);
  for (let seq = 451; seq <= 500; seq++)
    tail.push(message(seq, 'x'.repeat(limits.messageBodyBytesMax)), 1, 0);
  assert.deepEqual(subscribed(3, 450, tail), { status: 'gap', gap: [451, 500], events: [] });
  assert.equal(subscribed(3, 490, tail).events.length, 10);
});
