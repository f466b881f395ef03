import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../../protocol/waiting.ts';
import {
  SkeinClient,
  type ConversationSummary,
  type IndexedDbOutboxStore,
} from '../../../protocol/client/index.ts';
import { LoopbackServer } from '../../../protocol/client/testing/loopback-server.ts';
import { wireError, type ErrorCode } from '../../../protocol/errors.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { shownState } from '../connection/shown-state.ts';
import { reduce } from '../store/reduce.ts';
import { initialState, type ChatState } from '../store/state.ts';
import { Store } from '../store/store.ts';
import { bob, groupSummary, me, talk } from '../store/testing-values.ts';
import { shownConnection } from './arrivals.ts';
import { Kept } from './device/kept.ts';
import { ChatSession } from './chat-session.ts';

const waiting = { name: 'waiting', retryInMs: 100, reason: 'closed' } as const;

void test('a lost connection is "reconnecting" only to who has been online', () => {
  assert.deepEqual(shownConnection(waiting, true), { name: 'reconnecting' });
  assert.deepEqual(shownConnection(waiting, false), { name: 'connecting', failed: true });
});

void test('the first failure stays on the screen while the next attempt runs', () => {
  assert.equal(shownConnection({ name: 'connecting' }, false), null);
  assert.deepEqual(shownConnection({ name: 'connecting' }, true), { name: 'reconnecting' });
});

void test('without a network the page says offline, whatever the socket believes', () => {
  assert.equal(shownState({ name: 'online' }, false), 'offline');
  assert.equal(shownState({ name: 'online' }, true), 'online');
  assert.equal(shownState({ name: 'stopped', reason: '' }, false), 'stopped');
  assert.equal(shownState({ name: 'connecting', failed: true }, true), 'unreachable');
});

type Socket = Parameters<LoopbackServer['handle']>[0];

/** Has one group, and answers questions about it when the test says so. */
class GroupServer extends LoopbackServer {
  readonly asked: { answer(summary: ConversationSummary): void; refuse(code: ErrorCode): void }[] = [];
  #socket: Socket | undefined;
  #inboxSeq = 0;

  override handle(...[socket, frame]: Parameters<LoopbackServer['handle']>): void {
    const { opcode, requestId } = frame;
    this.#socket = socket;
    if (opcode === opcodes.inbox)
      return socket.push({
        opcode: opcodes.inboxPage,
        requestId,
        events: [],
        headSeq: this.#inboxSeq,
        more: false,
        epoch: 1,
      });
    if (opcode === opcodes.subscribe) {
      const head = { epoch: 1, headSeq: 5, headOrdinal: 4, cursors: [] };
      const results = [{ result: 'recovered', conversationId: talk, ...head } as const];
      return socket.push({ opcode: opcodes.subscribed, requestId, results });
    }
    if (opcode !== opcodes.getConversation) return super.handle(socket, frame);
    this.asked.push({
      answer: (summary) => socket.push({ opcode: opcodes.conversation, requestId, conversation: summary }),
      refuse: (code) => socket.push({ opcode: opcodes.error, requestId, ...wireError(code) }),
    });
  }

