// The specification suffices: a client that was written from it alone, in another language, signs in at the real
// identity provider and talks to our SDK over a real cluster, whatever is cut or killed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { formIn, HttpBrowser } from '../../../cluster/identity/testing/browser.ts';
import { signUp } from '../../../cluster/identity/testing/sign-up.ts';
import { freePort } from '../../../ops/embedded/ports.ts';
import { eventually } from '../../waiting.ts';
import { missingReason, pythonWith, type Python } from '../../../ops/testing/python.ts';
import { acquireServices, type TestServices } from '../../../ops/testing/services.ts';
import { TestCluster, userIdOf } from '../../../ops/testing/test-cluster.ts';
import { Timeline, type SkeinClient } from '../../client/index.ts';
import { conversationEventTypes as types } from '../../events/event-types.ts';
import { seededRandom } from '../../testing/seeded-random.ts';
import { CuttingRelay } from '../../client/testing/cutting-relay.ts';
import { PythonDriver, type PythonEvent, type ShownByPython } from './testing/python-driver.ts';

const needs = {
  purpose: 'The Python client',
  packages: ['websockets==17.4', 'msgpack==1.2.4'],
  atLeast: [3, 11],
} as const;
const person = { handle: 'python_person', displayName: 'Python Person', password: 'correct horse battery' };
const queued = Array.from({ length: 60 }, (_, number) => `queued ${number}`);
/** So few at a time that the queue takes a second: time to break something. */
const onTheWireMax = 8;

let python: Python;
let services: TestServices;
let cluster: TestCluster;
let folder: string;
/** Clients that a test leaves open. */
const clients: SkeinClient[] = [];
const drivers: PythonDriver[] = [];

const skip = await missingReason(async () => void (python = await pythonWith(needs)));

before(async () => {
  if (skip !== false) return;
  folder = mkdtempSync(path.join(os.tmpdir(), 'skein-python-'));
  services = await acquireServices();
  cluster = await TestCluster.start({ services, env: { SKEIN_IDENTITY_PORT: String(await freePort()) } });
  await signUp(cluster.url, person);
});

after(async () => {
  for (const client of clients) client.close();
  for (const driver of drivers) driver.kill();
  await cluster?.stop();
  await services?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function startPython(): PythonDriver {
  const driver = new PythonDriver(python);
  drivers.push(driver);
  return driver;
}

/** A person of the SDK. */
async function connectSdk(subject: string): Promise<SkeinClient> {
  const client = await cluster.connect(subject);
  clients.push(client);
  return client;
}

interface Meeting {
  readonly sdk: SkeinClient;
  readonly driver: PythonDriver;
  readonly pythonId: string;
  readonly conversation: string;
  /** Events that the SDK handed on in the conversation. */
  readonly seen: { seq: number; body: string | null }[];
}

/** A direct conversation that the Python client opened with a person of the SDK, and both follow from its beginning. */
async function meet(
  subject: string,
  options: { origin?: string; outbox?: string; window?: number } = {},
): Promise<Meeting> {
  const sdk = await connectSdk(subject);
  const driver = startPython();
  const { origin = cluster.url, outbox = ':memory:', window = onTheWireMax } = options;
  const token = await cluster.issuer.token(`python_${subject}`);
  const pythonId = await driver.ask<string>('connect', origin, token, outbox, window);
  const conversation = await driver.ask<string>('open_direct', subject);
  await driver.ask('follow', conversation);
  const seen: Meeting['seen'] = [];
  sdk.on('event', (id, event) => {
    const body = event.type === 'message' ? event.body : null;
    if (id === conversation) seen.push({ seq: event.seq, body });
  });
  sdk.follow(conversation, { epoch: 1, seq: 0 });
  await eventually(() => seen.length > 0);
  return { sdk, driver, pythonId, conversation, seen };
}

function bodyOf(type: number, fields: readonly unknown[]): string | null {
  return type === types.message ? (fields[3] as string) : null;
}

function messagesBy(userId: string, events: readonly PythonEvent[]): string[] {
  return events
    .filter(({ type, fields }) => type === types.message && fields[0] === userId)
    .map(({ type, fields }) => bodyOf(type, fields)!);
}

/** From `first` on, one by one. */
function assertWithoutGap(events: readonly { seq: number }[], first: number): void {
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => first + at),
  );
}

