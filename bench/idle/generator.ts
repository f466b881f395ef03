// Holds a share of the idle connections: people who follow their inbox while nobody writes to them.
import { opcodes } from '../../protocol/opcodes.ts';
import { BenchError } from '../bench-error.ts';
import { bounded } from '../bounded.ts';
import { retried } from '../chat/retried.ts';
import { fetchTokens } from '../chat/tokens.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import { answering } from './answering.ts';
import { keepAlive, LightClient } from './light-client.ts';

export interface OpenRequest {
  /** The server's WebSocket. */
  readonly url: string;
  readonly issuer: string;
  readonly localAddress: string | undefined;
  /** One for each connection. */
  readonly subjects: readonly string[];
  readonly inFlightMax: number;
}

const patienceMs = 60_000;

const counter = new WireCounter();
const clients: LightClient[] = [];
let tokens: string[] = [];

const handlers = {
  /** Apart from opening, so that signing tokens is no part of its time. */
  prepare: async ({ issuer, subjects }: OpenRequest): Promise<void> => {
    tokens = await fetchTokens(issuer, subjects);
  },
  open: async ({ subjects, url, localAddress, inFlightMax }: OpenRequest): Promise<void> => {
    await bounded([...subjects.keys()], inFlightMax, async (at) => {
      const client = await LightClient.connect(
        { url, token: tokens[at]!, localAddress, counter },
        patienceMs,
      );
      await retried(() => client.request(opcodes.inbox, null), patienceMs);
      clients.push(client);
    });
    const lost = clients.find(({ isOpen }) => !isOpen);
    if (lost) throw new BenchError(`An idle connection was closed with ${lost.closeCode}.`);
  },
  closed: (): number => clients.filter(({ isOpen }) => !isOpen).length,
};
export type IdleGenerator = typeof handlers;

keepAlive(clients);
answering(handlers, () => ({ open: clients.length }));
