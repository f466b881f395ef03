import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUntrusted, encode, FrameFault } from './codec.ts';
import { scan } from './scan.ts';
import { chance } from '../testing/seeded-random.ts';

const seed = 20260417;

const samples: readonly unknown[][] = [
  [3, 1],
  [16, 1, 'c0ffee00-0000-8000-8000-000000000001', '01890000-0000-7000-8000-000000000001', 'hé 👋 ', null],
  [
    17,
    2,
    [
      ['c0ffee00-0000-8000-8000-000000000001', 1, 41],
      ['c0ffee00-0000-8000-8000-000000000002', 0, null],
    ],
  ],
  [25, 3, 'c0ffee00-0000-8000-8000-000000000003', 'phone', new Uint8Array(32).fill(9)],
  [20, 4, 'c0ffee00-0000-8000-8000-000000000001', Number.MAX_SAFE_INTEGER, 2 ** 32],
  [1, 0xffffffff, -1, 1.5, true, false, [[[[[]]]]], '', 'x'.repeat(70_000)],
];

function faultOf(bytes: Uint8Array): string | null {
  try {
    assert.ok(Array.isArray(decodeUntrusted(bytes)));
    return null;
  } catch (error) {
    if (error instanceof FrameFault) return error.fault;
    throw error;
  }
}

void test('what is encoded is decoded to the same', () => {
  // Node's decoder gives binaries as Buffers: compared as bytes.
  const hex = (value: readonly unknown[]) => Buffer.from(encode(value)).toString('hex');
  for (const sample of samples) assert.equal(hex(decodeUntrusted(encode(sample))), hex(sample));
  assert.deepEqual(decodeUntrusted(encode(samples[1]!)), samples[1]);
});

void test('a value that is no array is refused', () => {
  for (const bytes of [[0x01], [0xc0], [0xa1, 0x61], [0xc4, 0], [0xcb, 0, 0, 0, 0, 0, 0, 0, 0]])
    assert.equal(faultOf(Uint8Array.from(bytes)), 'not_an_array');
});

void test('integers of 64 bits become numbers, never bigints', () => {
  const [value] = decodeUntrusted(Uint8Array.from([0x91, 0xcf, 0, 0x1f, ...new Array<number>(6).fill(0xff)]));
  assert.equal(value, Number.MAX_SAFE_INTEGER);
  const [huge] = decodeUntrusted(Uint8Array.from([0x91, 0xcf, ...new Array<number>(8).fill(0xff)]));
  assert.equal(typeof huge, 'number');
});

void test(`random bytes are decoded or refused, nothing else (seed ${seed})`, () => {
  const next = chance(seed);
  for (let round = 0; round < 60_000; round++) {
    const bytes = Uint8Array.from({ length: 1 + Math.floor(next() * 40) }, () => Math.floor(next() * 256));
    // Half of them at least begin like a frame.
    if (round % 2 === 0) bytes[0] = 0x90 + (bytes.length & 0x0f);
    assertDecodesIfScanned(bytes, `round ${round}`);
  }
});

void test(`frames with bytes changed, cut, doubled or left out are decoded or refused (seed ${seed})`, () => {
  const next = chance(seed + 1);
  const frames = samples.map((sample) => encode(sample).slice());
  for (let round = 0; round < 40_000; round++) {
    const frame = frames[Math.floor(next() * (frames.length - (round % 50 ? 1 : 0)))]!;
    assertDecodesIfScanned(mutated(frame, next), `round ${round}`);
  }
});

function mutated(frame: Uint8Array, next: () => number): Uint8Array {
  const bytes = [...frame.subarray(0, 400)];
  for (let changes = 1 + Math.floor(next() * 3); changes > 0; changes--) {
    const at = Math.floor(next() * bytes.length);
    const value = Math.floor(next() * 256);
    const kind = Math.floor(next() * 4);
    if (kind === 0) bytes[at] = value;
    else if (kind === 1) bytes.splice(at, 1);
    else if (kind === 2) bytes.splice(at, 0, value);
    else bytes.length = at;
  }
  return Uint8Array.from(bytes);
}

function assertDecodesIfScanned(bytes: Uint8Array, round: string): void {
  const scanned = scan(bytes, { depthMax: 6, valuesMax: 4096 });
  let fault: string | null;
  try {
    fault = faultOf(bytes);
  } catch (error) {
    throw new Error(`${round}: ${Buffer.from(bytes).toString('hex')}`, { cause: error });
  }
  const expected = scanned === null ? [null, 'not_an_array'] : [scanned];
  assert.ok(
    expected.includes(fault),
    `${round}: ${Buffer.from(bytes).toString('hex')} gave ${fault}, not ${scanned}`,
  );
}
