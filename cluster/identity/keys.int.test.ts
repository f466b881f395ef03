// The keys of sign-in in PostgreSQL: a copy of the database signs nothing, hosts that share the secret share the keys, and an
// installation from before gets new ones by itself.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import pg from 'pg';
import { acquireServices, type TestServices } from '../../ops/testing/services.ts';
import { migrate } from '../../storage/postgres/migrate.ts';
import { systemClock } from '../system-ports.ts';
import { KeySealer, SealBroken } from './key-sealer.ts';
import { KeysSealedElsewhere, loadKeys, retireKeys, signingAlgorithm } from './keys.ts';
import { runIdentity, testKeysSecret } from './testing/running-identity.ts';
import { signUp } from './testing/sign-up.ts';

const sealer = new KeySealer(testKeysSecret);
const others = new KeySealer(Buffer.alloc(32, 9).toString('base64url'));
const migrations = path.join(import.meta.dirname, '../../storage/postgres/migrations');
const hourMs = 3_600_000;
const password = 'correct horse battery';
let services: TestServices;
let database: pg.Pool;

before(async () => {
  services = await acquireServices();
  database = new pg.Pool({ connectionString: services.databaseUrl, max: 4 });
});
after(async () => {
  await database?.end();
  await services?.stop();
});

const rowsOf = async () =>
  (await database.query<{ kid: string; jwk: JWK; sealed: Buffer | null }>('select * from identity_keys'))
    .rows;

test('[ACC-1] keys from before the seal are retired by the migration, and believed for an hour', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-migrations-'));
  for (const name of readdirSync(migrations)) {
    if (name < '0012') cpSync(path.join(migrations, name), path.join(folder, name));
  }
  await migrate(services.databaseUrl, folder);
  rmSync(folder, { recursive: true });
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const old = { ...(await exportJWK(privateKey)), kid: 'old', alg: signingAlgorithm, use: 'sig' };
  const cookie = { kty: 'oct', k: 'the cookie key from before', kid: 'biscuit' };
  const text = 'insert into identity_keys (kid, purpose, jwk) values ($1, $2, $3)';
  await database.query(text, ['old', 'sign', old]);
  await database.query(text, ['biscuit', 'cookie', cookie]);

  let aheadMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const identity = await runIdentity(services.databaseUrl, {}, { clock });
  const published = async () =>
    ((await (await fetch(`${identity.issuer}/jwks`)).json()) as { keys: JWK[] }).keys;
  const { accessToken } = await signUp(identity.publicUrl, { handle: 'sealed', displayName: 'S', password });
  const keys = await published();
  assert.ok(keys.every(({ d }) => d === undefined));
  const { protectedHeader } = await jwtVerify(accessToken, createLocalJWKSet({ keys }));
  assert.notEqual(protectedHeader.kid, 'old');
  const earlier = await new SignJWT({})
    .setProtectedHeader({ alg: signingAlgorithm, kid: 'old' })
    .sign(await importJWK(old, signingAlgorithm));
  await jwtVerify(earlier, createLocalJWKSet({ keys }));
  aheadMs = hourMs + 60_000;
  await assert.rejects(jwtVerify(earlier, createLocalJWKSet({ keys: await published() })));
  await identity.close();

  const loaded = await loadKeys(database, sealer);
  assert.equal(loaded.cookieSecrets.length, 2);
  assert.equal(loaded.cookieSecrets[1], cookie.k);
  const dump = JSON.stringify(await rowsOf());
  for (const secret of [old.d!, ...loaded.signing.map(({ d }) => d!), ...loaded.cookieSecrets])
    assert.ok(!dump.includes(secret) && !dump.includes(Buffer.from(secret).toString('hex')));
});

test('[ACC-1] hosts that start together share the keys, and one without the secret is told so', async () => {
  const [first, ...more] = await Promise.all(Array.from({ length: 4 }, () => loadKeys(database, sealer)));
  for (const keys of more) assert.deepEqual(keys, first);
  await assert.rejects(loadKeys(database, others), (error: Error) => {
    assert.ok(error instanceof KeysSealedElsewhere);
    assert.match(error.message, /SKEIN_CLUSTER_SECRET_FILE.*skein renew-keys/);
    return true;
  });
  assert.deepEqual(await loadKeys(database, sealer), first);
});

test('[ACC-1] a sealed key opens in its own row alone, and not after a change', async () => {
  const sealed = (await rowsOf()).filter((row) => row.sealed);
  assert.ok(sealed.length >= 2);
  for (const { kid, sealed: box } of sealed) {
    assert.throws(() => sealer.open(box!, `identity sign key other`), SealBroken);
    assert.throws(() => others.open(box!, `identity sign key ${kid}`), SealBroken);
  }
  const box = sealer.seal('hush', 'here');
  assert.equal(sealer.open(box, 'here'), 'hush');
  for (let at = 1; at < box.length; at++) {
    const changed = Buffer.from(box);
    changed[at]! ^= 1;
    assert.throws(() => sealer.open(changed, 'here'), SealBroken);
  }
  assert.throws(() => sealer.open(Buffer.alloc(0), 'here'), SealBroken);
});

test('[ACC-1] keys that were given up are replaced, also by a host with another secret', async () => {
  const before = await loadKeys(database, sealer);
  assert.ok((await retireKeys(database)) >= 2);
  const renewed = await loadKeys(database, others);
  assert.notEqual(renewed.signing[0]!.kid, before.signing[0]!.kid);
  assert.ok(renewed.retired.some(({ jwk }) => jwk.kid === before.signing[0]!.kid && jwk.d === undefined));
});
