// Requests over HTTP, with the tokens of all people in turn: the requests of one person in a second are
// limited, and what is to be measured are answers, not refusals.
import { limits } from '../../protocol/limits.ts';

export interface HttpReader {
  readonly token: string;
  readonly conversationId: string;
}

export interface HttpRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const pageEvents = limits.historyPageMax / 2;

interface Endpoint {
  /** Whether each request needs somebody's token. */
  readonly isPersonal: boolean;
  readonly pathFor: (reader: HttpReader) => string;
}

export const endpoints = {
  readyz: { isPersonal: false, pathFor: () => '/readyz' },
  conversations: { isPersonal: true, pathFor: () => '/v1/conversations' },
  conversation: {
    isPersonal: true,
    pathFor: ({ conversationId }) => `/v1/conversations/${conversationId}`,
  },
  /** The end of a conversation, which the actor of an active one has in memory. */
  events: {
    isPersonal: true,
    pathFor: ({ conversationId }) => `/v1/conversations/${conversationId}/events?limit=${pageEvents}`,
  },
  /** Its beginning, which stands in PostgreSQL alone. */
  olderEvents: {
    isPersonal: true,
    pathFor: ({ conversationId }) => `/v1/conversations/${conversationId}/events?after=0&limit=${pageEvents}`,
  },
} as const satisfies Record<string, Endpoint>;
export type EndpointName = keyof typeof endpoints;

export const endpointNames = Object.keys(endpoints) as EndpointName[];

/** The requests of one round, which are repeated. */
export function requestsFor(name: EndpointName, readers: readonly HttpReader[]): HttpRequest[] {
  const { isPersonal, pathFor }: Endpoint = endpoints[name];
  const round = isPersonal ? readers : readers.slice(0, 1);
  return round.map((reader) => ({
    path: pathFor(reader),
    ...(isPersonal && { headers: { authorization: `Bearer ${reader.token}` } }),
  }));
}
