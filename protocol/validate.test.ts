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

const notNull = (values: readonly unknown[]) => values.filter((value) => value !== null);
const notBooleans = [null, 0, 1, 'true', []];
/** Wrong lists of up to `max` ids. */
const notIdLists = (max: number) => [null, id, ids(max + 1), ...notIds.map((value) => [value])];
const notEmojis = [...notTexts, '', long(limits.emojiLengthMax + 1)];
const notUserLists = [...notIdLists(2 * limits.groupMembersMax), []];
const notProfile = [
  [...notTexts, '', long(limits.groupNameLengthMax + 1)],
  [...notTexts, long(limits.groupDescriptionLengthMax + 1)],
  notNull(notIds),
];
const notCodes = [...notTexts, '', long(65)];
const notLimits = (max: number) => [...notNumbers, 0, max + 1];

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
    frame: [opcodes.send, 1, id, key, 'hello', null, 7, [id], [id]],
    broken: [
      notIds,
      notIds,
      notTexts,
      notNull(notIds),
      notNull(notNumbers),
      notIdLists(limits.mentionsPerMessageMax),
      notIdLists(limits.attachmentsPerMessageMax),
    ],
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
  inbox: { frame: [opcodes.inbox, 1, 5], broken: [notNull(notNumbers)] },
  edit: {
    frame: [opcodes.edit, 1, id, 7, 'better', [id]],
    broken: [notIds, notNumbers, notTexts, notIdLists(limits.mentionsPerMessageMax)],
  },
  deleteMessage: { frame: [opcodes.deleteMessage, 1, id, 7], broken: [notIds, notNumbers] },
  react: {
    frame: [opcodes.react, 1, id, 7, '👍', true],
    broken: [notIds, notNumbers, notEmojis, notBooleans],
  },
  revisions: { frame: [opcodes.revisions, 1, id, 7], broken: [notIds, notNumbers] },
  reactors: {
    frame: [opcodes.reactors, 1, id, 7, '👍', null, 10],
    broken: [notIds, notNumbers, notEmojis, notNull(notIds), notLimits(limits.reactorPageMax)],
  },
  receipts: { frame: [opcodes.receipts, 1, id], broken: [notIds] },
  typing: { frame: [opcodes.typing, 1, id, true], broken: [notIds, notBooleans] },
  createGroup: {
    frame: [opcodes.createGroup, 1, key, [id], 'Weavers', '', null],
    broken: [notIds, notUserLists, ...notProfile],
  },
  addMembers: { frame: [opcodes.addMembers, 1, id, [id]], broken: [notIds, notUserLists] },
  removeMember: { frame: [opcodes.removeMember, 1, id, id], broken: [notIds, notIds] },
  setRole: {
    frame: [opcodes.setRole, 1, id, id, 'admin'],
    broken: [notIds, notIds, [...notTexts, 'owner', '']],
  },
  updateGroup: { frame: [opcodes.updateGroup, 1, id, 'Weavers', '', id], broken: [notIds, ...notProfile] },
  deleteConversation: { frame: [opcodes.deleteConversation, 1, id], broken: [notIds] },
  createInvite: { frame: [opcodes.createInvite, 1, id], broken: [notIds] },
  revokeInvite: { frame: [opcodes.revokeInvite, 1, id], broken: [notIds] },
  invitation: { frame: [opcodes.invitation, 1, id, 'code'], broken: [notIds, notCodes] },
  join: { frame: [opcodes.join, 1, id, 'code'], broken: [notIds, notCodes] },
  members: { frame: [opcodes.members, 1, id], broken: [notIds] },
  getConversation: { frame: [opcodes.getConversation, 1, id], broken: [notIds] },
  insight: { frame: [opcodes.insight, 1, id, 30], broken: [notIds, notLimits(limits.insightDaysMax)] },
  mute: { frame: [opcodes.mute, 1, id, 0], broken: [notIds, [...notNumbers, limits.muteUntilMsMax + 1]] },
  block: { frame: [opcodes.block, 1, id, true], broken: [notIds, notBooleans] },
  blocks: { frame: [opcodes.blocks, 1], broken: [] },
  notifications: {
    frame: [opcodes.notifications, 1, null, 10],
    broken: [notNull(notNumbers), notLimits(limits.notificationPageMax)],
  },
  markNotifications: {
    frame: [opcodes.markNotifications, 1, 7, [9]],
    broken: [notNumbers, [null, 9, ...notNumbers.map((value) => [value])]],
  },
  watchPresence: {
    frame: [opcodes.watchPresence, 1, [id]],
    broken: [notIdLists(limits.presenceWatchMax)],
  },
  audit: {
    frame: [opcodes.audit, 1, id, null, 10],
    broken: [notIds, [1, ['x'], 'a\0b', long(101)], notLimits(limits.auditPageMax)],
  },
  moderate: {
    frame: [opcodes.moderate, 1, id, 'after', 0, 10, 'a complaint'],
    broken: [
      notIds,
      [null, 'around', '', 1],
      notNumbers,
      notLimits(limits.historyPageMax),
      [...notTexts, '', long(limits.moderationReasonLengthMax + 1)],
    ],
  },
  signOut: { frame: [opcodes.signOut, 1, true], broken: [[0, 1, 'true', null]] },
  groupRequests: { frame: [opcodes.groupRequests, 1], broken: [] },
  answerGroupRequest: {
    frame: [opcodes.answerGroupRequest, 1, id, false],
    broken: [notIds, [0, 1, 'true', null]],
  },
  setGroupsFrom: {
    frame: [opcodes.setGroupsFrom, 1, 'contacts'],
    broken: [[null, 1, '', 'friends', ['everyone']]],
  },
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
    [opcodes.send, 1, id, key, 'a line\nand a 👋', key, null, [], []],
  ];
  for (const frame of frames) assert.equal(codeOf(frame), 'ok', shown(frame));
});

void test('an opcode that no request has is unknown, with the request id if there is one', () => {
  for (const opcode of [0, 4, 15, 59, 64, 96, 128, -1, 1.5, null, '16', [16], undefined])
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
