import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { SkeinClient } from './client.ts';
import type { SocketLike } from './connection.ts';

/** A socket that never opens. */
class DeafSocket implements SocketLike {
  binaryType = '';
  readonly bufferedAmount = 0;
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  closed = false;
  send(): void {}
  close(): void {
    this.closed = true;
  }
}

function clientWith(token: () => Promise<string>): { client: SkeinClient; sockets: DeafSocket[] } {
  const sockets: DeafSocket[] = [];
  const openSocket = (): DeafSocket => {
    sockets.push(new DeafSocket());
    return sockets.at(-1)!;
  };
  const about = { url: 'ws://nowhere/ws', deviceId: crypto.randomUUID(), clientName: 'test' };
  return { client: new SkeinClient({ ...about, token, openSocket }), sockets };
}

void test('closed and connected again while a token is fetched, it opens one socket', async () => {
  const answers: ((token: string) => void)[] = [];
  const { client, sockets } = clientWith(() => new Promise((resolve) => answers.push(resolve)));
  client.connect();
  client.close();
  client.connect();
  for (const answer of answers) answer('token');
  await turn();
  assert.deepEqual([answers.length, sockets.length], [2, 1]);
  client.close();
  assert.deepEqual([sockets[0]!.closed, client.state.name], [true, 'idle']);
});

void test('a token that cannot be had after a close changes nothing', async () => {
  const failures: ((error: Error) => void)[] = [];
  const { client, sockets } = clientWith(() => new Promise((_, reject) => failures.push(reject)));
  client.connect();
  client.close();
  for (const fail of failures) fail(new Error('nobody is signed in'));
  await turn();
  assert.deepEqual([client.state.name, sockets.length], ['idle', 0]);
});

void test('without anybody signed in it stops; with the network down it tries again', async () => {
  const out = clientWith(() => Promise.reject(new Error('nobody is signed in')));
  out.client.connect();
  await turn();
  assert.equal(out.client.state.name, 'signed_out');
  const down = clientWith(() => Promise.reject(new TypeError('fetch failed')));
  down.client.connect();
  await turn();
  assert.equal(down.client.state.name, 'waiting');
  down.client.close();
});

void test('a request while offline is refused at once, a message waits', async () => {
  const { client } = clientWith(() => Promise.reject(new TypeError('fetch failed')));
  await assert.rejects(client.conversations(), { code: 'unavailable' });
  void client.send('room', 'later');
  assert.equal(client.unacknowledged, 1);
});
