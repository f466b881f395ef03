import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientFrame } from './frames/client-frames.ts';
import { limits } from './limits.ts';
import { opcodes } from './opcodes.ts';
import { checkClientFrame } from './validate.ts';

const id = 'c0ffee00-0000-8000-8000-000000000001';
const key = '01890000-0000-7000-8000-000000000001';
const long = (length: number) => 'x'.repeat(length);
const notIds = [null, 7, '', id.toUpperCase(), id.slice(1), `${id} `, id.replaceAll('-', ''), [id]];
const notNumbers = [null, '1', -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, true, [1]];
const notTexts = [null, 1, ['x'], new Uint8Array(2), 'a\0b', '\ud800', '\udc00x'];

interface Case {
  /** A frame that passes; its first field after the request id is the third value. */
  readonly frame: readonly unknown[];
  /** For each field after the request id what it must not be. */
  readonly broken: readonly (readonly unknown[])[];
}

const subscriptions = (count: number) => new Array<unknown>(count).fill([id, 1, 5]);
const ids = (count: number) => new Array<string>(count).fill(id);

const cases: Record<string, Case> = {
  hello: {
    frame: [opcodes.hello, 1, 1, 'a.b.c', id, 'test'],
    broken: [
      [...notNumbers, 65_536],
      [...notTexts, '', long(limits.tokenLengthMax + 1)],
      notIds,
      [...notTexts, long(limits.deviceNameLengthMax + 1)],
    ],
  },
  reauthenticate: {
    frame: [opcodes.reauthenticate, 1, 'a.b.c'],
    broken: [[...notTexts, '', long(limits.tokenLengthMax + 1)]],
  },
  ping: { frame: [opcodes.ping, 1], broken: [] },
  send: {
    frame: [opcodes.send, 1, id, key, 'hello', null],
    broken: [notIds, notIds, notTexts, notIds.filter((value) => value !== null)],
  },
  subscribe: {
    frame: [
      opcodes.subscribe,
      1,
      [
        [id, 1, 5],
        [id, 0, null],
      ],
    ],
    broken: [
      [
        null,
        [],
        id,
        subscriptions(limits.subscribeBatchMax + 1),
        [[id, 1]],
        [[id, 1, 5, 6]],
        ...notIds.map((value) => [[value, 1, 5]]),
        ...notNumbers.map((value) => [[id, value, 5]]),
        ...notNumbers.filter((value) => value !== null).map((value) => [[id, 1, value]]),
      ],
    ],
  },
  unsubscribe: {
    frame: [opcodes.unsubscribe, 1, [id]],
    broken: [[null, [], id, ids(limits.subscribeBatchMax + 1), ...notIds.map((value) => [value])]],
  },
  history: {
    frame: [opcodes.history, 1, id, 'before', 9, 100],
    broken: [notIds, [null, 'around', '', 1], notNumbers, [...notNumbers, 0, limits.historyPageMax + 1]],
  },
  cursor: { frame: [opcodes.cursor, 1, id, 4, 3], broken: [notIds, notNumbers, notNumbers] },
  openDirect: { frame: [opcodes.openDirect, 1, id], broken: [notIds] },
  conversations: {
    frame: [opcodes.conversations, 1, null, 50],
    broken: [
      [1, ['x'], 'a\0b', long(101)],
      [...notNumbers, 0, limits.conversationPageMax + 1],
    ],
  },
  findUsers: {
    frame: [opcodes.findUsers, 1, 'ad', 20],
    broken: [
      [...notTexts, '', long(limits.handleLengthMax + 1)],
      [...notNumbers, 0, limits.userSearchMax + 1],
    ],
  },
  users: {
    frame: [opcodes.users, 1, [id]],
    broken: [[null, [], id, ids(limits.userLookupMax + 1), ...notIds.map((value) => [value])]],
  },
  registerDevice: {
    frame: [opcodes.registerDevice, 1, id, 'phone', new Uint8Array(32)],
    broken: [
      notIds,
      [...notTexts, '', long(limits.deviceNameLengthMax + 1)],
      [null, 'x'.repeat(32), new Uint8Array(31), new Uint8Array(33), new Array<number>(32).fill(0)],
    ],
  },
  inbox: { frame: [opcodes.inbox, 1, 5], broken: [notNumbers.filter((value) => value !== null)] },
};

const shown = (frame: readonly unknown[]) =>
  JSON.stringify(frame, (_, value: unknown) => (typeof value === 'number' ? String(value) : value)).slice(
    0,
    200,
  );

function codeOf(frame: readonly unknown[]): string {
  const checked = checkClientFrame(frame);
  return checked.ok ? 'ok' : checked.code;
}

void test('there is a case for every request', () => {
  const covered = Object.values(cases).map(({ frame }) => frame[0]);
  assert.deepEqual(
    covered,
    ClientFrame.anyOf.map((schema) => schema.items[0].const),
  );
});

for (const [name, { frame, broken }] of Object.entries(cases)) {
  void test(`${name}: passes as it should be, and fails with any field wrong, missing or added`, () => {
    assert.equal(codeOf(frame), 'ok');
    assert.equal(codeOf([...frame, 1]), 'invalid_frame', 'one more value');
    assert.equal(codeOf(frame.slice(0, -1)), 'invalid_frame', 'one value less');
    assert.equal(broken.length, frame.length - 2, 'every field has its wrong values');
    for (const value of [...notNumbers, 2 ** 32])
      assert.equal(codeOf([frame[0], value, ...frame.slice(2)]), 'invalid_frame', `request id ${value}`);
    broken.forEach((values, at) => {
      for (const value of values) {
        const wrong = frame.with(at + 2, value);
        assert.equal(codeOf(wrong), 'invalid_frame', shown(wrong));
      }
    });
  });
}

void test('at their bounds, fields pass', () => {
  const frames = [
    [opcodes.hello, 0xffffffff, 65_535, long(limits.tokenLengthMax), id, long(limits.deviceNameLengthMax)],
    [opcodes.subscribe, 0, subscriptions(limits.subscribeBatchMax)],
    [opcodes.unsubscribe, 1, ids(limits.subscribeBatchMax)],
    [opcodes.users, 1, ids(limits.userLookupMax)],
    [opcodes.history, 1, id, 'after', Number.MAX_SAFE_INTEGER, limits.historyPageMax],
    [opcodes.inbox, 1, null],
    [opcodes.send, 1, id, key, 'a line\nand a 👋', key],
  ];
  for (const frame of frames) assert.equal(codeOf(frame), 'ok', shown(frame));
});

void test('an opcode that no request has is unknown, with the request id if there is one', () => {
  for (const opcode of [0, 4, 15, 27, 64, 96, 128, -1, 1.5, null, '16', [16], undefined])
    assert.deepEqual(checkClientFrame([opcode, 7]), { ok: false, requestId: 7, code: 'unknown_opcode' });
  assert.deepEqual(checkClientFrame([]), { ok: false, requestId: 0, code: 'unknown_opcode' });
  for (const requestId of [null, -1, 1.5, 'x', [1]])
    assert.deepEqual(checkClientFrame([200, requestId]), { ok: false, requestId: 0, code: 'unknown_opcode' });
});

void test('a refused frame is answered under its request id when it has a usable one', () => {
  assert.deepEqual(checkClientFrame([opcodes.ping, 9, 'more']), {
    ok: false,
    requestId: 9,
    code: 'invalid_frame',
  });
  assert.deepEqual(checkClientFrame([opcodes.ping, 2 ** 32]), {
    ok: false,
    requestId: 0,
    code: 'invalid_frame',
  });
});
