// Contract of oidc-provider's store, on the real one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AdapterPayload } from 'oidc-provider';
import pg from 'pg';
import { acquireServices } from '../../ops/testing/services.ts';
import type { TestServices } from '../../ops/testing/services.ts';
import { migrate } from '../../storage/postgres/migrate.ts';
import { pgAdapter, purgeExpired } from './pg-adapter.ts';

let services: TestServices;
let database: pg.Pool;
let adapter: ReturnType<typeof pgAdapter>;

before(async () => {
  services = await acquireServices();
  await migrate(services.databaseUrl);
  database = new pg.Pool({ connectionString: services.databaseUrl });
  adapter = pgAdapter(database);
});

after(async () => {
  await database?.end();
  await services?.stop();
});

const payload = (fields: AdapterPayload): AdapterPayload => ({ iat: 1, exp: 2, ...fields });

void test('[ACC-1] a document is found by its id and by its uid, as it was last written, in its model only', async () => {
  const sessions = adapter('Session');
  await sessions.upsert('s1', payload({ uid: 'u1', accountId: 'a' }), 60);
  await sessions.upsert('s1', payload({ uid: 'u2', accountId: 'b' }), 60);
  assert.deepEqual(await sessions.find('s1'), payload({ uid: 'u2', accountId: 'b', jti: 's1' }));
  assert.equal(await sessions.findByUid('u1'), undefined);
  assert.deepEqual(await sessions.findByUid('u2'), payload({ uid: 'u2', accountId: 'b' }));
  assert.equal(await adapter('Grant').find('s1'), undefined);
  await sessions.destroy('s1');
  assert.equal(await sessions.find('s1'), undefined);
});

void test('[ACC-1] a token is consumed once; a second time revokes its family and nothing else', async () => {
  const tokens = adapter('RefreshToken');
  await adapter('Grant').upsert('g1', payload({ accountId: 'a' }), 60);
  await adapter('Grant').upsert('g2', payload({ accountId: 'a' }), 60);
  await tokens.upsert('t1', payload({ grantId: 'g1' }), 60);
  await tokens.upsert('t2', payload({ grantId: 'g1' }), 60);
  await tokens.upsert('t3', payload({ grantId: 'g2' }), 60);
  await tokens.consume('t1');
  const consumed = (await tokens.find('t1'))?.consumed;
  assert.ok(typeof consumed === 'number' && consumed > 1_000_000_000);
  await assert.rejects(Promise.resolve(tokens.consume('t1')), { error: 'invalid_grant' });
  assert.equal(await tokens.find('t2'), undefined);
  assert.equal(await adapter('Grant').find('g1'), undefined);
  assert.ok(await tokens.find('t3'));
  assert.ok(await adapter('Grant').find('g2'));
});

void test('[ACC-1] what has expired is deleted, what has not stays', async () => {
  const interactions = adapter('Interaction');
  for (let index = 0; index < 20; index += 1) await interactions.upsert(`old ${index}`, payload({}), -120);
  await interactions.upsert('new', payload({}), 60);
  await interactions.upsert('lasting', payload({}), undefined as unknown as number);
  assert.equal(await purgeExpired(database), 20);
  assert.equal(await interactions.find('old 7'), undefined);
  assert.ok(await interactions.find('new'));
  assert.ok(await interactions.find('lasting'));
});
