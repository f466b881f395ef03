// The judge itself: a good history passes, and each way of going wrong is found and named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations, type History } from './history.ts';

const events = [
  { seq: 1, key: null },
  { seq: 2, key: 'k1' },
  { seq: 3, key: 'k2' },
  { seq: 4, key: null },
  { seq: 5, key: 'k3' },
];
const messages = events.filter(({ key }) => key !== null);
const sentBy = (senderId: string, key: string, order: number) =>
  [key, { conversationId: 'c', key, senderId, order }] as const;

const good: History = {
  sent: new Map([sentBy('a', 'k1', 0), sentBy('a', 'k2', 1), sentBy('b', 'k3', 0), sentBy('b', 'k4', 1)]),
  acknowledged: [
    { key: 'k1', seq: 2 },
    { key: 'k2', seq: 3 },
    { key: 'k1', seq: 2 },
  ],
  refused: ['k4'],
  observations: [
    { observer: 'a', conversationId: 'c', events, endsEarly: false },
    { observer: 'x', conversationId: 'c', events: events.slice(0, 4), endsEarly: true },
  ],
  removals: [{ userId: 'x', conversationId: 'c', seq: 4, lastSeenSeq: 4 }],
  final: new Map([['c', events]]),
  recorded: new Map([['c', messages]]),
  journals: [
    { incarnation: 'w1', conversationId: 'c', seqs: [1, 2, 3] },
    { incarnation: 'w2', conversationId: 'c', seqs: [4, 5] },
  ],
};

test('a history in which everything holds has no violations', () => {
  assert.deepEqual(violations(good), []);
});

const seen = (...seqs: number[]) => seqs.map((seq) => events[seq - 1]!);
const observed = (list: typeof events) => [
  { observer: 'a', conversationId: 'c', events: list, endsEarly: false },
];
const wrongs: [what: string, expected: RegExp, change: Partial<History>][] = [
  [
    'an acknowledged message is missing',
    /^acknowledged exactly once: acknowledged k9/,
    { acknowledged: [{ key: 'k9', seq: 9 }] },
  ],
  [
    'an acknowledged message is elsewhere',
    /^acknowledged exactly once: acknowledged k1 at 3/,
    { acknowledged: [{ key: 'k1', seq: 3 }] },
  ],
  [
    'a message is recorded twice',
    /^acknowledged exactly once: k1 recorded at \[2,6\]/,
    {
      final: new Map([['c', [...events, { seq: 6, key: 'k1' }]]]),
    },
  ],
  [
    'nobody sent it',
    /^acknowledged exactly once: k3 recorded at \[5\], sent: false/,
    {
      sent: new Map([sentBy('a', 'k1', 0), sentBy('a', 'k2', 1)]),
    },
  ],
  ['a refused message is in the history', /^refused is nowhere: k3 at 5/, { refused: ['k3'] }],
  [
    'a key got two results',
    /^same key, same result: k1 got 2, then 3/,
    {
      acknowledged: [
        { key: 'k1', seq: 2 },
        { key: 'k1', seq: 3 },
      ],
    },
  ],
  [
    'a number is missing in the end',
    /^dense sequence: c at 3/,
    { final: new Map([['c', seen(1, 3, 4, 5)]]) },
  ],
  ['a resume left a gap', /^observers agree: a saw 4 after 2/, { observations: observed(seen(1, 2, 4, 5)) }],
  [
    'a resume repeated something',
    /^observers agree: a saw 2 after 2/,
    { observations: observed(seen(1, 2, 2, 3, 4, 5)) },
  ],
  [
    'someone saw another message',
    /^observers agree: a saw k9 at 5/,
    {
      observations: observed([...seen(1, 2, 3, 4), { seq: 5, key: 'k9' }]),
    },
  ],
  [
    'someone never saw the end',
    /^observers agree: a ended at 3 of 5/,
    { observations: observed(seen(1, 2, 3)) },
  ],
  [
    'two messages of one sender changed places',
    /^order of each sender: c: a's 0 after 1/,
    {
      sent: new Map([sentBy('a', 'k1', 1), sentBy('a', 'k2', 0), sentBy('b', 'k3', 0)]),
    },
  ],
  [
    'someone saw what came after the removal',
    /^nothing after a removal: x was put out at 4 and saw 5/,
    {
      removals: [{ userId: 'x', conversationId: 'c', seq: 4, lastSeenSeq: 5 }],
    },
  ],
  [
    'two workers wrote the same number',
    /^one writer: c at 3 is in the journals of w1 and w2/,
    {
      journals: [good.journals[0]!, { incarnation: 'w2', conversationId: 'c', seqs: [3, 4, 5] }],
    },
  ],
  [
    'PostgreSQL lacks a message',
    /^PostgreSQL holds it: c: k3 at 5/,
    { recorded: new Map([['c', seen(2, 3)]]) },
  ],
  [
    'PostgreSQL has one too many',
    /^PostgreSQL holds it: c: PostgreSQL has k9/,
    {
      recorded: new Map([['c', [...messages, { seq: 6, key: 'k9' }]]]),
    },
  ],
];
for (const [what, expected, change] of wrongs) {
  test(`the judge finds that ${what}`, () => {
    const found = violations({ ...good, ...change });
    assert.ok(
      found.some((each) => expected.test(each)),
      `found only: ${found.join('; ') || 'nothing'}`,
    );
  });
}
