// Writes to a socket, against a stand-in for uWebSockets that counts the writes and takes what the test says.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { ManualTime } from '../../../actors/runtime/testing/manual-time.ts';
import { ClientSocket, socketBounds } from './client-socket.ts';
import { SocketTurn } from './socket-turn.ts';

function setUp() {
  const seen = { sent: [] as number[], writes: 0, endedAfter: null as number | null };
  let corked = false;
  let answer = 1;
  const socket = {
    getUserData: () => ({ address: null }),
    getBufferedAmount: () => 0,
    send(frame: Uint8Array) {
      seen.sent.push(frame[0]!);
      if (!corked) seen.writes++;
      return answer;
    },
    cork(write: () => void) {
      corked = true;
      write();
      corked = false;
      seen.writes++;
    },
    end: () => void (seen.endedAfter = seen.sent.length),
  };
  const time = new ManualTime();
  const turn = new SocketTurn(time, time);
  const client = new ClientSocket(socket as never, turn, 0);
  const send = (mark: number, length = 1) => client.sendBytes(new Uint8Array(length).fill(mark), false, 0);
  return { client, seen, send, answerWith: (value: number) => (answer = value) };
}

test('what a turn has for a socket leaves in one write, in order, at its end', async () => {
  const { seen, send } = setUp();
  for (const mark of [1, 2, 3]) send(mark);
  assert.deepEqual(seen.sent, []);
  await nextTurn();
  assert.deepEqual([seen.sent, seen.writes], [[1, 2, 3], 1]);
  send(4);
  await nextTurn();
  assert.deepEqual([seen.sent, seen.writes], [[1, 2, 3, 4], 2]);
});

test('a close comes after what was to be sent before it', async () => {
  const { client, seen, send } = setUp();
  send(1);
  client.close('going_away', 0);
  send(2);
  await nextTurn();
  assert.deepEqual([seen.sent, seen.endedAfter], [[1], 1]);
});

test('[OFF-5] frames of one turn count as unsent: past the bound the socket is closed', () => {
  const { seen, send } = setUp();
  send(1, socketBounds.unsentBytesMax - 1);
  send(2, 2);
  assert.deepEqual([seen.sent, seen.endedAfter], [[1], 1]);
});

test('[OFF-5] a frame that was dropped ends the socket, and nothing passes it', async () => {
  const { seen, send, answerWith } = setUp();
  answerWith(2);
  send(1);
  send(2);
  await nextTurn();
  assert.deepEqual([seen.sent, seen.endedAfter], [[1], 1]);
});

test('a socket that closed meanwhile is left alone', async () => {
  const { client, seen, send } = setUp();
  send(1);
  client.onClosed();
  await nextTurn();
  assert.deepEqual(seen.sent, []);
});
