// Behaviour of the SDK when the server has more to do than it can: it waits as long as it is told, a random time more,
// and repeats.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, test } from 'node:test';
import { closeCodes } from '../close-codes.ts';
import { SkeinClient } from './client.ts';
import type { ClientState } from './client-options.ts';
import type { SocketLike } from './connection.ts';
import { LoopbackServer } from './testing/loopback-server.ts';

const room = '00000000-0000-8000-8000-000000000001';
const clients: SkeinClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function client(openSocket: () => SocketLike): { client: SkeinClient; waits: number[] } {
  const made = new SkeinClient({
    url: 'ws://loopback/ws',
    deviceId: crypto.randomUUID(),
    clientName: 'test',
    token: () => Promise.resolve('token'),
    openSocket,
  });
  clients.push(made);
  const waits: number[] = [];
  made.on('state', (state: ClientState) => void (state.name === 'waiting' && waits.push(state.retryInMs)));
  return { client: made, waits };
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 20_000; !condition(); await delay(2)) {
    if (performance.now() > deadline) throw new Error(`never: ${condition.toString()}`);
  }
}

/** A socket that ends as the test says: at once, or after the welcome. */
class DoomedSocket implements SocketLike {
  binaryType = '';
  readonly bufferedAmount = 0;
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  constructor(code: number) {
    setImmediate(() => this.onclose?.({ code, reason: '' }));
  }
  send(): void {}
  close(): void {}
}

/** Waits of clients after this close code, from a server that is there. */
async function waitsAfter(code: number, count: number): Promise<number[]> {
  const sockets: SocketLike[] = [];
  const server = new LoopbackServer();
  const made = Array.from({ length: count }, () =>
    client(() => {
      const socket = server.openSocket();
      sockets.push(socket);
      return socket;
    }),
  );
  for (const one of made) one.client.connect();
  await until(() => made.every((one) => one.client.state.name === 'online'));
  for (const socket of sockets) socket.onclose?.({ code, reason: '' });
  await until(() => made.every((one) => one.waits.length === 1));
  return made.flatMap((one) => one.waits);
}

function assertSpread(waits: readonly number[], from: number, to: number): void {
  assert.ok(
    waits.every((ms) => ms >= from && ms <= to),
    `${Math.min(...waits)} to ${Math.max(...waits)}`,
  );
  const early = waits.filter((ms) => ms < (from + to) / 2).length;
  assert.ok(early > waits.length / 4 && early < (3 * waits.length) / 4, `${early} of ${waits.length}`);
}

void test('FAULTS 19: after a lost connection, and longer after going_away and try_again_later, clients spread', async () => {
  assertSpread(await waitsAfter(1006, 100), 25, 250);
  assertSpread(await waitsAfter(closeCodes.going_away, 100), 100, 1_000);
  assertSpread(await waitsAfter(closeCodes.try_again_later, 100), 1_000, 10_000);
});

void test('FAULTS 19: a refused upgrade (503) is an attempt that failed: the wait is bounded from below and grows', async () => {
  const made = Array.from({ length: 100 }, () => client(() => new DoomedSocket(1006)));
  for (const one of made) one.client.connect();
  await until(() => made.every((one) => one.waits.length === 1));
  assertSpread(
    made.map((one) => one.waits[0]!),
    250,
    2_500,
  );
  for (const one of made) one.client.connect();
  await until(() => made.every((one) => one.waits.length === 2));
  assertSpread(
    made.map((one) => one.waits[1]!),
    500,
    5_000,
  );
});

void test('[OFF-2] FAULTS 19: the outbox waits an overload out and repeats, each client at its own time', async () => {
  const retryAfterMs = 150;
  const refused = new Map<string, number>();
  const gaps: number[] = [];
  const server = new LoopbackServer();
  server.refuse = ({ key }) => {
    const firstMs = refused.get(key);
    if (firstMs !== undefined) gaps.push(performance.now() - firstMs);
    else refused.set(key, performance.now());
    return firstMs === undefined ? { code: 'overloaded', retryAfterMs } : null;
  };
  const made = Array.from({ length: 40 }, () => client(server.openSocket));
  const sent = made.map((one, at) => {
    one.client.connect();
    return one.client.send(room, `message ${at}`);
  });
  await Promise.all(sent);
  assert.equal(server.stored.length, 40);
  assert.equal(gaps.length, 40);
  assert.ok(
    gaps.every((ms) => ms >= retryAfterMs),
    `${Math.min(...gaps)}`,
  );
  // By the policy, between 25 and 250 ms more; a busy machine only adds to that.
  assert.ok(
    Math.max(...gaps) - Math.min(...gaps) > 50,
    `all within ${Math.max(...gaps) - Math.min(...gaps)} ms`,
  );
});

void test('[OFF-3] while one conversation is overloaded the order of its messages holds and others go on', async () => {
  const other = '00000000-0000-8000-8000-000000000002';
  const server = new LoopbackServer();
  let refusals = 0;
  server.refuse = ({ conversationId }) =>
    conversationId === room && ++refusals <= 3 ? { code: 'overloaded', retryAfterMs: 50 } : null;
  const { client: ada } = client(server.openSocket);
  ada.connect();
  const sends = Array.from({ length: 10 }, (_, at) => [
    ada.send(room, `room ${at}`),
    ada.send(other, `other ${at}`),
  ]);
  await Promise.all(sends.flat());
  for (const [id, name] of [
    [room, 'room'],
    [other, 'other'],
  ])
    assert.deepEqual(
      server.bodies(id),
      Array.from({ length: 10 }, (_, at) => `${name} ${at}`),
    );
  assert.equal(server.bodies()[0], 'other 0');
});
