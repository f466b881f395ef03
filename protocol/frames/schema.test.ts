// The constructors of the schemas build what the library that checks with them understands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type as TypeBox } from '@sinclair/typebox';
import { Type } from './schema.ts';

void test('every constructor builds what TypeBox builds, its symbol and the order of its fields included', () => {
  const built = (type: typeof Type) => [
    type.Boolean(),
    type.Integer({ minimum: 1, maximum: 5 }),
    type.Literal(3, { label: 'three' }),
    type.Literal('word'),
    type.Null(),
    type.String({ pattern: '^a$' }),
    type.Uint8Array({ minByteLength: 32 }),
    type.Array(type.String(), { maxItems: 2 }),
    type.Union([type.Integer(), type.Null()]),
    type.Tuple([type.Integer(), type.String()], { title: 'Pair', names: ['a', 'b'] }),
  ];
  const [ours, theirs] = [built(Type), built(TypeBox)];
  assert.deepEqual(ours, theirs);
  assert.equal(JSON.stringify(ours), JSON.stringify(theirs));
});
