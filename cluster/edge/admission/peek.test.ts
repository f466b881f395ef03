import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '../../../protocol/codec/codec.ts';
import { opcodes } from '../../../protocol/opcodes.ts';
import { peekRequest } from './peek.ts';

void test('opcode and id are read from the first bytes, whatever follows', () => {
  for (const opcode of Object.values(opcodes).filter((code) => code < 64))
    for (const requestId of [1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1]) {
      const frame = [opcode, requestId, 'x'.repeat(300), [1, 2, [3]], null];
      assert.deepEqual(peekRequest(encode(frame)), { opcode, requestId });
      const long = [opcode, requestId, ...Array.from({ length: 40 }, (_, at) => at)];
      assert.deepEqual(peekRequest(encode(long)), { opcode, requestId });
      assert.deepEqual(peekRequest(encode(frame).subarray(0, 8)), { opcode, requestId }, 'cut short');
    }
});

void test('whatever is not plainly a request is left to be decoded', () => {
  const others: unknown[] = [
    'text',
    7,
    null,
    [],
    [1],
    ['1', 1],
    [200, 1],
    [1, 0],
    [1, -1],
    [1, 1.5],
    [1, 'id'],
  ];
  for (const other of others) assert.equal(peekRequest(encode(other as never)), null, JSON.stringify(other));
  assert.equal(peekRequest(new Uint8Array()), null);
  assert.equal(peekRequest(Uint8Array.of(0x92, 16, 0xce, 1, 2)), null, 'the id is cut off');
  assert.equal(peekRequest(Uint8Array.of(0xdd, 0, 0, 0, 2, 16, 1)), null);
});
