// One reading of addresses in settings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';
import { formatListen, ownUrlOf, parseListen, parsePublicUrl } from './listen-address.ts';
import { IdentityConfigError, readIdentityConfig } from './identity/config.ts';

const needed = { DATABASE_URL: 'postgresql://skein@127.0.0.1/skein', NATS_URL: 'nats://127.0.0.1:4222' };

void test('[OPS-1] an address to listen on is read in every form that people write', () => {
  const read = (text: string) => {
    const address = parseListen(text);
    return address && [address.host, address.port, formatListen(address), ownUrlOf(address)];
  };
  assert.deepEqual(read('127.0.0.1:80'), ['127.0.0.1', 80, '127.0.0.1:80', 'http://127.0.0.1:80']);
  assert.deepEqual(read('[::1]:8181'), ['::1', 8181, '[::1]:8181', 'http://[::1]:8181']);
  assert.deepEqual(read('[::]:8080'), ['::', 8080, '[::]:8080', 'http://[::1]:8080']);
  assert.deepEqual(read('0.0.0.0:8080'), ['0.0.0.0', 8080, '0.0.0.0:8080', 'http://127.0.0.1:8080']);
  assert.deepEqual(read(':8080'), ['127.0.0.1', 8080, '127.0.0.1:8080', 'http://127.0.0.1:8080']);
  for (const wrong of [
    '',
    '8080',
    'host',
    'host:',
    'host:0',
    'host:65536',
    '::1:80',
    '[::1]',
    '[]:80',
    'a:b:1',
  ])
    assert.equal(read(wrong), null, wrong);
});

void test('[OPS-1] workers get the host of an IPv6 address as the system wants it', () => {
  const { listenHost, listenPort, publicUrl } = readConfig({ ...needed, SKEIN_LISTEN: '[::1]:8181' });
  assert.deepEqual([listenHost, listenPort, publicUrl], ['::1', 8181, 'http://[::1]:8181']);
  assert.throws(() => readConfig({ ...needed, SKEIN_LISTEN: '::1:8181' }), ConfigError);
});

void test('[OPS-1] a public URL is an origin for everyone who reads it', () => {
  assert.equal(parsePublicUrl('https://chat.example.org/'), 'https://chat.example.org');
  for (const wrong of [
    'https://chat.example.org/skein',
    'https://a@chat.example.org',
    'ftp://x',
    'chat',
    'http://x/?a',
  ]) {
    assert.equal(parsePublicUrl(wrong), null, wrong);
    const env = { ...needed, SKEIN_PUBLIC_URL: wrong };
    assert.throws(() => readConfig(env), ConfigError, wrong);
    assert.throws(() => readIdentityConfig(env), IdentityConfigError, wrong);
  }
});
