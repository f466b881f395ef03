import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocketServer, type WebSocket } from 'ws';
import { encode } from '../../protocol/codec/codec.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { frameKinds, FrameReader } from './websocket-frames.ts';
import { WireSocket } from './wire-socket.ts';
import { WireCounter } from './wire-totals.ts';

/** As a server would. */
function serverFrame(kind: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head =
    length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : [127, 0, 0, 0, 0];
  const long =
    length < 65_536 ? [] : [length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  return Buffer.concat([Buffer.from([0x80 | kind, ...head, ...long]), payload]);
}

test('frames of all sizes are found, however the network cuts them', () => {
  const payloads = [0, 1, 125, 126, 65_535, 65_536, 100_000].map((size) => Buffer.alloc(size, size % 251));
  const stream = Buffer.concat(payloads.map((payload) => serverFrame(frameKinds.binary, payload)));
  for (const step of [stream.length, 65_536, 1_000, 7]) {
    const found: Buffer[] = [];
    const reader = new FrameReader();
    for (let at = 0; at < stream.length; at += step)
      reader.read(stream.subarray(at, at + step), ({ payload }) => found.push(Buffer.from(payload)));
    assert.deepEqual(
      found.map(({ length }) => length),
      payloads.map(({ length }) => length),
    );
    assert.ok(found.every((each, at) => each.equals(payloads[at]!)));
  }
});

test('masked frames and parts of messages are refused', () => {
  const ignore = () => undefined;
  assert.throws(() => new FrameReader().read(Buffer.from([0x82, 0x80, 0, 0, 0, 0]), ignore), /masked/);
  assert.throws(() => new FrameReader().read(Buffer.from([0x02, 0x00]), ignore), /parts/);
});

async function withServer(work: (url: string, accepted: Promise<WebSocket>) => Promise<void>): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const accepted = once(server, 'connection').then(([socket]) => socket as WebSocket);
  try {
    await work(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`, accepted);
  } finally {
    for (const client of server.clients) client.terminate();
    server.close();
  }
}

test('talks with another implementation: frames of all sizes, pings, and the end with its reason', async () => {
  await withServer(async (url, accepted) => {
    const counter = new WireCounter();
    const socket = new WireSocket(url, { counter, localAddress: undefined });
    const opened = new Promise<void>((resolve) => (socket.onopen = () => resolve()));
    const closed = new Promise((resolve) => (socket.onclose = resolve));
    const peer = await accepted;
    await opened;
    for (const size of [10, 1_000, 200_000]) {
      const frame = encode([opcodes.send, 1, 'x'.repeat(size)]);
      const echoed = new Promise<Buffer>(
        (resolve) => (socket.onmessage = ({ data }) => resolve(Buffer.from(data as Uint8Array))),
      );
      peer.once('message', (data: Buffer) => peer.send(data));
      socket.send(Uint8Array.from(frame));
      assert.ok((await echoed).equals(frame));
    }
    const pong = once(peer, 'pong');
    peer.ping('are you there');
    assert.equal(String((await pong)[0]), 'are you there');
    peer.close(4201, 'slow, resume');
    assert.deepEqual(await closed, { code: 4201, reason: 'slow, resume' });
    assert.deepEqual([counter.totals.framesSent, counter.totals.closes], [{ send: 3 }, { '4201': 1 }]);
  });
});

test('a close and a cut arrive as what they are', async () => {
  for (const [end, code] of [
    [(socket: WireSocket) => socket.close(1000, 'bye'), 1000],
    [(socket: WireSocket) => socket.cut(), 1006],
  ] as const) {
    await withServer(async (url, accepted) => {
      const socket = new WireSocket(url, { counter: new WireCounter(), localAddress: undefined });
      const opened = new Promise<void>((resolve) => (socket.onopen = () => resolve()));
      const peerClosed = once(await accepted, 'close');
      await opened;
      end(socket);
      assert.equal((await peerClosed)[0], code);
    });
  }
});

test('who is not let in, or finds nobody, is told by a close and a count', async () => {
  const refused = async (url: string): Promise<[code: number, refusals: Record<string, number>]> => {
    const counter = new WireCounter();
    const socket = new WireSocket(url, { counter, localAddress: undefined });
    const { code } = await new Promise<{ code: number }>((resolve) => (socket.onclose = resolve));
    return [code, counter.totals.refusals];
  };
  assert.deepEqual(await refused('ws://127.0.0.1:1/ws'), [1006, { ECONNREFUSED: 1 }]);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/elsewhere' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  assert.deepEqual(await refused(`ws://127.0.0.1:${port}/ws`), [1006, { http_400: 1 }]);
  server.close();
});