async function killWorkers(): Promise<void> {
  for (const { pid } of await cluster.workers()) process.kill(pid, 'SIGKILL');
}

test('[ACC-1] it signs in by code and PKCE, connects, and refreshes the token', { skip }, async () => {
  const driver = startPython();
  const first = await driver.ask<{ access: string; refresh: string }>(
    'sign_in',
    cluster.url,
    person.handle,
    person.password,
  );
  const userId = await driver.ask<string>('connect', cluster.url);
  assert.equal(decodeJwt(first.access).sub, userId);
  assert.equal(decodeJwt(first.access)['handle'], person.handle);
  const second = await driver.ask<{ access: string; refresh: string }>('refresh');
  assert.notEqual(second.access, first.access);
  assert.notEqual(second.refresh, first.refresh);
  await driver.ask('call', 2, second.access);
  const [summaries] = await driver.ask<[unknown[]]>('call', 22, null, 10);
  assert.deepEqual(summaries, []);
  assert.equal(driver.complaints, '');
});

test(
  '[ACC-1] a token that is refused again and again ends the client with the reason',
  { skip },
  async () => {
    const refusal = startPython().ask('connect', cluster.url, 'not.a.token');
    await assert.rejects(refusal, { code: 'SignInNeeded' });
  },
);

test(
  '[DM-1][MSG-1] both open the same conversation and see its messages in one order',
  { skip },
  async () => {
    const { sdk, driver, pythonId, conversation, seen } = await meet('exchange');
    assert.equal((await sdk.openDirect(pythonId)).conversationId, conversation);
    for (let round = 0; round < 5; round++) {
      await driver.ask('send', conversation, `ping ${round}`);
      await sdk.send(conversation, `pong ${round}`);
    }
    const together = ['ping 0', 'pong 0', 'ping 1', 'pong 1', 'ping 2', 'pong 2'];
    await eventually(() => seen.length === 11 && driver.eventsOf(conversation).length === 10);
    const received = driver.eventsOf(conversation);
    assertWithoutGap(received, 2);
    assert.deepEqual(received.map(({ type, fields }) => bodyOf(type, fields)).slice(0, 6), together);
    assert.deepEqual(
      seen.slice(1).map(({ body }) => body),
      received.map(({ type, fields }) => bodyOf(type, fields)),
    );
  },
);

test('[MSG-4] a message that is sent again under its key is stored once', { skip }, async () => {
  const { driver, conversation, seen } = await meet('again');
  const key = '019d9a3e-5c00-7000-8a1b-2c3d4e5f6a7b';
  const first = await driver.ask<number>('send', conversation, 'once', key);
  assert.equal(await driver.ask<number>('send', conversation, 'once', key), first);
  await assert.rejects(driver.ask('send', conversation, 'other words', key), { code: 'key_reused' });
  await driver.ask('send', conversation, 'the next');
  await eventually(() => seen.length === 3);
  assert.deepEqual(
    seen.map(({ body }) => body),
    [null, 'once', 'the next'],
  );
});

