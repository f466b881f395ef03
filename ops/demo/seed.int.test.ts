// The demonstration on a running cluster, as the person sees it who signs in to look around.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openClusterSecret } from '../../cluster/cluster-secret.ts';
import { sealerOf } from '../../cluster/identity/key-sealer.ts';
import { issueAccessToken } from '../../cluster/identity/issue-token.ts';
import { freePort } from '../embedded/ports.ts';
import { eventually } from '../../protocol/waiting.ts';
import { acquireServices } from '../testing/services.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import { groups, longThread, people, talks } from './cast.ts';
import { RestPerson } from './rest.ts';
import { seedDemo } from './seed.ts';

const services = await acquireServices();
const cluster = await TestCluster.start({ services, env: { SKEIN_IDENTITY_PORT: String(await freePort()) } });
after(async () => {
  await cluster.stop();
  await services.stop();
});
const { databaseUrl, clusterSecretFile } = services;
const place = { databaseUrl, clusterSecretFile, url: cluster.url, publicUrl: cluster.url };

const sealer = sealerOf(openClusterSecret(clusterSecretFile));

interface Listed {
  readonly conversations: readonly { readonly name: string; readonly headOrdinal: number }[];
}

async function ada(): Promise<RestPerson> {
  const { rows } = await cluster.database.query<{ userId: string; handle: string; displayName: string }>(
    `select user_id as "userId", handle, display_name as "displayName" from users where handle = $1`,
    [people[0]!.handle],
  );
  const account = rows[0]!;
  const wish = { publicUrl: cluster.url, account, lifetimeSeconds: 60 };
  return new RestPerson(cluster.url, account.userId, await issueAccessToken(cluster.database, sealer, wish));
}

test('[OPS-1] a demonstration has every kind of thing to look at, and is made once', async () => {
  assert.equal(await seedDemo(place, () => undefined), true);
  const person = await ada();
  const all = talks.length + groups.length + 1;
  const listed = async () => (await person.ask<Listed>('GET', '/v1/conversations')).conversations;
  await eventually(async () => {
    const thread = (await listed()).find(({ name }) => name === longThread.name);
    return thread?.headOrdinal === longThread.messages;
  });
  const list = await listed();
  assert.equal(list.length, all);
  assert.deepEqual(
    groups.map(({ name }) => list.some((each) => each.name === name)),
    groups.map(() => true),
  );
  const { notifications } = await person.ask<{ notifications: unknown[] }>('GET', '/v1/notifications');
  assert.equal(notifications.length, 2);
  const { rows } = await cluster.database.query('select from uploads');
  assert.equal(rows.length, 3);
  assert.equal(await seedDemo(place, () => undefined), false);
});
