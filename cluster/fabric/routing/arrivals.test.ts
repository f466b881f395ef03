// A worker's door for other workers: what our own code sends passes, and anything else is refused with a reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Packr } from 'msgpackr';
import { shardOf } from '../../../actors/runtime/address.ts';
import { silentLog } from '../../../actors/runtime/testing/silent-log.ts';
import { seededRandom } from '../../../protocol/testing/seeded-random.ts';
import { decodeLinkBatch, encodeLinkBatch, encodeMessage, noLoad } from '../bus/link-frames.ts';
import { Arrivals, type ArrivalFault } from './arrivals.ts';
import { post, type CommandEnvelope, type Envelope } from './envelopes.ts';

const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });
const room = '00000000-0000-8000-8000-000000000001';
const ada = '00000000-0000-8000-8000-0000000000ad';
const key = '01890a5d-ac96-774b-bcce-b302099a8057';
const sent = {
  type: 'send',
  by: ada,
  key,
  body: 'Hello',
  prev: null,
  replyTo: 3,
  mentions: [ada],
  attachments: [{ attachmentId: room, name: 'a.png', type: 'image/png', bytes: 9, width: 1, height: 1 }],
} as const;

const command = (given: object, more: object = {}): Envelope =>
  ({
    type: 'command',
    correlation: 7,
    shard: shardOf(room),
    term: 1,
    address: { kind: 'conversation', id: room },
    command: given,
    ...more,
  }) as CommandEnvelope;

/** Over the bus, as another worker would get it. */
function arrive(arrivals: Arrivals, posted: unknown) {
  return arrivals.take('other', packr.unpack(packr.pack(posted)));
}

test('[OPS-6] what workers send each other passes as it is', () => {
  const session = { address: { kind: 'session', id: ada }, shard: shardOf(ada) };
  const frame = Buffer.from('frame');
  const envelopes: Envelope[] = [
    command(sent),
    command({ type: 'subscribe', by: null, epoch: 1, afterSeq: null, followers: [ada] }),
    command({ type: 'subscribe', by: ada, epoch: 1, afterSeq: 4 }),
    command({ type: 'history', by: null, direction: 'before', seq: 9, limit: 50 }),
    command({ type: 'set_role', by: ada, userId: room, role: 'admin' }),
    command({ type: 'note_block', userId: ada, blocked: true, version: 3 }),
    command({ type: 'register_device', deviceId: room, name: 'x', publicKey: Buffer.alloc(32) }, session),
    command({ type: 'blocks' }, session),
    command({ type: 'watch' }, { ...session, address: { kind: 'presence', id: ada } }),
    // A field of the version after this one.
    command({ type: 'describe', by: ada, later: true }),
    { type: 'reply', correlation: 1, reply: { ok: true, value: { seq: 1 } } },
    {
      type: 'reply',
      correlation: 1,
      reply: { ok: false, error: { code: 'blocked', message: '', retryAfterMs: null } },
    },
    { type: 'not_owner', correlation: 1 },
    { type: 'publish', key: room, seq: 0, frame },
    { type: 'forget', key: `s${ada}` },
    { type: 'publish_each', key: room, frames: [{ userId: ada, frame }] },
    { type: 'drop', correlation: 1, key: room, userIds: [ada] },
    { type: 'dropped', correlation: 1 },
    { type: 'presence', userId: ada, online: false, lastSeenMs: null },
    { type: 'unwatch', userId: ada },
    { type: 'lost' },
  ];
  const arrivals = new Arrivals('own', silentLog);
  for (const envelope of envelopes) {
    assert.deepEqual(arrive(arrivals, post(envelope)), { ok: true, envelope }, JSON.stringify(envelope));
  }
  assert.deepEqual(new Set(Object.values(arrivals.refused)), new Set([0]));
});

test('[OPS-6] a command of nobody, of another shard, unknown or misshapen is refused by its name', () => {
  const { by: _by, ...nobodys } = sent;
  const refused: [ArrivalFault, Envelope][] = [
    ['malformed_command', command(nobodys)],
    ['malformed_command', command({ ...sent, by: null })],
    ['malformed_command', command({ ...sent, by: 'ada' })],
    ['malformed_command', command({ ...sent, body: 5 })],
    ['malformed_command', command({ ...sent, body: 'x'.repeat(70_000) })],
    ['malformed_command', command({ ...sent, mentions: Array.from({ length: 5_000 }, () => ada) })],
    // For the actor alone to conclude.
    ['malformed_command', command({ ...sent, keyIsNew: true })],
    ['malformed_command', command({ type: 'history', by: ada, direction: 'up', seq: 1, limit: 5 })],
    ['malformed_command', command({ type: 'history', by: ada, direction: 'after', seq: 1, limit: 1e6 })],
    ['unknown_command', command({ type: 'become_admin', by: ada })],
    ['unknown_command', command({ type: '__proto__', by: ada })],
    ['unknown_command', command(sent, { address: { kind: 'session', id: room } })],
    ['unknown_command', command(sent, { address: { kind: 'anything', id: room } })],
    ['wrong_shard', command(sent, { shard: (shardOf(room) + 1) % 1024 })],
  ];
  const arrivals = new Arrivals('own', silentLog);
  for (const [fault, envelope] of refused) {
    const arrival = arrive(arrivals, post(envelope));
    assert.deepEqual(arrival, { ok: false, fault, correlation: 7 }, JSON.stringify(envelope).slice(0, 200));
  }
  const malformed = [
    null,
    5,
    [],
    [99],
    [1],
    [2, 'x', {}],
    [4, room, 1],
    [7, 1, room, ['x']],
    { 0: 1 },
    [11, 1],
  ];
  for (const posted of malformed) {
    const arrival = arrive(arrivals, posted);
    assert.deepEqual(arrival, { ok: false, fault: 'malformed', correlation: null }, JSON.stringify(posted));
  }
  assert.equal(arrivals.refused.malformed, malformed.length);
  assert.equal(arrivals.refused.wrong_shard, 1);
});

test('[OPS-6] mutated batches are ours, or refused, and never an exception', (t) => {
  const random = seededRandom();
  t.diagnostic(`SKEIN_TEST_SEED=${random.seed}`);
  const batch = encodeLinkBatch('w1', 3, noLoad, [encodeMessage(post(command(sent)))]);
  const arrivals = new Arrivals('own', silentLog);
  let refused = 0;
  for (let round = 0; round < 5_000; round++) {
    const bytes = Buffer.from(batch);
    for (let flips = 0; flips < 3; flips++) {
      bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
    }
    const decoded = decodeLinkBatch(bytes);
    if (decoded?.messages.some((message) => !arrivals.take('other', message).ok) ?? true) refused++;
  }
  assert.ok(refused > 500, `${refused}`);
});