test(
  '[OFF-2][OFF-4][MSG-2] 60 queued messages arrive once and in order over cuts and killed workers, both ways',
  { skip },
  async () => {
    const relay = await CuttingRelay.start(cluster.url);
    after(() => relay.close());
    const origin = `http://127.0.0.1:${relay.port}`;
    const { sdk, driver, pythonId, conversation, seen } = await meet('breaking', { origin });
    const arrived = () => seen.filter(({ body }) => body?.startsWith('queued')).length;
    const sending = driver.ask<number[]>('send_all', conversation, queued);
    const answers: Promise<unknown>[] = [];
    for (let number = 0; number < 30; number++) answers.push(sdk.send(conversation, `meanwhile ${number}`));

    await eventually(() => arrived() >= 10, { everyMs: 2 });
    relay.cutAfter(700);
    await eventually(() => relay.cuts === 1 && arrived() >= 20, { everyMs: 2 });
    assert.ok(arrived() < queued.length, 'the queue was over before anything broke');
    await killWorkers();
    for (let number = 30; number < 60; number++) answers.push(sdk.send(conversation, `meanwhile ${number}`));
    await eventually(() => arrived() >= 40, { everyMs: 2 });
    relay.cutAfter(0);
    const places = await sending;
    await Promise.all(answers);

    const all = queued.length + answers.length;
    await eventually(() => seen.length >= all + 1 && driver.eventsOf(conversation).length >= all);
    const received = driver.eventsOf(conversation);
    assert.equal(received.length, all);
    assertWithoutGap(received, 2);
    assertWithoutGap(seen, 1);
    assert.deepEqual(messagesBy(pythonId, received), queued);
    assert.deepEqual(
      messagesBy(userIdOf(sdk), received),
      answers.map((_, number) => `meanwhile ${number}`),
    );
    assert.deepEqual(
      places,
      received.filter(({ fields }) => fields[0] === pythonId).map(({ seq }) => seq),
    );
    assert.ok(relay.cuts >= 2, `${relay.cuts} cuts`);
  },
);

test('[OFF-4] what happened while it was away comes once and in order, page by page', { skip }, async () => {
  const relay = await CuttingRelay.start(cluster.url);
  const { port } = relay;
  const { sdk, driver, conversation } = await meet('away', { origin: `http://127.0.0.1:${port}` });
  relay.close();
  const sent = Array.from({ length: 260 }, (_, number) => `missed ${number}`);
  await Promise.all(sent.map((body) => sdk.send(conversation, body)));
  const back = await CuttingRelay.start(cluster.url, port);
  after(() => back.close());
  await eventually(() => driver.eventsOf(conversation).length >= sent.length);
  const received = driver.eventsOf(conversation);
  assertWithoutGap(received, 2);
  assert.deepEqual(messagesBy(userIdOf(sdk), received), sent);
});

test(
  '[OFF-4] pushes that are lost, doubled or late are handed on once and in order',
  { skip },
  async (context) => {
    const { seed } = seededRandom();
    context.diagnostic(`seed ${seed}`);
    const { sdk, driver, conversation } = await meet('disturbed');
    await driver.ask('disturb', seed);
    const sent = Array.from({ length: 150 }, (_, number) => `disturbed ${number}`);
    for (const body of sent) await sdk.send(conversation, body);
    // The last ones may be lost; the next shows that.
    const isComplete = async () => {
      await sdk.send(conversation, 'the next');
      return driver.eventsOf(conversation).length >= sent.length;
    };
    await eventually(isComplete, { everyMs: 100 });
    const received = driver.eventsOf(conversation);
    assertWithoutGap(received, 2);
    assert.deepEqual(messagesBy(userIdOf(sdk), received).slice(0, sent.length), sent);
  },
);

test(
  '[OFF-4] it goes on after a kept cursor, and begins anew where the epoch is another',
  { skip },
  async () => {
    const { sdk, driver, conversation } = await meet('cursor');
    for (const body of ['one', 'two', 'three']) await sdk.send(conversation, body);
    const token = await cluster.issuer.token('python_cursor');
    const [resumed, anew] = [startPython(), startPython()];
    for (const each of [resumed, anew]) await each.ask('connect', cluster.url, token);
    await resumed.ask('follow', conversation, 1, 2);
    await anew.ask('follow', conversation, 7, 2);
    await sdk.send(conversation, 'four');
    const bodies = (of: PythonDriver) => messagesBy(userIdOf(sdk), of.eventsOf(conversation));
    await eventually(() => [driver, resumed, anew].every((each) => bodies(each).includes('four')));
    assert.deepEqual(bodies(resumed), ['two', 'three', 'four']);
    assert.deepEqual(bodies(anew), ['four']);
  },
);

