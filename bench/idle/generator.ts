// Holds a share of the idle connections: people who follow their inbox while nobody writes to them.
import { KeyMaker } from '../../protocol/ids.ts';
import { opcodes } from '../../protocol/opcodes.ts';
import { BenchError } from '../bench-error.ts';
import { bounded } from '../bounded.ts';
import { retried } from '../chat/retried.ts';
import { fetchTokens } from '../chat/tokens.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import { answering } from './answering.ts';
import { keepAlive, LightClient, type LightClientOptions, plainMessage } from './light-client.ts';

export interface OpenRequest {
  /** The server's WebSocket. */
  readonly url: string;
  readonly issuer: string;
  /** Taken in turn; empty: the system chooses. */
  readonly localAddresses: readonly string[];
  /** One for each connection. */
  readonly subjects: readonly string[];
  readonly inFlightMax: number;
}

export interface TalkRequest {
  /** Of every two people. */
  readonly messages: number;
  readonly inFlightMax: number;
}

const patienceMs = 60_000;
const bodyBytes = 100;

const counter = new WireCounter();
const clients: LightClient[] = [];
let tokens: string[] = [];
let conversations = 0;

/** A busy server may also close the connection before it has answered: then it is opened anew. */
async function follow(options: LightClientOptions): Promise<LightClient> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const client = await LightClient.connect(options, patienceMs);
    try {
      await retried(() => client.request({ opcode: opcodes.inbox, afterSeq: null }), patienceMs);
      return client;
    } catch (error) {
      if (client.isOpen || performance.now() > deadline) throw error;
    }
  }
}

const handlers = {
  /** Apart from opening, so that signing tokens is no part of its time. */
  prepare: async ({ issuer, subjects }: OpenRequest): Promise<void> => {
    tokens = await fetchTokens(issuer, subjects);
  },
  open: async ({ subjects, url, localAddresses, inFlightMax }: OpenRequest): Promise<void> => {
    await bounded([...subjects.keys()], inFlightMax, async (at) => {
      const localAddress = localAddresses[at % localAddresses.length];
      clients.push(await follow({ url, token: tokens[at]!, localAddress, counter }));
    });
    const lost = clients.find(({ isOpen }) => !isOpen);
    if (lost) throw new BenchError(`An idle connection was closed with ${lost.closeCode}.`);
  },
  /** Every two of this process's people. @returns conversations */
  talk: async ({ messages, inFlightMax }: TalkRequest): Promise<number> => {
    const pairs = Array.from({ length: Math.floor(clients.length / 2) }, (_, at) => at * 2);
    const keys = new KeyMaker(() => Date.now());
    await bounded(pairs, inFlightMax, async (at) => {
      const [first, second] = [clients[at]!, clients[at + 1]!];
      const opened = await retried(
        () => first.request({ opcode: opcodes.openDirect, userId: second.userId }),
        patienceMs,
      );
      const { conversationId } = opened.conversation;
      for (let number = 0; number < messages; number++) {
        const [writer, key] = [number % 2 === 0 ? first : second, keys.next()];
        const body = `message ${number} `.padEnd(bodyBytes, 'skein ');
        const said = { conversationId, key, body, ...plainMessage };
        await retried(() => writer.request({ opcode: opcodes.send, ...said }), patienceMs);
      }
      conversations++;
    });
    return pairs.length;
  },
  closed: (): number => clients.filter(({ isOpen }) => !isOpen).length,
};
export type IdleGenerator = typeof handlers;

keepAlive(clients);
answering(handlers, () => ({ open: clients.length, conversations }));
