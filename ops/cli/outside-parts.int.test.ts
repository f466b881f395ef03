// A whole cluster on a NATS, a PostgreSQL and a Redis that speak TLS alone and ask for keys and passwords; and the doctor,
// who finds out which of them would let a stranger in.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Redis } from 'ioredis';
import pg from 'pg';
import { removeStateFolder } from '../embedded/outside-data.ts';
import { trusting } from '../../cluster/edge/limits/redis-buckets.ts';
import { natsOptions, requireAdmission } from '../../cluster/fabric/nats.ts';
import { natsSeedOf } from '../../cluster/fabric/trust/nats-users.ts';
import { openClusterSecret } from '../../cluster/cluster-secret.ts';
import { readNatsAccess } from '../../cluster/nats-access.ts';
import { connect } from '@nats-io/transport-node';
import { startNats, type RunningNats } from '../embedded/nats.ts';
import { freePort } from '../embedded/ports.ts';
import { opensslMissing } from '../testing/authority.ts';
import { startOutsideParts, type OutsideParts } from '../testing/outside-parts.ts';
import { redisMissing } from '../testing/redis.ts';
import { unlimitedAccess, type TestServices } from '../testing/services.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import { skein, skeinOn } from './testing/run-skein.ts';
import type { Finding } from './doctor/finding.ts';

const skip = opensslMissing() || (await redisMissing());
let parts: OutsideParts;

before(async () => {
  if (!skip) parts = await startOutsideParts();
});
after(() => parts?.stop());

const levels = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ about, level }) => [about, level]));

test(
  '[OPS-6] a cluster chats over outside parts that speak TLS alone, each role with its key',
  { skip },
  async () => {
    const { natsUrl, databaseUrl, redisUrl, clusterSecretFile, authority } = parts;
    const access = { ...unlimitedAccess(natsUrl, clusterSecretFile), caFile: authority.caFile };
    const services: TestServices = {
      natsUrl,
      databaseUrl,
      clusterSecretFile,
      natsAccess: access,
      namespace: 'outside',
      stop: () => Promise.resolve(),
    };
    const env = {
      SKEIN_NATS_CA_FILE: authority.caFile,
      SKEIN_REDIS_CA_FILE: authority.caFile,
      REDIS_URL: redisUrl,
    };
    const cluster = await TestCluster.start({ services, env });
    try {
      const [ada, bob] = await Promise.all([cluster.connect('o_ada'), cluster.connect('o_bob')]);
      if (bob.state.name !== 'online') throw new Error('not online');
      const { conversationId } = await ada.openDirect(bob.state.userId);
      assert.equal((await ada.send(conversationId, 'over TLS')).seq, 2);
      const metrics = await skeinOn(services, env).json<Finding[]>('doctor');
      const found = levels(metrics);
      for (const about of ['NATS access', 'NATS line', 'PostgreSQL access', 'PostgreSQL line', 'Redis'])
        assert.equal(found[about], 'ok', `${about}: ${JSON.stringify(metrics)}`);
      for (const client of [ada, bob]) client.close();
    } finally {
      await cluster.stop();
    }
  },
);

test(
  '[OPS-6] without the authority, over a plain line or with a wrong password none of them is spoken to (FAULTS 38)',
  { skip },
  async () => {
    const { natsUrl, databaseUrl, redisUrl, clusterSecretFile, authority } = parts;
    const access = unlimitedAccess(natsUrl, clusterSecretFile);
    await assert.rejects(requireAdmission(access), /cannot be trusted \(.*SKEIN_NATS_CA_FILE/);
    const plain = new pg.Client({ connectionString: databaseUrl.replace(/\?.*/, '') });
    await assert.rejects(plain.connect(), /pg_hba\.conf/);
    const distrusted = new pg.Client({ connectionString: databaseUrl.replace(/&sslrootcert=.*/, '') });
    await assert.rejects(distrusted.connect(), /certificate/);
    const wrong = new URL(databaseUrl);
    wrong.password = 'wrong';
    await assert.rejects(new pg.Client({ connectionString: wrong.href }).connect(), /password/);
    const tls = trusting(authority.caFile);
    const stranger = new Redis(redisUrl.replace(/:[^:@]*@/, ''), { ...tls, lazyConnect: true });
    stranger.on('error', () => undefined);
    await assert.rejects(stranger.get('anything'), /NOAUTH/);
    stranger.disconnect();
  },
);

test('[OPS-6] doctor fails on a NATS that lets strangers in, and says what to do', { skip }, async () => {
  const open = await trialServer('');
  const { out, code } = await skein(['doctor'], {
    NATS_URL: open.nats.url,
    DATABASE_URL: parts.databaseUrl,
    SKEIN_CLUSTER_SECRET_FILE: parts.clusterSecretFile,
  });
  await open.stop();
  assert.equal(code, 1);
  assert.match(out, /^fail +NATS access +open: .*skein nats-users/m);
});

test('[OPS-6] the CLI says what it needs where NATS refuses it', { skip }, async () => {
  const { nats, folder, stop } = await trialServer(null);
  const { code, err } = await skein(['status'], {
    NATS_URL: nats.url,
    DATABASE_URL: parts.databaseUrl,
    SKEIN_STATE_DIR: folder,
  });
  await stop();
  assert.equal(code, 3);
  assert.match(err, /refuses this tool\. .*SKEIN_CLUSTER_SECRET_FILE/);
});

test('[OPS-6] NATS is entered with a name and password, or with a file of a key', { skip }, async () => {
  const secret = openClusterSecret(parts.clusterSecretFile);
  const byName = await trialServer('authorization { user: skein, password: "two words" }');
  const { url } = byName.nats;
  const named = url.replace('//', '//skein:two%20words@');
  const access = readNatsAccess({}, named);
  assert.equal(access.url, url);
  await (await connect(natsOptions(access))).close();
  await assert.rejects(connect(natsOptions(readNatsAccess({}, url))), /Authorization/i);
  await byName.stop();
  const byKey = await trialServer(null);
  const file = path.join(byKey.folder, 'worker.nk');
  writeFileSync(file, natsSeedOf(secret, 'worker'), { mode: 0o600 });
  await (await connect(natsOptions(readNatsAccess({ SKEIN_NATS_NKEY_FILE: file }, byKey.nats.url)))).close();
  await byKey.stop();
  writeFileSync(path.join(parts.folder, 'none.nk'), 'no key');
  assert.throws(
    () => readNatsAccess({ SKEIN_NATS_NKEY_FILE: path.join(parts.folder, 'none.nk') }, url),
    /holds no user's seed/,
  );
});

interface Trial {
  readonly nats: RunningNats;
  readonly folder: string;
  stop(): Promise<void>;
}

/** @param authorization null: the users of the roles */
async function trialServer(authorization: string | null): Promise<Trial> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-open-'));
  const nats = await startNats({
    stateDir: folder,
    port: await freePort(),
    explicitBinary: process.env['SKEIN_NATS_SERVER'],
    clusterSecretFile: parts.clusterSecretFile,
    namespace: 'skein',
    ...(authorization !== null && { authorization }),
  });
  return {
    nats,
    folder,
    async stop() {
      await nats.stop();
      removeStateFolder(folder);
    },
  };
}
