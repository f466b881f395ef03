// The table of who may say what, on a real NATS: every cell of it, and that nobody gets in without the secret.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { connect, PermissionViolationError, type NatsConnection } from '@nats-io/transport-node';
import { startNats, type RunningNats } from '../../../ops/embedded/nats.ts';
import { freePort } from '../../../ops/embedded/ports.ts';
import { eventually } from '../../../protocol/waiting.ts';
import { ClusterSecret, openClusterSecret, readClusterSecret } from '../../cluster-secret.ts';
import type { NatsAccess } from '../../nats-access.ts';
import { natsOptions, requireAdmission } from '../nats.ts';
import { natsRoles, natsTable, type NatsRole, type NatsRow } from './nats-table.ts';
import { accessAs, authorizationOf, natsSeedOf } from './nats-users.ts';

const namespace = 'skein';
const stateDir = mkdtempSync(path.join(os.tmpdir(), 'skein-trust-'));
const clusterSecretFile = path.join(stateDir, 'secrets', 'cluster');
let nats: RunningNats;
let secret: ClusterSecret;
let open: NatsAccess;

before(async () => {
  const explicitBinary = process.env['SKEIN_NATS_SERVER'];
  const port = await freePort();
  nats = await startNats({ stateDir, port, explicitBinary, clusterSecretFile, namespace });
  secret = openClusterSecret(clusterSecretFile);
  open = { url: nats.url, caFile: '', credentials: { kind: 'none' }, inboxPrefix: '_INBOX.other' };
});

