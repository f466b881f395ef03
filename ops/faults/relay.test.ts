import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { eventually, until } from '../../protocol/waiting.ts';
import { Relay, type Way } from './relay.ts';

/** Nothing is to come: so long is waited for it. */
const quietMs = 150;

let echo: Server;
let target: string;
let atServer: string;
const relays: Relay[] = [];

before(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      atServer += bytes.toString();
      socket.write(bytes);
    });
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  target = `nats://127.0.0.1:${(echo.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const relay of relays.splice(0)) relay.close();
});
after(() => echo.close());

async function open(): Promise<{ relay: Relay; dial: () => Dialled }> {
  atServer = '';
  const relay = await Relay.start(target);
  relays.push(relay);
  return { relay, dial: () => new Dialled(Number(new URL(relay.url).port)) };
}

class Dialled {
  readonly socket: Socket;
  text = '';
  closed = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (bytes) => (this.text += bytes.toString()));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.closed = true));
  }
  hears(text: string): Promise<void> {
    return eventually(() => this.text === text);
  }
}

test('a relay passes bytes both ways', async () => {
  const { relay, dial } = await open();
  const client = dial();
  client.socket.write('hello');
  await client.hears('hello');
  assert.equal(relay.connections, 1);
  client.socket.destroy();
  await eventually(() => relay.connections === 0);
});

const cuts: [title: string, ways: Way[], arrives: string][] = [
  ['both ways', [], 'one'],
  ['towards the server', ['up'], 'one'],
  ['from the server', ['down'], 'onetwo'],
];
for (const [title, ways, arrives] of cuts) {
  test(`a connection cut ${title} stays open, passes nothing, and passes it late once healed`, async () => {
    const { relay, dial } = await open();
    const client = dial();
    client.socket.write('one');
    await client.hears('one');
    relay.cut(...ways);
    client.socket.write('two');
    assert.equal(await until(() => client.text !== 'one' || client.closed, { timeoutMs: quietMs }), false);
    assert.equal(atServer, arrives);
    relay.heal();
    await client.hears('onetwo');
  });
}

test('a connection made while both ways are cut hears nothing before they are healed', async () => {
  const { relay, dial } = await open();
  relay.cut();
  const client = dial();
  client.socket.write('hello');
  assert.equal(await until(() => client.text !== '' || client.closed, { timeoutMs: quietMs }), false);
  assert.equal(atServer, '');
  relay.heal();
  await client.hears('hello');
});

test('who hangs up during a cut is still there for the other side', async () => {
  const { relay, dial } = await open();
  const client = dial();
  client.socket.write('one');
  await client.hears('one');
  relay.cut();
  client.socket.destroy();
  assert.equal(await until(() => relay.connections === 0, { timeoutMs: quietMs }), false);
  relay.heal();
  await eventually(() => relay.connections === 0);
});

test('a relay that refuses resets what is open and what comes', async () => {
  const { relay, dial } = await open();
  const before = dial();
  before.socket.write('one');
  await before.hears('one');
  relay.refuse();
  await eventually(() => before.closed);
  const during = dial();
  await eventually(() => during.closed);
  relay.heal();
  const later = dial();
  later.socket.write('two');
  await later.hears('two');
});

test('delayed bytes come late and in order', async () => {
  const { relay, dial } = await open();
  relay.delay({ minMs: 20, maxMs: 60 }, 1);
  const client = dial();
  await once(client.socket, 'connect');
  const startedMs = performance.now();
  const pieces = Array.from({ length: 20 }, (_, at) => String.fromCharCode(97 + at));
  for (const piece of pieces) {
    client.socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await client.hears(pieces.join(''));
  assert.ok(performance.now() - startedMs >= 40, 'there and back');
});

test('torn connections are reset at random, and their successors too', async () => {
  const { relay, dial } = await open();
  relay.tearEvery(10, 1);
  for (let count = 0; count < 3; count++) {
    const client = dial();
    await eventually(() => client.closed);
  }
  assert.ok(relay.tears >= 3);
});
