import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageOf, type Message } from '../store/message.ts';
import { newsOf, type News } from '../store/news.ts';
import type { Outgoing } from '../store/state.ts';
import { RowBuilder } from './row-builder.ts';
import { indexOfRow, type MessageRow, type Row, type RowSource, type UnreadRange } from './rows.ts';

const noon = new Date(2026, 4, 10, 12).getTime();
const minute = 60_000;
const reach = { deliveredSeq: 3, readSeq: 2 };

function stored(seq: number, senderId: string, atMs: number): Message {
  return messageOf({
    seq,
    atMs,
    type: 'message',
    by: senderId,
    key: `key-${seq}`,
    ordinal: seq,
    body: `${seq}`,
    replyTo: null,
    mentions: [],
    attachments: [],
    editedAtMs: null,
    reactions: [],
  });
}

function written(key: string, progress: Outgoing['progress']): Outgoing {
  return { key, body: key, replyTo: null, attachments: 0, writtenAtMs: noon, progress };
}

function rows(
  messages: readonly Message[],
  outgoing: readonly Outgoing[] = [],
  unread = { afterOrdinal: 99, toOrdinal: 99, count: 0 },
) {
  const source = { messages, news: [], outgoing, myId: 'me', reach, readers: null, unread };
  return new RowBuilder().next(source) as MessageRow[];
}

void describe('rows', () => {
  void it('stand together by sender, within minutes, within a day', () => {
    const day = 24 * 60 * minute;
    const found = rows([
      stored(1, 'bob', noon),
      stored(2, 'bob', noon + minute),
      stored(3, 'me', noon + 2 * minute),
      stored(4, 'me', noon + 20 * minute),
      stored(5, 'me', noon + day),
    ]);
    assert.deepEqual(
      found.map((row) => [row.startsDay, row.startsGroup, row.endsGroup]),
      [
        [true, true, false],
        [false, false, true],
        [false, true, true],
        [false, true, true],
        [true, true, true],
      ],
    );
  });

  void it('[MSG-6] carry the state of own messages', () => {
    const outgoing = [
      written('a', { name: 'sent', seq: 5, ordinal: 5 }),
      written('b', { name: 'sending' }),
      written('q', { name: 'queued' }),
      written('c', { name: 'failed', reason: 'no' }),
    ];
    const found = rows(
      [1, 2, 3, 4].map((seq) => stored(seq, seq === 1 ? 'bob' : 'me', noon)),
      outgoing,
    );
    assert.deepEqual(
      found.map(({ state }) => state),
      ['received', 'read', 'delivered', 'sent', 'sent', 'sending', 'queued', 'failed'],
    );
    assert.deepEqual(
      found.slice(4).map(({ seq, reason }) => [seq, reason]),
      [
        [5, null],
        [null, null],
        [null, null],
        [null, 'no'],
      ],
    );
  });

  void it('mark the first unread message of others', () => {
    const messages = [
      stored(1, 'bob', noon),
      stored(2, 'me', noon),
      stored(3, 'bob', noon),
      stored(4, 'bob', noon),
    ];
    assert.deepEqual(
      rows(messages, [], { afterOrdinal: 1, toOrdinal: 4, count: 3 }).map(
        ({ unreadFromHere }) => unreadFromHere,
      ),
      [0, 0, 3, 0],
    );
  });

  void it('[MSG-6] count no deleted message as new, nor begin with one', () => {
    const messages = [
      stored(1, 'bob', noon),
      { ...stored(2, 'bob', noon), deleted: true },
      stored(3, 'bob', noon),
      stored(4, 'bob', noon),
    ];
    const divided = (unread: UnreadRange) => rows(messages, [], unread).map((row) => row.unreadFromHere);
    assert.deepEqual(divided({ afterOrdinal: 1, toOrdinal: 4, count: 2 }), [0, 0, 2, 0]);
    assert.deepEqual(divided({ afterOrdinal: 1, toOrdinal: 2, count: 0 }), [0, 0, 0, 0]);
  });

  void it('mark nothing while the first unread message may not be loaded', () => {
    const messages = [stored(8, 'bob', noon), stored(9, 'bob', noon)];
    assert.ok(
      !rows(messages, [], { afterOrdinal: 3, toOrdinal: 9, count: 6 }).some((row) => row.unreadFromHere > 0),
    );
  });

  void it('mark nothing that arrived while someone looked on', () => {
    const messages = [stored(1, 'me', noon), stored(2, 'bob', noon), stored(3, 'bob', noon)];
    assert.ok(
      !rows(messages, [], { afterOrdinal: 1, toOrdinal: 1, count: 0 }).some((row) => row.unreadFromHere > 0),
    );
  });
});

