// The web client is built when there is no build of these very sources, and only then.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { buildWebClient } from './web-build.ts';

void test('builds once, again after a change, and says what is wrong with sources that do not build', async (context) => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'skein-web-'));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const outcome = async (): Promise<string> => (await buildWebClient(root, root)).outcome;
  const write = (file: string, text: string): void => writeFileSync(path.join(root, file), text);
  assert.equal(await outcome(), 'absent');

  symlinkSync(path.resolve(import.meta.dirname, '..', '..', 'node_modules'), path.join(root, 'node_modules'));
  for (const folder of ['web-client', 'protocol']) mkdirSync(path.join(root, folder));
  write('package-lock.json', '{}');
  write('web-client/index.html', '<script type="module" src="./main.js"></script>');
  write('web-client/main.js', "document.title = 'first';");
  assert.equal(await outcome(), 'built');
  assert.equal(await outcome(), 'current');
  write('web-client/main.test.js', '');
  assert.equal(await outcome(), 'current');

  write('web-client/main.js', "document.title = 'second';");
  assert.equal(await outcome(), 'built');
  assert.match(readFileSync(path.join(root, 'web-client', 'dist', 'index.html'), 'utf8'), /script/);

  write('web-client/main.js', "import './missing.js';");
  await assert.rejects(outcome(), /could not be built \(.*missing\.js.*\): see .*web-build\.log/);
  write('web-client/main.js', "document.title = 'third';");
  assert.equal(await outcome(), 'built');
});
