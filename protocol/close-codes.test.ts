import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterClose, closeCodes, type AfterClose } from './close-codes.ts';

void test('the range of a close code says what the client does next', () => {
  const ranges: [from: number, to: number, AfterClose][] = [
    [1000, 1015, 'reconnect'],
    [3000, 3999, 'reconnect'],
    [4000, 4099, 'stop'],
    [4100, 4199, 'authenticate'],
    [4200, 4299, 'reconnect'],
    [4300, 4999, 'reconnect'],
  ];
  for (const [from, to, expected] of ranges)
    for (let code = from; code <= to; code++) assert.equal(afterClose(code), expected, `${code}`);
});

void test('every code of ours is distinct and lies in the range that fits its reason', () => {
  const codes = Object.values(closeCodes);
  assert.equal(new Set(codes).size, codes.length);
  const expected: Record<keyof typeof closeCodes, AfterClose> = {
    malformed_frame: 'stop',
    frame_too_large: 'stop',
    unsupported_version: 'stop',
    hello_expected: 'stop',
    too_many_errors: 'stop',
    authentication_failed: 'authenticate',
    reauthenticate: 'authenticate',
    signed_out: 'authenticate',
    authentication_timeout: 'reconnect',
    slow_consumer: 'reconnect',
    going_away: 'reconnect',
    too_many_connections: 'reconnect',
    unavailable: 'reconnect',
    try_again_later: 'reconnect',
    too_many_frames: 'reconnect',
  };
  const actual = Object.entries(closeCodes).map(([reason, code]) => [reason, afterClose(code)]);
  assert.deepEqual(Object.fromEntries(actual), expected);
});
