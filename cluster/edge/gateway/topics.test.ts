import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientSocket } from './client-socket.ts';
import { Topics } from './topics.ts';

const address = { kind: 'conversation', id: 'c' } as const;

/** A socket that keeps what it is sent. */
function socket(): ClientSocket & { frames: Uint8Array[] } {
  const frames: Uint8Array[] = [];
  return { topics: new Set(), frames, sendBytes: (bytes: Uint8Array) => frames.push(bytes) } as never;
}
const frame = (seq: number) => Uint8Array.of(seq);

test('[OFF-4] where a newcomer begins does not change what a renewal asks for on behalf of the others', () => {
  const topics = new Topics();
  topics.join('c', topics.await(address, 'ada'), socket(), 1, 10);
  assert.equal(topics.get('c')!.seq, 10);
  // 11 and 12 are lost on the link; the newcomer's answer already names them as its head.
  topics.join('c', topics.await(address, 'ada'), socket(), 1, 12);
  assert.equal(topics.get('c')!.seq, 10);
});

test('[OFF-4] frames that come before the answer reach who waits for it, those after its head only', () => {
  const topics = new Topics();
  const waiter = topics.await(address, 'ada');
  for (const seq of [4, 5, 6]) topics.publish('c', seq, frame(seq), 0);
  const ada = socket();
  assert.deepEqual(topics.join('c', waiter, ada, 1, 4), [frame(5), frame(6)]);
  topics.publish('c', 7, frame(7), 0);
  assert.deepEqual(ada.frames, [frame(7)]);
});

test('the topic is gone with its last follower, and a publication says so', () => {
  const topics = new Topics();
  const [ada, bob] = [socket(), socket()];
  for (const each of [ada, bob]) topics.join('c', topics.await(address, 'ada'), each, 1, 1);
  assert.equal(topics.leave('c', ada), false);
  assert.equal(topics.leave('c', bob), true);
  assert.equal(topics.publish('c', 2, frame(2), 0), false);
});
