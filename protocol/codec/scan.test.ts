import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from './codec.ts';
import { scan, type ScanFault } from './scan.ts';

const bounds = { depthMax: 6, valuesMax: 4096 };
const bytes = (...values: number[]) => Uint8Array.from(values);
/** One element inside an array, as a frame would carry it. */
const inArray = (...element: number[]) => bytes(0x91, ...element);
const zeros = (count: number) => new Array<number>(count).fill(0);

void test('every permitted kind of value passes', () => {
  const permitted: [string, number[]][] = [
    ['nil', [0xc0]],
    ['false', [0xc2]],
    ['true', [0xc3]],
    ['positive fixint', [0x7f]],
    ['negative fixint', [0xe0]],
    ['uint 8', [0xcc, 1]],
    ['uint 16', [0xcd, ...zeros(2)]],
    ['uint 32', [0xce, ...zeros(4)]],
    ['uint 64', [0xcf, ...zeros(8)]],
    ['int 8', [0xd0, 1]],
    ['int 16', [0xd1, ...zeros(2)]],
    ['int 32', [0xd2, ...zeros(4)]],
    ['int 64', [0xd3, ...zeros(8)]],
    ['float 32', [0xca, ...zeros(4)]],
    ['float 64', [0xcb, ...zeros(8)]],
    ['fixstr', [0xa2, 0x68, 0x69]],
    ['str 8', [0xd9, 2, 0x68, 0x69]],
    ['str 16', [0xda, 0, 2, 0x68, 0x69]],
    ['str 32', [0xdb, 0, 0, 0, 2, 0x68, 0x69]],
    ['bin 8', [0xc4, 1, 0xff]],
    ['bin 16', [0xc5, 0, 1, 0xff]],
    ['bin 32', [0xc6, 0, 0, 0, 1, 0xff]],
    ['fixarray', [0x91, 0xc0]],
    ['array 16', [0xdc, 0, 1, 0xc0]],
    ['array 32', [0xdd, 0, 0, 0, 1, 0xc0]],
    ['empty array', [0x90]],
  ];
  for (const [kind, element] of permitted) assert.equal(scan(inArray(...element), bounds), null, kind);
});

void test('maps, extensions, timestamps and the unused tag are refused, wherever they stand', () => {
  const forbidden: [string, number[]][] = [
    ['empty fixmap', [0x80]],
    ['fixmap', [0x81, 0xa1, 0x61, 1]],
    ['map 16', [0xde, 0, 1, 0xa1, 0x61, 1]],
    ['map 32', [0xdf, 0, 0, 0, 1, 0xa1, 0x61, 1]],
    ['never used', [0xc1]],
    ['fixext 1', [0xd4, 1, 0]],
    ['fixext 1 of an undefined', [0xd4, 0, 0]],
    ['fixext 2', [0xd5, 1, ...zeros(2)]],
    ['fixext 4, a timestamp', [0xd6, 0xff, ...zeros(4)]],
    ['fixext 8, a timestamp', [0xd7, 0xff, ...zeros(8)]],
    ['fixext 16', [0xd8, 1, ...zeros(16)]],
    ['ext 8, a timestamp', [0xc7, 12, 0xff, ...zeros(12)]],
    ['ext 16', [0xc8, 0, 1, 1, 0]],
    ['ext 32', [0xc9, 0, 0, 0, 1, 1, 0]],
    ['a record of msgpackr', [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 1]],
  ];
  for (const [kind, element] of forbidden) {
    assert.equal(scan(bytes(...element), bounds), 'forbidden_type', kind);
    assert.equal(scan(inArray(...element), bounds), 'forbidden_type', `${kind} in an array`);
    assert.equal(scan(inArray(0x92, 1, ...element), bounds), 'forbidden_type', `${kind} deeper`);
  }
});

void test('nesting is bounded, and a tower of arrays is refused without recursion', () => {
  const nested = (depth: number) => bytes(...new Array<number>(depth).fill(0x91), 0xc0);
  for (let depth = 1; depth <= 6; depth++) assert.equal(scan(nested(depth), bounds), null, `depth ${depth}`);
  assert.equal(scan(nested(7), bounds), 'too_deep');
  assert.equal(scan(nested(65_535), { depthMax: 6, valuesMax: 1_000_000 }), 'too_deep');
});

void test('the number of values is bounded, whatever a header announces', () => {
  const four_billion = [0xdd, 0xff, 0xff, 0xff, 0xff];
  const bombs: [string, number[], ScanFault][] = [
    ['array 32 of four billion', four_billion, 'too_many_values'],
    ['the same within an array', [0x91, ...four_billion], 'too_many_values'],
    ['array 16 of 65535', [0xdc, 0xff, 0xff], 'too_many_values'],
    ['str 32 of four gigabytes', [0x91, 0xdb, 0xff, 0xff, 0xff, 0xff], 'truncated'],
    ['bin 32 of four gigabytes', [0x91, 0xc6, 0xff, 0xff, 0xff, 0xff], 'truncated'],
  ];
  for (const [kind, bomb, fault] of bombs) assert.equal(scan(bytes(...bomb), bounds), fault, kind);
  const flat = (count: number) =>
    bytes(0xdc, count >> 8, count & 0xff, ...new Array<number>(count).fill(0xc0));
  assert.equal(scan(flat(4095), bounds), null, 'the array itself counts as one');
  assert.equal(scan(flat(4096), bounds), 'too_many_values');
  // Each below the bound, together above it.
  const rows = bytes(
    0x98,
    ...new Array<number[]>(8).fill([0xdc, 2, 0, ...new Array<number>(512).fill(1)]).flat(),
  );
  assert.equal(scan(rows, bounds), 'too_many_values');
});

void test('a frame that is cut anywhere is truncated, and one with anything behind it trails', () => {
  const frame = encode([
    16,
    7,
    'ü'.repeat(40),
    new Uint8Array(300),
    [1, [-5, 70_000]],
    1.5,
    2 ** 40,
    null,
    true,
  ]);
  assert.equal(scan(frame, bounds), null);
  for (let length = 0; length < frame.length; length++) {
    assert.equal(scan(frame.subarray(0, length), bounds), 'truncated', `cut after ${length} bytes`);
  }
  for (const extra of [0x00, 0xc0, 0xc1, 0xdd]) {
    assert.equal(scan(bytes(...frame, extra), bounds), 'trailing', `followed by ${extra}`);
  }
});

void test('strings are UTF-8, in every format of theirs; binaries may hold anything', () => {
  const broken: [string, number[]][] = [
    ['half of a surrogate pair', [0x61, 0xed, 0xa0, 0x80]],
    ['a pair of two encoded halves', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ['a NUL in two bytes', [0xc0, 0x80]],
    ['a byte that never occurs', [0x61, 0xff]],
    ['a character cut short', [0x61, 0xe2, 0x82]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ];
  for (const [kind, text] of broken) {
    for (const head of [
      [0xa0 + text.length],
      [0xd9, text.length],
      [0xda, 0, text.length],
      [0xdb, 0, 0, 0, text.length],
    ])
      assert.equal(scan(inArray(...head, ...text), bounds), 'not_utf8', kind);
    assert.equal(scan(inArray(0xc4, text.length, ...text), bounds), null, kind);
  }
  const euro = [0xe2, 0x82, 0xac];
  assert.equal(scan(bytes(0x92, 0xa4, 0x61, ...euro, 0xa1, 0x62), bounds), null);
  assert.equal(
    scan(bytes(0x92, 0xa1, 0xff, 0xd4, 1, 0), bounds),
    'forbidden_type',
    'the worse fault is told',
  );
});