void describe('news', () => {
  const created = (seq: number) =>
    newsOf({
      seq,
      atMs: noon,
      type: 'created',
      by: 'me',
      kind: 'group',
      memberIds: ['bob'],
      name: 'Weavers',
      description: '',
      avatarId: null,
    })!;
  const profile = (seq: number, name: string) =>
    newsOf({ seq, atMs: noon, type: 'profileChanged', by: 'me', name, description: '', avatarId: null })!;
  const among = (news: readonly News[], readers: readonly number[] | null = null) => {
    const messages = [stored(2, 'bob', noon), stored(4, 'me', noon)];
    const unread = { afterOrdinal: 9, toOrdinal: 9, count: 0 };
    const source = { messages, news, outgoing: [], myId: 'me', reach, readers, unread };
    return new RowBuilder().next(source);
  };

  void it('[GRP-2] stand between the messages, in the order of everything', () => {
    const found = among([created(1), profile(3, 'Spinners'), profile(5, 'Spinners')]);
    assert.deepEqual(
      found.map((row) => [row.seq, row.kind]),
      [
        [1, 'news'],
        [2, 'message'],
        [3, 'news'],
        [4, 'message'],
        [5, 'news'],
      ],
    );
    assert.deepEqual(
      found.map((row) => row.kind === 'news' && row.renamed),
      [false, false, true, false, false],
    );
  });

  void it('of a direct conversation, its making, are not told', () => {
    assert.equal(
      among([
        newsOf({
          seq: 1,
          atMs: noon,
          type: 'created',
          by: 'me',
          kind: 'direct',
          memberIds: ['bob'],
          name: '',
          description: '',
          avatarId: null,
        })!,
      ]).length,
      2,
    );
  });

  void it('[MSG-6] own messages in a group tell how many have read them', () => {
    const readBy = among([], [3, 4, 9]).map((row) => row.kind === 'message' && row.readBy);
    assert.deepEqual(readBy, [null, 2]);
  });
});

void describe('rows that were built before', () => {
  const many = Array.from({ length: 100 }, (_, i) =>
    stored(i + 1, i % 7 < 3 ? 'me' : 'bob', noon + i * minute),
  );
  const unread = { afterOrdinal: 0, toOrdinal: 0, count: 0 };
  const base: RowSource = {
    messages: many,
    news: [],
    outgoing: [],
    myId: 'me',
    reach,
    readers: null,
    unread,
  };
  const created = newsOf({
    seq: 0,
    atMs: noon,
    type: 'created',
    by: 'bob',
    kind: 'group',
    memberIds: ['me'],
    name: 'Weavers',
    description: '',
    avatarId: null,
  })!;
  /** Each with the number of rows that it may build anew. */
  const changes: readonly { what: string; change: Partial<RowSource>; builtMax: number }[] = [
    { what: 'nothing', change: {}, builtMax: 0 },
    {
      what: 'a message that arrives',
      change: { messages: [...many, stored(101, 'bob', noon + 100 * minute)] },
      builtMax: 2,
    },
    {
      what: 'a page of older ones',
      change: { messages: [stored(-1, 'bob', noon), stored(0, 'bob', noon), ...many] },
      builtMax: 3,
    },
    { what: 'one that is deleted from the middle', change: { messages: many.toSpliced(50, 1) }, builtMax: 2 },
    {
      what: 'one that is edited',
      change: { messages: many.with(50, { ...many[50]!, body: 'else' }) },
      builtMax: 1,
    },
    {
      what: 'one that is on its way',
      change: { outgoing: [written('a', { name: 'sending' })] },
      builtMax: 2,
    },
    { what: 'news at the beginning', change: { news: [created] }, builtMax: 2 },
    { what: 'others who have read', change: { reach: { deliveredSeq: 30, readSeq: 20 } }, builtMax: 12 },
    { what: 'the same cursors again', change: { reach: { ...reach } }, builtMax: 0 },
    { what: 'the last of them gone', change: { messages: many.slice(0, -1) }, builtMax: 1 },
    { what: 'the first of them gone', change: { messages: many.slice(10) }, builtMax: 1 },
    { what: 'none left', change: { messages: [] }, builtMax: 0 },
  ];

  for (const { what, change, builtMax } of changes) {
    void it(`stay the same values beside ${what}`, () => {
      const builder = new RowBuilder();
      const before = builder.next(base);
      const after = builder.next({ ...base, ...change });
      assert.deepEqual(after, new RowBuilder().next({ ...base, ...change }));
      const known = new Set<Row>(before);
      const built = after.filter((row) => !known.has(row)).length;
      assert.ok(built <= builtMax, `${built} rows were built`);
      if (builtMax === 0 && after.length > 0) assert.equal(after, before);
    });
  }

  void it('stay what rows built at once would be, whatever happens to them', () => {
    const builder = new RowBuilder();
    let source = base;
    builder.next(source);
    for (const { change } of changes) {
      source = { ...source, ...change };
      assert.deepEqual(builder.next(source), new RowBuilder().next(source));
    }
  });

  void it('are found by their seq', () => {
    const found = new RowBuilder().next({ ...base, outgoing: [written('a', { name: 'queued' })] });
    assert.deepEqual(
      [1, 57, 100, 101, 0].map((seq) => indexOfRow(found, seq)),
      [0, 56, 99, -1, -1],
    );
  });
});
