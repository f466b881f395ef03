// Which versions of nats-server are taken, which are warned about, and what the warning says is at risk.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareVersions,
  hasSyncInterval,
  isGoodEnough,
  parseVersion,
  versionWarning,
} from './nats-version.ts';

const version = (text: string) => {
  const parsed = parseVersion(text);
  assert.ok(parsed, `${text} is a version`);
  return parsed;
};

void test('reads what the program and its packages say', () => {
  assert.deepEqual(parseVersion('nats-server: v2.10.27'), { major: 2, minor: 10, patch: 27 });
  assert.deepEqual(parseVersion('2.9.10-1+b2'), { major: 2, minor: 9, patch: 10 });
  assert.equal(parseVersion('nats-server: unknown'), undefined);
});

void test('orders by number, not by text', () => {
  assert.ok(compareVersions(version('2.9.10'), version('2.10.3')) < 0);
  assert.ok(compareVersions(version('2.10.3'), version('2.10.23')) < 0);
  assert.ok(compareVersions(version('3.0.0'), version('2.99.99')) > 0);
  assert.equal(compareVersions(version('2.10.23'), version('v2.10.23')), 0);
});

void test('takes 2.10.23 and newer without a word', () => {
  for (const text of ['2.10.23', '2.10.27', '2.12.0', '3.0.0']) {
    assert.ok(isGoodEnough(version(text)), text);
    assert.equal(versionWarning(version(text)), undefined);
  }
});

void test('warns below the floor, and of lost messages below 2.10', () => {
  assert.match(
    versionWarning(version('2.10.22')) ?? '',
    /^WARNING: nats-server 2\.10\.22 is older than 2\.10\.23: .*faults/,
  );
  assert.match(versionWarning(version('2.9.10')) ?? '', /power cut loses messages already acknowledged/);
  assert.ok(!hasSyncInterval(version('2.9.10')));
  assert.ok(hasSyncInterval(version('2.10.0')));
});