test('[OFF-1] what a killed program had written is sent by its next life', { skip }, async () => {
  const outbox = path.join(folder, 'outbox.sqlite');
  const { driver, conversation, seen } = await meet('killed', { outbox });
  const arrived = () => seen.filter(({ body }) => body !== null).map(({ body }) => body);
  const sending = driver.ask('send_all', conversation, queued);
  await eventually(() => arrived().length >= 20, { everyMs: 2 });
  driver.kill();
  await assert.rejects(sending, /Python ended/);
  const token = await cluster.issuer.token('python_killed');
  await startPython().ask('connect', cluster.url, token, outbox);
  await eventually(() => arrived().length >= queued.length);
  assert.deepEqual(arrived(), queued);
});

test('[MSG-5][REA-1][GRP-3] a group shows as the SDK shows it, pushed and paged', { skip }, async () => {
  const sdk = await connectSdk('weaver');
  const third = await connectSdk('third_weaver');
  const driver = startPython();
  const token = await cluster.issuer.token('python_weaver');
  const pythonId = await driver.ask<string>('connect', cluster.url, token);
  const profile = { name: 'Weavers', description: '', avatarId: null };
  const { conversationId: group } = await sdk.createGroup([pythonId, userIdOf(third)], profile);
  const timeline = new Timeline(userIdOf(sdk));
  sdk.on('event', (id, event, asOfSeq) => {
    if (id === group) timeline.add(event, asOfSeq);
  });
  sdk.follow(group, { epoch: 1, seq: 0 });

  const { seq: before } = await sdk.send(group, 'writen before it folows');
  await sdk.edit(group, before, 'written before it follows');
  await sdk.react(group, before, '🧵', true);
  const page = await driver.ask<PythonEvent[]>('load', group, 2);
  await driver.ask('follow', group);
  assertWithoutGap(page, 1);
  const { seq: doomed } = await sdk.send(group, 'to be deleted');
  const own = await driver.ask<number>('send', group, 'helo');
  await driver.ask('change', 'edit', group, own, 'hello');
  await driver.ask('change', 'react', group, before, '🧵', true);
  await driver.ask('change', 'react', group, before, '🎉', true);
  await driver.ask('change', 'react', group, doomed, '🎉', true);
  await third.react(group, own, '👍', true);
  await driver.ask('change', 'react', group, before, '🎉', false);
  await sdk.deleteMessage(group, doomed);
  await assert.rejects(driver.ask('change', 'edit', group, before, 'not mine'), { code: 'not_the_author' });
  const { seq: last } = await sdk.send(group, 'the last');

  await eventually(() => driver.eventsOf(group).at(-1)?.seq === last && timeline.get(last) !== undefined);
  const expected = [
    ['written before it follows', true, { '🧵': [2, true] }],
    [null, false, {}],
    ['hello', true, { '👍': [1, false] }],
    ['the last', false, {}],
  ];
  const shown = async (shower: PythonDriver) =>
    (await shower.ask<ShownByPython[]>('shown', group)).map((message) => [
      message.body,
      message.edited_at_ms !== null,
      message.reactions,
    ]);
  assert.deepEqual(await shown(driver), expected);
  // As someone shows it who reads it only now.
  const newcomer = startPython();
  await newcomer.ask('connect', cluster.url, token);
  await newcomer.ask('load', group, 3);
  assert.deepEqual(await shown(newcomer), expected);
  const bySdk = [before, doomed, own, last].map((seq) => {
    const message = timeline.get(seq);
    return message?.type === 'message' ? message.body : null;
  });
  assert.deepEqual(
    bySdk,
    expected.map(([body]) => body),
  );
});

