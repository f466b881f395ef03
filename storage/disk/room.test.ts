// The free bytes of a real disk are full, low or ample by the bounds that are set around them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ManualTime } from '../../actors/runtime/testing/manual-time.ts';
import { silentLog } from '../../actors/runtime/testing/silent-log.ts';
import { DiskRoom, disksOf } from './room.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-room-'));
test.after(() => rmSync(folder, { recursive: true }));

async function roomWith(freeBytesMin: number, freeBytesWarn: number): Promise<DiskRoom> {
  const folders = [folder];
  const room = new DiskRoom({
    folders,
    freeBytesMin,
    freeBytesWarn,
    timers: new ManualTime(),
    log: silentLog,
  });
  await room.start();
  return room;
}

void test('a disk is low below one bound and full below another (FAULTS 36)', async () => {
  const [disk] = await disksOf([folder]);
  const free = disk!.freeBytes;
  assert.ok(free > 0 && free <= disk!.bytes);
  const judged = async (min: number, warn: number) => {
    const { isLow, isFull } = await roomWith(min, warn);
    return [isLow, isFull];
  };
  assert.deepEqual(await judged(1, 2), [false, false]);
  assert.deepEqual(await judged(1, 10 * free), [true, false]);
  assert.deepEqual(await judged(10 * free, 20 * free), [true, true]);
});

void test('a folder that is not there yet stands for the one above it', async () => {
  const [missing, above] = await disksOf([path.join(folder, 'a', 'b'), folder]);
  assert.equal(missing!.bytes, above!.bytes);
});

void test('nothing is refused before the first look', () => {
  const bounds = { freeBytesMin: Number.MAX_SAFE_INTEGER, freeBytesWarn: Number.MAX_SAFE_INTEGER };
  const room = new DiskRoom({ folders: [folder], ...bounds, timers: new ManualTime(), log: silentLog });
  assert.deepEqual([room.isFull, room.isLow, room.freeBytes], [false, false, Infinity]);
});
