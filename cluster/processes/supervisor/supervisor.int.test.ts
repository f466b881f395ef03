// A start that cannot come about says why, rather than to be waited for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { freePort } from '../../../ops/embedded/ports.ts';
import { acquireServices } from '../../../ops/testing/services.ts';
import { TestCluster } from '../../../ops/testing/test-cluster.ts';
import { migrate } from '../../../storage/postgres/migrate.ts';
import { KeySealer } from '../../identity/key-sealer.ts';
import { loadKeys } from '../../identity/keys.ts';

test('[OPS-6] a host without the secret that sealed the keys of sign-in does not start, and says so', async (t) => {
  const services = await acquireServices();
  const database = new pg.Pool({ connectionString: services.databaseUrl, max: 2 });
  t.after(async () => {
    await database.end();
    await services.stop();
  });
  await migrate(services.databaseUrl);
  await loadKeys(database, new KeySealer(Buffer.alloc(32, 3).toString('base64url')));
  const env = { SKEIN_IDENTITY_PORT: String(await freePort()) };
  await assert.rejects(TestCluster.start({ services, env }), /another cluster secret.*bring its file/);
});