test(
  '[ACC-1] [OFF-2] [OFF-4] 150 lines sign in, send, receive and resume over killed workers',
  { skip },
  async () => {
    const sdk = await connectSdk('minimal');
    const program = path.join(import.meta.dirname, 'minimal.py');
    const [handle] = (await sdk.users([userIdOf(sdk)])).map((profile) => profile.handle);
    const child = spawn(python.file, [program, cluster.url, handle!], {
      env: { ...process.env, ...python.env },
    });
    try {
      const printed: string[] = [];
      createInterface(child.stdout).on('line', (line) => printed.push(line));
      await eventually(() => printed.length > 0);
      await approve(printed[0]!);
      const isConnected = (times: number) => () =>
        printed.filter((line) => line.startsWith('# connected')).length >= times;
      await eventually(isConnected(1));
      const pythonId = /as (.*)/.exec(printed.find((line) => line.startsWith('#'))!)![1]!;
      const { conversationId: conversation } = await sdk.openDirect(pythonId);
      const heard: unknown[] = [];
      sdk.on('event', (id, event) => {
        if (id === conversation && event.by === pythonId && event.type === 'message') heard.push(event.body);
      });
      sdk.follow(conversation, { epoch: 1, seq: 0 });
      const lines = (from: number) => Array.from({ length: 20 }, (_, at) => `line ${from + at}`);
      child.stdin.write(`${lines(0).join('\n')}\n`);
      await eventually(() => heard.length > 5);
      await killWorkers();
      child.stdin.write(`${lines(20).join('\n')}\n`);
      for (const line of lines(100)) await sdk.send(conversation, line);
      await eventually(() => heard.length >= 40 && isConnected(2)());
      const received = () => printed.filter((line) => line.startsWith('line'));
      await eventually(() => received().length >= 20);
      assert.deepEqual([heard, received()], [[...lines(0), ...lines(20)], lines(100)]);
    } finally {
      child.kill('SIGKILL');
    }
  },
);

/** Signs the person in at the address that the program prints. */
async function approve(address: string): Promise<void> {
  const browser = new HttpBrowser(cluster.url);
  const isLoopback = (url: string) => url.includes('/callback?') && !url.startsWith(cluster.url);
  const page = await browser.follow(await browser.get(address), isLoopback);
  const { handle, password } = person;
  const end = await browser.follow(await browser.submit(formIn(page), { handle, password }), isLoopback);
  await fetch(end.url);
}

test('[DM-1] its command line takes a token from a command or the environment', { skip }, async () => {
  const { sdk, conversation, seen } = await meet('terminal');
  await sdk.send(conversation, 'typed by another');
  const program = path.join(import.meta.dirname, 'skein_client.py');
  const SKEIN_TOKEN = await cluster.issuer.token('python_terminal');
  for (const [number, options] of [[], ['--token-command', 'printenv SKEIN_TOKEN']].entries()) {
    const args = [program, '--url', cluster.url, '--to', 'terminal', ...options];
    const child = spawn(python.file, args, { env: { ...process.env, ...python.env, SKEIN_TOKEN } });
    const ended = once(child, 'exit');
    child.stdin.end(`line ${number}\n`);
    const [shown, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
    // That it connected at the second attempt is no complaint.
    assert.deepEqual(
      [(await ended)[0], complaints.replaceAll(/^INFO:root:No connection: .*\n/gm, '')],
      [0, ''],
    );
    assert.match(shown, /^terminal: typed by another$/m);
    await eventually(() => seen.at(-1)?.body === `line ${number}`);
  }
});

test(
  '[ACC-2] what is not in the protocol is refused as it says, and broken frames end the client',
  { skip },
  async () => {
    const { driver, conversation } = await meet('refusals');
    await assert.rejects(driver.ask('call', 63), { code: 'unknown_opcode' });
    await assert.rejects(driver.ask('call', 19, conversation, 'sideways', 1, 10), { code: 'invalid_frame' });
    await assert.rejects(driver.ask('call', 19, conversation, 'before', 1), { code: 'invalid_frame' });
    await assert.rejects(driver.ask('follow', crypto.randomUUID()), { code: 'conversation_not_found' });
    await assert.rejects(driver.ask('send', conversation, ' '), { code: 'body_empty' });
    assert.ok((await driver.ask<number>('send', conversation, 'still here')) > 0);
    await assert.rejects(driver.ask('call', 3, { a: 'map' }), { code: 'protocol_error', message: /4000/ });
  },
);