after(async () => {
  await nats?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const enter = (role: NatsRole) => connect(natsOptions(accessAs(open, role, secret)));

/** A subject that the row is about. */
const exampleOf = ({ subject }: Pick<NatsRow, 'subject'>) =>
  subject.replaceAll('*', 'one').replace(/>$/, 'two.three');

/** Nobody may say these, or listen to them. */
const foreign: NatsRow[] = [
  'anything.else',
  `${namespace}.unknown`,
  'other.link.one',
  `$KV.${namespace}_cluster.unknown`,
  '$KV.other_cluster.member.one',
  '$JS.API.STREAM.MSG.DELETE.*',
  '$JS.API.STREAM.SNAPSHOT.*',
  '$JS.API.STREAM.RESTORE.*',
  '$JS.API.SERVER.REMOVE',
  '$SYS.REQ.SERVER.PING',
  '_INBOX.other.one',
].map((subject) => ({ subject, publish: [], listen: [] }));
/** And nobody listens to everything. */
const everything: NatsRow[] = ['>', `${namespace}.>`, `${namespace}.journal.>`, '_INBOX.>'].map(
  (subject) => ({
    subject,
    publish: [],
    listen: [],
  }),
);

/** Refusals of the server, such as "publish skein.link.one". */
async function refusedOf(role: NatsRole, work: (connection: NatsConnection) => void): Promise<Set<string>> {
  const connection = await enter(role);
  const refused = new Set<string>();
  const watch = (async () => {
    for await (const status of connection.status()) {
      if (status.type !== 'error') continue;
      assert.ok(status.error instanceof PermissionViolationError, String(status.error));
      refused.add(`${status.error.operation} ${status.error.subject}`);
    }
  })();
  work(connection);
  await connection.flush();
  await connection.close();
  await watch;
  return refused;
}

for (const role of natsRoles) {
  test(`[OPS-6] the ${role}'s user may publish what the table says, and nothing else`, async () => {
    const rows = [...natsTable(namespace), ...foreign];
    const may = (subject: string) => rows.some((row) => covers(row, subject) && row.publish.includes(role));
    const subjects = rows.map(exampleOf);
    const refused = await refusedOf(role, (connection) => {
      for (const subject of subjects) connection.publish(subject, '{}');
    });
    const wanted = subjects.filter((subject) => !may(subject)).map((subject) => `publish ${subject}`);
    assert.deepEqual([...refused].sort(), [...new Set(wanted)].sort());
    assert.ok(wanted.length >= foreign.length);
  });

  test(`[OPS-6] the ${role}'s user may listen where the table says, and nowhere else`, async () => {
    const rows = [...natsTable(namespace), ...foreign, ...everything];
    const may = (row: NatsRow) =>
      natsTable(namespace).some((each) => each.subject === row.subject && each.listen.includes(role));
    const refused = await refusedOf(role, (connection) => {
      for (const { subject } of rows) connection.subscribe(subject, { callback: () => undefined });
    });
    const wanted = rows.filter((row) => !may(row)).map(({ subject }) => `subscription ${subject}`);
    assert.deepEqual([...refused].sort(), [...new Set(wanted)].sort());
  });
}

test('[OPS-6] streams are made, changed, trimmed and deleted by the leader alone', () => {
  const changing = /^\$JS\.API\.STREAM\.(CREATE|UPDATE|PURGE|DELETE)/;
  const rows = natsTable(namespace).filter(({ subject }) => changing.test(subject));
  assert.deepEqual(
    rows.map(({ publish }) => publish),
    Array.from({ length: 4 }, () => ['leader']),
  );
});

test('[OPS-6] who is asked may answer, once, and who was not asked may not', async () => {
  const [worker, cli] = await Promise.all([enter('worker'), enter('cli')]);
  const heard: string[] = [];
  cli.subscribe('_INBOX.cli.answer', { callback: (_error, message) => void heard.push(message.string()) });
  worker.subscribe(`${namespace}.control.w1`, {
    callback: (_error, message) => {
      message.respond('asked for');
      worker.publish('_INBOX.cli.answer', 'not asked for');
    },
  });
  await Promise.all([worker.flush(), cli.flush()]);
  cli.publish(`${namespace}.control.w1`, '', { reply: '_INBOX.cli.answer' });
  await eventually(() => heard.length > 0);
  worker.publish('_INBOX.cli.answer', 'not asked for');
  await worker.flush();
  await cli.flush();
  assert.deepEqual(heard, ['asked for']);
  await Promise.all([worker.close(), cli.close()]);
});

test('[OPS-6] nobody gets in without the secret, and the configuration gives none away', async () => {
  await assert.rejects(connect(natsOptions(open)), /Authorization/i);
  const wrong = new ClusterSecret('x'.repeat(43));
  for (const role of natsRoles) {
    await assert.rejects(connect(natsOptions(accessAs(open, role, wrong))), /Authorization/i);
  }
  const password = { kind: 'password', user: 'worker', password: 'worker' } as const;
  await assert.rejects(connect(natsOptions({ ...open, credentials: password })), /Authorization/i);
  await assert.rejects(requireAdmission(accessAs(open, 'leader', wrong)), /refuses the key of this host/);
  await requireAdmission(accessAs(open, 'leader', secret));
  const config = readFileSync(path.join(stateDir, 'nats', 'nats.conf'), 'utf8');
  for (const role of natsRoles) assert.ok(!config.includes(natsSeedOf(secret, role)));
  assert.ok(!config.includes(readFileSync(clusterSecretFile, 'utf8')));
  assert.equal(statSync(clusterSecretFile).mode & 0o777, 0o600);
});

test('[OPS-6] a secret that others may read, or that is none, stops the start with a sentence', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-secret-'));
  const file = path.join(folder, 'cluster');
  const port = await freePort();
  const start = () => startNats({ stateDir: folder, port, clusterSecretFile: file, namespace });
  writeFileSync(file, 'x'.repeat(43));
  chmodSync(file, 0o644);
  await assert.rejects(start(), /Every user of this machine may read .*: chmod 600 it/);
  chmodSync(file, 0o640);
  assert.equal(readClusterSecret(file)?.name, new ClusterSecret('x'.repeat(43)).name);
  writeFileSync(file, 'short');
  await assert.rejects(start(), /holds no secret of 32 characters or more/);
  rmSync(folder, { recursive: true });
});

test('[OPS-6] the secret survives restarts, and keys of one do not follow from those of another', () => {
  assert.equal(openClusterSecret(clusterSecretFile).name, secret.name);
  assert.equal(readClusterSecret(`${clusterSecretFile}.none`), null);
  const users = JSON.parse(authorizationOf({ secret, namespace }).replace('authorization', '')) as {
    users: { nkey: string }[];
  };
  assert.equal(new Set(users.users.map(({ nkey }) => nkey)).size, natsRoles.length);
});

/** Whether the row is about the subject. */
function covers({ subject: pattern }: NatsRow, subject: string): boolean {
  const parts = pattern.split('.');
  const given = subject.split('.');
  const rest = parts.at(-1) === '>';
  if (rest ? given.length < parts.length : given.length !== parts.length) return false;
  return parts.every((part, at) => part === '>' || part === '*' || part === given[at]);
}
