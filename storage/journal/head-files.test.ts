// Heads in files: the last one that was kept is read again, whatever a torn write left of the one after it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { HeadFiles } from './head-files.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-heads-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const heads = new HeadFiles(folder);
const head = (number: number) => ({ number, hash: new Uint8Array(16).fill(number) });

test('[MSG-2] the last head is read again, and a torn one leaves the head before it', () => {
  assert.equal(heads.read('w1'), null);
  const keeper = heads.open('w1');
  assert.equal(heads.read('w1'), null);
  for (const number of [1, 2, 3]) {
    keeper.keep(head(number));
    assert.deepEqual(heads.read('w1'), head(number));
  }
  keeper.close();
  const file = path.join(folder, 'journals', 'w1.head');
  const bytes = readFileSync(file);
  bytes[10]! ^= 1;
  writeFileSync(file, bytes);
  assert.deepEqual(heads.read('w1'), head(2));
});

test('[MSG-2] heads are listed and removed by their journals, and a folder that cannot be made is told', () => {
  const keeper = heads.open('w2');
  assert.deepEqual(heads.list().sort(), ['w1', 'w2']);
  assert.deepEqual(heads.unregistered().sort(), ['w1', 'w2']);
  keeper.registered();
  keeper.close();
  assert.deepEqual(heads.unregistered(), ['w1']);
  heads.remove('w2');
  assert.deepEqual(heads.list(), ['w1']);
  writeFileSync(path.join(folder, 'file'), '');
  assert.throws(() => new HeadFiles(path.join(folder, 'file')).open('w3'), /SKEIN_STATE_DIR/);
});
