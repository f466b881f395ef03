// Fills conversations, then asks for what is in them over HTTP as fast as the answers come, with a fixed number of
// connections.
import autocannon from 'autocannon';
import { fill, type FillRequest } from '../history/filling.ts';
import { answering } from '../idle/answering.ts';
import { keepAlive, type LightClient } from '../idle/light-client.ts';
import { Latency } from '../latency.ts';
import { WireCounter } from '../wire/wire-totals.ts';
import { requestsFor, type EndpointName, type HttpReader } from './endpoints.ts';

export interface AskRequest {
  /** The server's address over HTTP. */
  readonly url: string;
  readonly endpoint: EndpointName;
  readonly connections: number;
  readonly seconds: number;
}

export interface AskResults {
  readonly seconds: number;
  /** Encoded histogram, in microseconds from the request to its whole answer, of answers with 2xx. */
  readonly latency: string;
  /** Answers by HTTP status. */
  readonly statuses: Record<string, number>;
  /** Connections that broke. */
  readonly errors: number;
  readonly timeouts: number;
  readonly bytes: number;
}

const clients: LightClient[] = [];
const readers: HttpReader[] = [];
let messages = 0;

const handlers = {
  fill: async (request: FillRequest): Promise<void> => {
    for (const { id, readers: both } of await fill(request, new WireCounter(), () => messages++)) {
      clients.push(...both.map(({ client }) => client));
      readers.push(...both.map(({ token }) => ({ token, conversationId: id })));
    }
  },
  ask: async ({ url, endpoint, connections, seconds }: AskRequest): Promise<AskResults> => {
    const latency = new Latency();
    const statuses: Record<string, number> = {};
    const requests = requestsFor(endpoint, readers).map((request) => ({
      method: 'GET' as const,
      ...request,
    }));
    const done = Promise.withResolvers<autocannon.Result>();
    const load = autocannon({ url, connections, duration: seconds, requests }, (error, result) =>
      error ? done.reject(error as Error) : done.resolve(result),
    );
    load.on('response', (_client, status, _bytes, milliseconds) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status >= 200 && status < 300) latency.record(milliseconds * 1_000);
    });
    const { duration, errors, timeouts, throughput } = await done.promise;
    return {
      seconds: duration,
      latency: latency.encode(),
      statuses,
      errors,
      timeouts,
      bytes: throughput.total,
    };
  },
};
export type HttpGenerator = typeof handlers;

keepAlive(clients);
answering(handlers, () => ({ messages }));
