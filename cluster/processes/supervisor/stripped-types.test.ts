// A program in a folder of its own, started with the preloaded module beside it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const source = `
interface Place { readonly line: string }
const place: Place = { line: new Error('here').stack!.split('\\n')[1]! };
console.log('one', place.line.replace(/.*program/, ''));
`;

function folderOf(t: TestContext) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'skein-stripped-'));
  t.after(() => rmSync(root, { recursive: true }));
  const beside = path.join(root, 'cluster/processes/supervisor');
  mkdirSync(beside, { recursive: true });
  const preloaded = path.join(beside, 'stripped-types.js');
  copyFileSync(path.join(import.meta.dirname, 'stripped-types.js'), preloaded);
  const program = path.join(root, 'program.ts');
  writeFileSync(program, source);
  writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
  const kept = path.join(root, 'node_modules/.cache/skein/stripped', process.version);
  const start = async () => {
    const args = ['--import', pathToFileURL(preloaded).href, program];
    const { stdout, stderr } = await run(process.execPath, args);
    assert.equal(stderr, '');
    return stdout.trim();
  };
  return { root, program, kept, start };
}

void test('a program runs as it stands, and again from what was kept of it', async (t) => {
  const { kept, start } = folderOf(t);
  assert.equal(await start(), 'one .ts:3:30');
  const [name] = readdirSync(kept);
  assert.equal(readdirSync(kept).length, 1);
  const file = path.join(kept, name!);
  writeFileSync(file, readFileSync(file, 'utf8').replace('one', 'two'));
  assert.equal(await start(), 'two .ts:3:30');
});

void test('a source that has changed is stripped anew', async (t) => {
  const { program, kept, start } = folderOf(t);
  await start();
  writeFileSync(program, source.replace('one', 'three'));
  assert.equal(await start(), 'three .ts:3:30');
  assert.equal(readdirSync(kept).length, 2);
});

void test('where nothing can be kept it runs all the same', async (t) => {
  const { root, start } = folderOf(t);
  writeFileSync(path.join(root, 'node_modules'), 'no folder');
  assert.equal(await start(), 'one .ts:3:30');
});
