// What the leader asks of a worker directly, over NATS request and reply.
import type { NatsConnection } from '@nats-io/transport-node';
import type { Term } from '../shards/releases.ts';

export interface ReleaseRequest {
  readonly type: 'release';
  /** Each with the term that the leader has in mind. */
  readonly terms: readonly Term[];
}

/** Within which a worker has to have its shards in PostgreSQL; longer than it takes back a release. */
const releaseWithinMs = 4_000;

const subjectOf = (namespace: string, incarnation: string) => `${namespace}.control.${incarnation}`;

/** Asks a worker to give shards away. Rejects when it does not answer in time, or refuses. */
export async function requestRelease(
  connection: NatsConnection,
  namespace: string,
  incarnation: string,
  terms: readonly Term[],
): Promise<void> {
  const request: ReleaseRequest = { type: 'release', terms };
  const answer = await connection.request(subjectOf(namespace, incarnation), JSON.stringify(request), {
    timeout: releaseWithinMs,
  });
  const { error } = answer.json<{ error?: string }>();
  if (error) throw new Error(error);
}

/** Serves such requests; returns what ends it. */
export function serveControl(
  connection: NatsConnection,
  namespace: string,
  incarnation: string,
  release: (terms: readonly Term[]) => Promise<void>,
): () => void {
  const subscription = connection.subscribe(subjectOf(namespace, incarnation), {
    callback: (error, message) => {
      if (error) return;
      const { terms } = message.json<ReleaseRequest>();
      release(terms).then(
        () => message.respond('{}'),
        (failure: unknown) => message.respond(JSON.stringify({ error: String(failure) })),
      );
    },
  });
  return () => subscription.unsubscribe();
}
