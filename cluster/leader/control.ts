// What the leader asks of a worker directly, over NATS request and reply.
import type { NatsConnection } from '@nats-io/transport-node';

export interface ReleaseRequest {
  readonly type: 'release';
  readonly shards: readonly number[];
}

/** Within which a worker has to have its shards in PostgreSQL; longer than it takes back a release. */
const releaseWithinMs = 4_000;

const subjectOf = (namespace: string, incarnation: string) => `${namespace}.control.${incarnation}`;

/** Asks a worker to give shards away. Rejects when it does not answer in time, or refuses. */
export async function requestRelease(
  connection: NatsConnection,
  namespace: string,
  incarnation: string,
  shards: readonly number[],
): Promise<void> {
  const request: ReleaseRequest = { type: 'release', shards };
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
  release: (shards: readonly number[]) => Promise<void>,
): () => void {
  const subscription = connection.subscribe(subjectOf(namespace, incarnation), {
    callback: (error, message) => {
      if (error) return;
      const { shards } = message.json<ReleaseRequest>();
      release(shards).then(
        () => message.respond('{}'),
        (failure: unknown) => message.respond(JSON.stringify({ error: String(failure) })),
      );
    },
  });
  return () => subscription.unsubscribe();
}
