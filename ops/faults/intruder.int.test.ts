// A stranger on the host, who can reach every port and lacks the cluster's secret: reads nothing, writes nothing, breaks
// nothing, while people chat on and judge what they see. And processes that hold one role's key, at what is another's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connect as dial } from 'node:net';
import { after, before, test } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { shardOf } from '../../actors/runtime/address.ts';
import { openClusterSecret, ClusterSecret } from '../../cluster/cluster-secret.ts';
import { encodeLinkBatch, encodeMessage, noLoad } from '../../cluster/fabric/bus/link-frames.ts';
import { connectNats, natsOptions } from '../../cluster/fabric/nats.ts';
import { post, type CommandEnvelope } from '../../cluster/fabric/routing/envelopes.ts';
import { natsRoles, type NatsRole } from '../../cluster/fabric/trust/nats-table.ts';
import { accessAs } from '../../cluster/fabric/trust/nats-users.ts';
import type { NatsAccess } from '../../cluster/nats-access.ts';
import { proxyHeader } from '../../cluster/proxy-header.ts';
import { JournalStreams } from '../../storage/journal/streams.ts';
import type { Load } from '../../bench/verify/load.ts';
import { KeyMaker } from '../../protocol/ids.ts';
import { eventually } from '../../protocol/waiting.ts';
import { freePort } from '../embedded/ports.ts';
import { Stage } from './stage.ts';

let stage: Stage;
let identityPort: number;
/** The NATS of the cluster, for somebody without credentials. */
let door: NatsAccess;

before(async () => {
  identityPort = await freePort();
  stage = await Stage.open({ workers: 2, env: { SKEIN_IDENTITY_PORT: String(identityPort) } });
  const url = stage.services.natsUrl;
  door = { url, caFile: '', credentials: { kind: 'none' }, inboxPrefix: '_INBOX.stranger' };
  await stage.balanced();
});
after(() => stage?.close());

const forged = 'written by nobody';

/** A message in the name of the first person of the load, as a gateway would hand it to the shard's owner. */
async function forgedBatch(load: Load): Promise<{ owner: string; batch: Uint8Array }> {
  const [seat] = load.pairs;
  const shard = shardOf(seat!.conversationId);
  const map = (await stage.cluster.shardMap())!;
  const envelope: CommandEnvelope = {
    type: 'command',
    correlation: 1,
    shard,
    term: map.terms[shard]!,
    address: { kind: 'conversation', id: seat!.conversationId },
    command: {
      type: 'send',
      by: seat!.userId,
      key: new KeyMaker(() => Date.now()).next(),
      body: forged,
      prev: null,
      replyTo: null,
      mentions: [],
      attachments: [],
    },
  };
  const batch = encodeLinkBatch('w00000000cafe', 1, noLoad, [encodeMessage(post(envelope))]);
  return { owner: map.workers[map.owners[shard]!]!, batch };
}

async function assertNothingForged(load: Load): Promise<void> {
  for (const seat of load.pairs) {
    const bodies = (await seat.readAll()).map((event) => (event.type === 'message' ? event.body : ''));
    assert.ok(!bodies.includes(forged));
  }
}

/** All that NATS says to somebody who never signs in, and asks for everything at once. */
function rawAnswer(port: number, commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = dial({ port, host: '127.0.0.1' });
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.once('connect', () => socket.write(commands.map((line) => `${line}\r\n`).join('')));
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
  });
}

test('[OPS-6] a stranger on the host reads nothing, writes nothing and breaks nothing (FAULTS 38)', async () => {
  await stage.underLoad(async (load) => {
    const { namespace, databaseUrl, natsUrl } = stage.services;
    const { owner, batch } = await forgedBatch(load);
    const streams = await stage.audit.journals();
    const port = Number(new URL(natsUrl).port);
    const size = batch.length;
    const wishes = [
      'SUB > 1',
      `SUB ${namespace}.link.* 2`,
      `PUB ${namespace}.link.${owner} ${size}`,
      Buffer.from(batch).toString('latin1'),
      `PUB $JS.API.STREAM.DELETE.${namespace}_journal_${owner} 0\r\n`,
      'PING',
    ];
    for (const opening of [
      [],
      ['CONNECT {"verbose":false}'],
      ['CONNECT {"user":"worker","pass":"worker"}'],
    ]) {
      const said = await rawAnswer(port, [...opening, ...wishes]);
      assert.match(said, /^INFO [^]*-ERR 'Authorization Violation'\r\n$/);
      assert.doesNotMatch(said, /MSG|PONG/);
    }
    const guess = new ClusterSecret(randomUUID().repeat(2));
    for (const access of [door, ...natsRoles.map((role) => accessAs(door, role, guess))])
      await assert.rejects(connect({ ...natsOptions(access), reconnect: false }), /Authorization/i);

    const withoutPassword = new URL(databaseUrl);
    withoutPassword.password = '';
    const wrongPassword = new URL(databaseUrl);
    wrongPassword.password = 'skein';
    for (const { href } of [withoutPassword, wrongPassword])
      await assert.rejects(new pg.Client({ connectionString: href }).connect(), /password/);

    for (const headers of [{}, { 'x-forwarded-for': '192.0.2.1' }, { [proxyHeader]: 'worker' }]) {
      const answer = await fetch(`http://127.0.0.1:${identityPort}/oauth/jwks`, { headers });
      assert.equal(answer.status, 403);
      assert.doesNotMatch(await answer.text(), /kty/);
    }
    await load.goesOn(100);
    assert.deepEqual(await stage.audit.journals(), streams);
    await assertNothingForged(load);
  });
});

test('[OPS-6] a role’s key does not open what is another role’s (FAULTS 38)', async () => {
  await stage.underLoad(async (load) => {
    const { namespace, clusterSecretFile } = stage.services;
    const secret = openClusterSecret(clusterSecretFile);
    const { owner, batch } = await forgedBatch(load);
    const enter = (role: NatsRole): Promise<NatsConnection> =>
      connectNats(accessAs(door, role, secret), `intruder ${role}`);
    const heard: string[] = [];
    for (const role of ['cli', 'projector', 'leader'] as const) {
      const connection = await enter(role);
      for (const subject of ['>', `${namespace}.link.*`, `${namespace}.journal.*`])
        connection.subscribe(subject, {
          callback: (error) => void (error ?? heard.push(`${role} ${subject}`)),
        });
      connection.publish(`${namespace}.link.${owner}`, batch);
      await connection.flush();
      await load.goesOn(20);
      await connection.close();
    }
    assert.deepEqual(heard, []);
    for (const role of ['cli', 'projector', 'worker'] as const) {
      const connection = await enter(role);
      const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 1_000 });
      const stream = new JournalStreams(connection, namespace).streamOf(owner);
      await assert.rejects(manager.streams.delete(stream));
      await assert.rejects(manager.streams.purge(stream));
      await assert.rejects(manager.streams.add({ name: `${namespace}_${role}`, subjects: [`${role}.>`] }));
      await connection.close();
    }
    await load.goesOn(50);
    await assertNothingForged(load);
  });
  await eventually(async () => (await stage.cluster.workers()).length === 2);
});
