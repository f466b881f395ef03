// Temporary refusals and lost frames: each message arrives once, in the written order, with either client.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { RequestError } from '../../protocol/client/index.ts';
import { LoopbackServer } from '../../protocol/client/testing/loopback-server.ts';
import { uuidv7Time } from '../../protocol/ids.ts';
import { SdkTalker } from './sdk-talker.ts';
import { talkerKinds, type CuttableSocket, type Talker, type TalkerKind } from './talker.ts';
import { WireTalker } from './wire-talker.ts';

const conversations = [
  '00000000-0000-4000-8000-0000000000c1',
  '00000000-0000-4000-8000-0000000000c2',
] as const;

async function online(context: TestContext, kind: TalkerKind, server: LoopbackServer): Promise<Talker> {
  const ready = Promise.withResolvers<void>();
  const options = {
    url: 'ws://anywhere/ws',
    openSocket: () => Object.assign(server.openSocket(), { cut: () => server.cut() }) as CuttableSocket,
    receipts: true,
    token: () => Promise.resolve('token'),
    listener: {
      online: () => ready.resolve(),
      ended: (reason: string) => ready.reject(new Error(reason)),
      subscribed: () => undefined,
      refused: () => undefined,
      event: () => undefined,
    },
  };
  const talker = kind === 'wire' ? new WireTalker(options) : new SdkTalker(options);
  talker.connect();
  context.after(() => talker.close());
  await ready.promise;
  return talker;
}

const bodies = Array.from({ length: 30 }, (_, index) => `message ${index}`);

for (const kind of talkerKinds) {
  test(`[OFF-2] [OFF-3] (${kind}) refusals for now and cuts neither lose, double nor turn around`, async (context) => {
    const server = new LoopbackServer();
    const talker = await online(context, kind, server);
    let came = 0;
    server.refuse = () => ([1, 20].includes(came++) ? { code: 'overloaded', retryAfterMs: 5 } : null);
    const seqs = bodies.flatMap((body) =>
      conversations.map((conversation) => talker.send(conversation, body)),
    );
    await delay(2);
    server.acknowledges = false;
    await delay(10);
    talker.cut();
    assert.ok(!talker.isOnline);
    server.acknowledges = true;
    await Promise.all(seqs);
    for (const conversation of conversations) assert.deepEqual(server.bodies(conversation), bodies);
    assert.ok(talker.isOnline);
  });

  test(`(${kind}) what is refused for good is told, and what comes after it goes out`, async (context) => {
    const server = new LoopbackServer();
    const talker = await online(context, kind, server);
    server.refuse = ({ body }) => (body === 'bad' ? { code: 'conversation_deleted' } : null);
    const bad = talker.send(conversations[0], 'bad');
    const good = talker.send(conversations[0], 'good');
    await assert.rejects(bad, (error) => error instanceof RequestError && !error.retryable);
    assert.equal(await good, 2);
  });
}

test('[MSG-4] keys of the lean client are unique, of their time, and in the written order', async (context) => {
  const server = new LoopbackServer();
  const talker = await online(context, 'wire', server);
  const keys = Array.from({ length: 10_000 }, () => talker.requests.newKey());
  assert.deepEqual(keys.toSorted(), keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(Math.abs(uuidv7Time(keys[0]!) - Date.now()) < 5_000);
});