  tell(type: 'conversationAdded' | 'conversationRemoved', byUserId: string): void {
    const at = { seq: ++this.#inboxSeq, atMs: 1_000 };
    const event = { ...at, type, conversationId: talk, causeSeq: 6, by: byUserId };
    this.#socket!.push({ opcode: opcodes.inboxEvent, requestId: 0, event });
  }
}

// The browser's events, as far as a session listens: there are none.
Object.assign(globalThis, { window: new EventTarget() });

/** My page, online, with the group in its list. */
async function page(run: (parts: Page) => Promise<void>): Promise<void> {
  const server = new GroupServer();
  const about = { url: 'ws://nowhere/ws', deviceId: crypto.randomUUID(), clientName: 'test' };
  const token = () => Promise.resolve('token');
  const client = new SkeinClient({ ...about, token, openSocket: server.openSocket });
  const store = new Store(reduce, initialState(me));
  const outboxStore = { close: () => undefined } as unknown as IndexedDbOutboxStore;
  const session = new ChatSession({
    ...{ client, store, outboxStore, token },
    kept: new Kept('me', {} as Storage),
    wantsAlerts: () => Promise.resolve(false),
    onSignedOut: () => undefined,
  });
  try {
    client.connect();
    client.followInbox(0);
    await soon(() => client.state.name === 'online');
    store.dispatch({ type: 'listed', summaries: [groupSummary(5)] });
    client.follow(talk);
    await soon(() => client.cursorOf(talk) !== null);
    await run({ server, client, state: store.get });
  } finally {
    session.stop();
  }
}

interface Page {
  readonly server: GroupServer;
  readonly client: SkeinClient;
  readonly state: () => ChatState;
}

const soon = (condition: () => boolean) => eventually(condition, { everyMs: 1 });
const nameOf = (state: ChatState) => state.conversations.get(talk)?.details.name;

/** Answers come in order: once this one is here, those before have been taken. */
async function settled(client: SkeinClient): Promise<void> {
  await client.mute(talk, 0);
  await new Promise((resolve) => setImmediate(resolve));
}

void test('[GRP-4] a removal that is told after this person was added again takes nothing away', () =>
  page(async ({ server, state }) => {
    server.tell('conversationAdded', bob);
    server.tell('conversationRemoved', bob);
    await soon(() => server.asked.length === 1);
    assert.equal(nameOf(state()), 'Weavers');
    server.asked[0]!.answer(groupSummary(8, 'Spinners'));
    await soon(() => nameOf(state()) === 'Spinners');
    assert.equal(state().ended.size, 0);
  }));

void test('[GRP-4][GRP-5] a removal that the server stands by says how', async () => {
  for (const [by, code, how] of [
    [bob, 'conversation_not_found', 'removed'],
    [me, 'conversation_not_found', 'left'],
    [bob, 'conversation_deleted', 'deleted'],
    [me, 'conversation_deleted', 'deleted'],
  ] as const) {
    await page(async ({ server, client, state }) => {
      server.tell('conversationRemoved', by);
      await soon(() => server.asked.length === 1);
      server.asked[0]!.refuse(code);
      await soon(() => !state().conversations.has(talk));
      assert.deepEqual(state().ended.get(talk), { name: 'Weavers', how });
      assert.equal(client.cursorOf(talk), null);
    });
  }
});

void test('[GRP-4] of several answers that of the last question counts, whichever comes first', async () => {
  await page(async ({ server, client, state }) => {
    server.tell('conversationRemoved', bob);
    server.tell('conversationAdded', bob);
    await soon(() => server.asked.length === 2);
    server.asked[1]!.answer(groupSummary(8, 'Spinners'));
    server.asked[0]!.refuse('conversation_not_found');
    await settled(client);
    assert.equal(nameOf(state()), 'Spinners');
  });
  await page(async ({ server, client, state }) => {
    server.tell('conversationRemoved', me);
    server.tell('conversationAdded', bob);
    await soon(() => server.asked.length === 2);
    server.asked[0]!.answer(groupSummary(5));
    server.asked[1]!.refuse('conversation_not_found');
    await settled(client);
    assert.deepEqual(state().ended.get(talk), { name: 'Weavers', how: 'left' });
    // Added once more it is there again, and followed.
    server.tell('conversationAdded', bob);
    await soon(() => server.asked.length === 3);
    server.asked[2]!.answer(groupSummary(5));
    await soon(() => client.cursorOf(talk) !== null);
    assert.equal(nameOf(state()), 'Weavers');
    assert.equal(state().ended.size, 0);
  });
});

void test('[GRP-4][OFF-4] a removal is asked about again after a connection was lost', () =>
  page(async ({ server, client, state }) => {
    server.tell('conversationRemoved', bob);
    await soon(() => server.asked.length === 1);
    server.cut();
    assert.equal(client.state.name, 'waiting');
    assert.ok(state().conversations.has(talk));
    client.connect();
    await soon(() => server.asked.length === 2);
    server.asked[1]!.refuse('conversation_not_found');
    await soon(() => state().ended.get(talk)?.how === 'removed');
  }));
