import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readIdentityConfig } from './config.ts';

const keysSecret = Buffer.alloc(32, 1).toString('base64url');
const good = {
  DATABASE_URL: 'postgres://u:hush@db/skein',
  SKEIN_PUBLIC_URL: 'https://Chat.example.org/',
  SKEIN_KEYS_SECRET: keysSecret,
};

void test('[ACC-1] the settings have defaults, and the public address is an origin', () => {
  assert.deepEqual(readIdentityConfig(good), {
    databaseUrl: 'postgres://u:hush@db/skein',
    publicUrl: 'https://chat.example.org',
    port: 0,
    redisUrl: '',
    redisCaFile: '',
    proxySecret: '',
    keysSecret,
    namespace: 'skein',
    logLevel: 'info',
    reservedHandles: [],
    signInsPerHandlePerMinute: 10,
    strangersPerHandlePerMinute: 100,
    signInsPerAddressPerMinute: 60,
    signUpsPerAddressPerMinute: 60,
  });
  assert.equal(
    readIdentityConfig({ ...good, SKEIN_SIGN_UPS_PER_ADDRESS_PER_MINUTE: '5' }).signUpsPerAddressPerMinute,
    5,
  );
});

void test('[ACC-1] a missing or wrong setting is named, and a secret is not repeated', () => {
  const refused = (env: Record<string, string>, message: RegExp) =>
    assert.throws(() => readIdentityConfig({ ...good, ...env }), message);
  refused({ DATABASE_URL: '' }, /^IdentityConfigError: DATABASE_URL must be/);
  refused({ DATABASE_URL: 'mysql://u:hush@db' }, /DATABASE_URL must be a postgres:\/\/ URL\.$/);
  refused({ SKEIN_PUBLIC_URL: 'ftp://x' }, /SKEIN_PUBLIC_URL must be/);
  refused({ SKEIN_PUBLIC_URL: 'https://x/path' }, /SKEIN_PUBLIC_URL must be/);
  refused(
    { SKEIN_IDENTITY_PORT: '70000' },
    /SKEIN_IDENTITY_PORT must be a whole number from 0 to 65535, not 70000/,
  );
  refused({ SKEIN_KEYS_SECRET: 'hush' }, /^IdentityConfigError: SKEIN_KEYS_SECRET is missing/);
  refused({ SKEIN_LOG_LEVEL: 'loud' }, /SKEIN_LOG_LEVEL must be one of/);
});
