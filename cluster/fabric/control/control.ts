// Requests of the leader and of operators' tools to one process: NATS request and reply, JSON. Workers and
// projectors are asked by their incarnation, supervisors as `host.<name>`. None of it is needed for messages to flow.
import type { NatsConnection } from '@nats-io/transport-node';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Address } from '../../../actors/runtime/address.ts';
import type { ShardLoad } from '../placement/load-plan.ts';
import type { Term } from '../shards/releases.ts';

/** Each request's own fields, and what it is answered with. */
type Controls = {
  /** To a worker: give these shards away; answered when PostgreSQL holds all of them. */
  readonly release: { request: { readonly terms: readonly Term[] }; answer: Record<string, never> };
  /** To a worker: your journal may be sealed; look. */
  readonly confirm_journal: { request: object; answer: Record<string, never> };
  /** To a worker: what the shards that it owns have to do. */
  readonly loads: { request: object; answer: readonly (readonly [shard: number, load: ShardLoad])[] };
  /** To a worker: an actor as it is in memory, without what people wrote; null when it is not. */
  readonly actor: { request: { readonly address: Address }; answer: Record<string, unknown> | null };
  /** To anyone: all metrics. */
  readonly metrics: { request: object; answer: readonly MetricObjectWithValues<MetricValue<string>>[] };
  /** To the supervisor of the worker's host, from a worker: make its journal, and let go of what is projected of it. */
  readonly create_journal: { request: { readonly incarnation: string }; answer: Record<string, never> };
  readonly trim_journal: {
    request: { readonly incarnation: string; readonly keepFrom: number };
    answer: Record<string, never>;
  };
  /** To a supervisor: end the process and start it again. Answered when it has ended. */
  readonly restart: { request: { readonly place: string }; answer: Record<string, never> };
};

export type ControlType = keyof Controls;
export type ControlAnswer<Type extends ControlType> = Controls[Type]['answer'];
type Request<Type extends ControlType> = Controls[Type]['request'];

/** A request as it goes over NATS: its fields, and its type among them. */
type Asked<Type extends ControlType = ControlType> = {
  [Each in Type]: Request<Each> & { readonly type: Each };
}[Type];

export type ControlHandlers = {
  readonly [Type in ControlType]?: (request: Request<Type>) => Promise<ControlAnswer<Type>>;
};

/** The process was reached and refused, or was not reached. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: string };

const subjectOf = (namespace: string, who: string) => `${namespace}.control.${who}`;

export const supervisorOf = (host: string): string => `host.${host}`;

/** Throws ControlError when it refuses, is not there, or does not answer in time. */
export async function askControl<Type extends ControlType>(
  { connection, namespace, to }: { connection: NatsConnection; namespace: string; to: string },
  type: Type,
  request: Request<Type>,
  timeoutMs: number,
): Promise<ControlAnswer<Type>> {
  let answer: Answer<ControlAnswer<Type>>;
  try {
    const payload = JSON.stringify({ ...request, type });
    const message = await connection.request(subjectOf(namespace, to), payload, { timeout: timeoutMs });
    answer = message.json<Answer<ControlAnswer<Type>>>();
  } catch (error) {
    throw new ControlError(
      `${to} does not answer (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  if (!answer.ok) throw new ControlError(answer.error);
  return answer.value;
}

/** Serves such requests; returns what ends it. */
export function serveControl(
  connection: NatsConnection,
  namespace: string,
  who: string,
  handlers: ControlHandlers,
): () => void {
  const subscription = connection.subscribe(subjectOf(namespace, who), {
    callback: (failed, message) => {
      if (failed) return;
      const respond = (answer: Answer<unknown>): void => void message.respond(JSON.stringify(answer));
      const fail = (error: unknown): void =>
        respond({ ok: false, error: error instanceof Error ? error.message : String(error) });
      try {
        const asked = message.json<Asked>();
        const carriedOut = carryOut(handlers, asked);
        if (carriedOut) carriedOut.then((value) => respond({ ok: true, value }), fail);
        else respond({ ok: false, error: `${who} does not know what ${String(asked.type)} is` });
      } catch (error) {
        fail(error);
      }
    },
  });
  return () => subscription.unsubscribe();
}

/** Null: nobody here carries out such requests. */
function carryOut<Type extends ControlType>(
  handlers: ControlHandlers,
  asked: Asked<Type>,
): Promise<unknown> | null {
  return handlers[asked.type]?.(asked) ?? null;
}
