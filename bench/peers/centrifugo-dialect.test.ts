import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CentrifugoDialect } from './centrifugo-dialect.ts';
import { numberIn, senderIn, writePayload } from './payload.ts';
import { stubSocket } from './stub-socket.ts';

/** A connection that has been greeted as Centrifugo does it, and what it was made to say since. */
async function connected(person: number, inRoom: boolean) {
  const { socket, said, open, hear } = stubSocket();
  const seat = { token: 'token', conversationId: inRoom ? 'room' : 'pair_00000000' };
  const dialect = new CentrifugoDialect(new Map([[person, seat]]));
  const greeted = dialect.greet(socket, person, inRoom);
  open();
  hear('{"id":1,"connect":{"client":"c","version":"6","ping":25,"pong":true}}');
  hear('{"id":2,"subscribe":{"recoverable":true,"epoch":"xyz"}}\n');
  await greeted;
  assert.deepEqual(
    said.splice(0).map((frame) => JSON.parse(frame)),
    [
      { id: 1, connect: { token: 'token' } },
      { id: 2, subscribe: { channel: seat.conversationId } },
    ],
  );
  return { dialect, socket, said };
}

function publication(channel: string, sender: number, number: number): string {
  const data = writePayload({ sender, number, dueUs: 7 }, 60).toString();
  const info = { user: `peer_${sender}`, client: '5e3d' };
  return JSON.stringify({ push: { channel, pub: { data, info, offset: number + 1 } } });
}

test('of a frame with several lines each is read, and of pairs the own messages are passed over', async () => {
  const { dialect, socket, said } = await connected(1, false);
  const channel = 'pair_00000000';
  const own = publication(channel, 1, 0);
  const lines = [publication(channel, 0, 0), own, '{"id":3,"publish":{}}', '{}', publication(channel, 0, 1)];
  const read = [...dialect.partsOf(Buffer.from(lines.join('\n')))].map((part) => {
    const at = dialect.payloadAt(socket, part);
    return at < 0 ? at : [senderIn(part, at), numberIn(part, at)];
  });
  assert.deepEqual(read, [[0, 0], -1, -1, -1, [0, 1]]);
  assert.equal(dialect.acknowledged, 1);
  assert.deepEqual(said, ['{}']);
});

test('in the room the own messages count', async () => {
  const { dialect, socket } = await connected(1, true);
  for (const sender of [1, 0]) {
    const [line] = dialect.partsOf(Buffer.from(`${publication('room', sender, 4)}\n`));
    const at = dialect.payloadAt(socket, line!);
    assert.deepEqual([senderIn(line!, at), numberIn(line!, at)], [sender, 4]);
  }
});

test('a publication goes to the conversation of its writer; a refusal ends the run', async () => {
  const { dialect, socket, said } = await connected(1, false);
  const payload = writePayload({ sender: 1, number: 0, dueUs: 7 }, 60);
  dialect.sendToPerson(socket, 0, payload);
  const data = payload.toString();
  const [frame] = said;
  assert.deepEqual(JSON.parse(frame!), { id: 3, publish: { channel: 'pair_00000000', data } });
  const refusal = Buffer.from('{"id":3,"error":{"code":103,"message":"permission denied"}}');
  assert.throws(() => dialect.payloadAt(socket, refusal), /permission denied/);
  const other = Buffer.from('{"push":{"channel":"pair_00000000","unsubscribe":{"code":2500}}}');
  assert.throws(() => dialect.payloadAt(socket, other), /unsubscribe/);
});
