// Rights in NATS: every subject of a cluster, with the roles that may publish there and those that may listen.
// The configuration of the server is made from this table and from nothing else (nats-users.ts), and a test tries every
// cell of it on a real NATS. What no row names is refused to everybody.
//
// Roles are told apart, and processes of one role are not: a worker may write into any journal. Commands between workers
// are checked by the one that gets them (cluster/fabric/routing/arrivals.ts).
import { intentKey, rollKey } from '../operations/intent.ts';
import { shardMapKey } from '../placement/shard-map.ts';

export const natsRoles = ['worker', 'projector', 'leader', 'cli'] as const;

/**
 * - `worker`: gateway and shards.
 * - `projector`: reads the journals.
 * - `leader`: every supervisor, each of which may lead: it alone makes, trims and deletes streams.
 * - `cli`: the operator's tool.
 */
export type NatsRole = (typeof natsRoles)[number];

export interface NatsRow {
  /** `*` stands for one part, `>` for the rest. */
  readonly subject: string;
  readonly publish: readonly NatsRole[];
  readonly listen: readonly NatsRole[];
}

/** Roles that answer whoever asked them, and nobody else. */
export const answeringRoles: readonly NatsRole[] = ['worker', 'projector', 'leader'];

const everybody = natsRoles;

/** @param namespace of the cluster; `*` for a server that many clusters share, as in tests */
export function natsTable(namespace: string): NatsRow[] {
  return [...busRows(namespace), ...valueRows(namespace), ...streamRows(namespace), ...inboxRows()];
}

function row(subject: string, publish: readonly NatsRole[], listen: readonly NatsRole[] = []): NatsRow {
  return { subject, publish, listen };
}

function busRows(namespace: string): NatsRow[] {
  return [
    row(`${namespace}.link.*`, ['worker'], ['worker']),
    // Records of journals; the leader appends the seal.
    row(`${namespace}.journal.*`, ['worker', 'leader']),
    row(`${namespace}.journals`, ['leader'], ['projector']),
    row(`${namespace}.projected.*`, ['projector'], ['worker', 'leader']),
    row(`${namespace}.sealed`, ['leader'], ['projector']),
    row(`${namespace}.hurry`, ['worker'], ['projector']),
    row(`${namespace}.unfinished`, ['leader'], ['projector']),
    row(`${namespace}.control.*`, ['leader', 'cli'], ['worker', 'projector']),
    row(`${namespace}.control.host.>`, ['cli'], ['leader']),
    // Workers ask their supervisor for what they may not do with streams themselves.
    row(`${namespace}.control.streams.>`, ['worker'], ['leader']),
  ];
}

/** Values in KV: each is written by those whose it is, and read through the stream below it. */
function valueRows(namespace: string): NatsRow[] {
  const value = (key: string, writers: readonly NatsRole[]) =>
    row(`$KV.${bucketToken(namespace)}.${key}`, writers);
  return [
    value('member.*', ['worker', 'leader']),
    // A worker takes shards back that nobody took over.
    value(shardMapKey, ['worker', 'leader']),
    value('leader', ['leader']),
    value('host.>', ['leader', 'cli']),
    value('projector.*', ['projector', 'cli']),
    value(intentKey, ['leader', 'cli']),
    value(rollKey, ['cli']),
  ];
}

function streamRows(namespace: string): NatsRow[] {
  const values = namespace === '*' ? '*' : `KV_${bucketToken(namespace)}`;
  return [
    row('$JS.API.INFO', everybody),
    row('$JS.API.STREAM.CREATE.*', ['leader']),
    row('$JS.API.STREAM.UPDATE.*', ['leader']),
    row('$JS.API.STREAM.PURGE.*', ['leader']),
    row('$JS.API.STREAM.DELETE.*', ['leader']),
    row('$JS.API.STREAM.NAMES', ['projector', 'leader', 'cli']),
    row('$JS.API.STREAM.LIST', ['cli']),
    row('$JS.API.STREAM.INFO.*', everybody),
    row('$JS.API.STREAM.MSG.GET.*', everybody),
    // To follow shared values.
    row(`$JS.API.CONSUMER.*.${values}.>`, ['worker', 'leader']),
    // To read journals too.
    row('$JS.API.CONSUMER.>', ['projector', 'cli']),
    row('$JS.FC.>', everybody),
  ];
}

function inboxRows(): NatsRow[] {
  return natsRoles.map((role) => row(`${inboxOf(role)}.>`, [], [role]));
}

export function inboxOf(role: NatsRole): string {
  return `_INBOX.${role}`;
}

function bucketToken(namespace: string): string {
  return namespace === '*' ? '*' : `${namespace}_cluster`;
}
