import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';
import { addressKey, ClientAddresses } from './addresses.ts';

const stores = { DATABASE_URL: 'postgresql://a@b/c', NATS_URL: 'nats://a' };
const addresses = new ClientAddresses({
  trustedProxies: ['10.0.0.0/8', '192.0.2.1', '2001:db8:ffff::/48'],
  unlimitedAddresses: ['127.0.0.0/8', '::1', '10.9.0.0/16'],
});

void test('[ACC-6] without a proxy the peer counts, whatever its headers say', () => {
  assert.equal(addresses.subjectOf('203.0.113.7', ''), '203.0.113.7');
  assert.equal(addresses.subjectOf('203.0.113.7', '198.51.100.1'), '203.0.113.7');
  assert.equal(addresses.subjectOf('::ffff:203.0.113.7', '198.51.100.1'), '203.0.113.7');
});

void test('[ACC-6] behind trusted proxies the address counts that the outermost of them saw', () => {
  assert.equal(addresses.subjectOf('192.0.2.1', '203.0.113.7'), '203.0.113.7');
  assert.equal(addresses.subjectOf('10.1.1.1', '203.0.113.7, 192.0.2.1'), '203.0.113.7');
  // Text written by the client itself stands left of what a proxy appended.
  assert.equal(addresses.subjectOf('10.1.1.1', '127.0.0.1, 203.0.113.7'), '203.0.113.7');
  assert.equal(addresses.subjectOf('2001:db8:ffff::9', '203.0.113.7'), '203.0.113.7');
  // uWebSockets writes IPv6 in full, also what is IPv4.
  assert.equal(addresses.subjectOf('0000:0000:0000:0000:0000:ffff:c000:0201', '203.0.113.7'), '203.0.113.7');
});

void test('[ACC-6] an IPv6 client counts by its /64 however it is written', () => {
  const full = '2001:0db8:0001:0002:0000:0000:0000:0009';
  assert.equal(addresses.subjectOf(full, ''), addresses.subjectOf('2001:db8:1:2:ffff::1', ''));
  assert.notEqual(addresses.subjectOf(full, ''), addresses.subjectOf('2001:db8:1:3::9', ''));
});

void test('[ACC-6] exempt are named addresses, proxies that name nobody, and what is no address', () => {
  assert.equal(addresses.subjectOf('127.0.0.44', ''), null);
  assert.equal(addresses.subjectOf('::1', ''), null);
  assert.equal(addresses.subjectOf('10.1.1.1', ''), null);
  assert.equal(addresses.subjectOf('10.1.1.1', 'unknown'), null);
  assert.equal(addresses.subjectOf('10.1.1.1', '10.9.1.2'), null);
  assert.equal(addresses.subjectOf('10.1.1.1', '203.0.113.7, unknown'), null);
  assert.equal(addresses.subjectOf('', ''), null);
});

void test('[ACC-6] a header without end costs no more than a chain of proxies', () => {
  const invented = Array.from({ length: 5_000 }, () => '10.0.0.1').join(',');
  assert.equal(addresses.subjectOf('10.1.1.1', `203.0.113.7,${invented}`), null);
});

void test('settings of limits are checked with a sentence that says which is wrong', () => {
  const standard = readConfig(stores);
  assert.equal(standard.redisUrl, '');
  assert.deepEqual(standard.trustedProxies, []);
  assert.equal(new ClientAddresses(standard).subjectOf('127.0.0.2', ''), null);
  const strict = readConfig({ ...stores, SKEIN_UNLIMITED_ADDRESSES: '' });
  assert.equal(new ClientAddresses(strict).subjectOf('127.0.0.2', ''), '127.0.0.2');
  const tls = 'rediss://default:secret@cache.example:6380/1';
  assert.equal(readConfig({ ...stores, REDIS_URL: tls }).redisUrl, tls);
  for (const wrong of ['10.0.0.0/33', '10.0.0', 'proxy.example', '::1/129', '10.0.0.0/8/8', '10.0.0.0/'])
    assert.throws(
      () => readConfig({ ...stores, SKEIN_TRUSTED_PROXIES: `10.0.0.1, ${wrong}` }),
      (error) => error instanceof ConfigError && /SKEIN_TRUSTED_PROXIES/.test(error.message),
      wrong,
    );
  const refused = (error: unknown) =>
    error instanceof ConfigError && /REDIS_URL/.test(error.message) && !/secret/.test(error.message);
  for (const wrong of ['cache.example:6379', 'http://:secret@cache', ':secret@'])
    assert.throws(() => readConfig({ ...stores, REDIS_URL: wrong }), refused, wrong);
});

void test('[ACC-6] an IPv6 subscriber counts as one address', () => {
  assert.equal(addressKey('192.0.2.1'), '192.0.2.1');
  assert.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(addressKey('2001:db8:1:2::9'), '2001:db8:1:2::/64');
  assert.equal(addressKey('2001:db8::1'), '2001:db8:0:0::/64');
  assert.equal(addressKey('::1'), '0:0:0:0::/64');
});
