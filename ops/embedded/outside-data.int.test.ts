// Started as root on a state folder that PostgreSQL's user cannot reach: the data lies outside, is found again, and goes
// with the state folder.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { makeOutside, outsideOf, removeStateFolder, sweepOutside } from './outside-data.ts';
import { freePort } from './ports.ts';
import { startPostgres } from './postgres.ts';

const skip = process.getuid?.() === 0 ? false : 'only root starts PostgreSQL as another user';

void test(
  'deleted by hand, a test’s state folder leaves nothing behind after the next start',
  { skip },
  async () => {
    // mkdtemp lets nobody else pass.
    const [closed, other] = [0, 1].map(() => mkdtempSync(path.join(os.tmpdir(), 'skein-outside-')));
    const stateDir = path.join(closed!, 'state');
    const first = await startPostgres({ stateDir, port: await freePort() });
    const outside = outsideOf(stateDir)!;
    assert.match(outside, /^\/var\/lib\/skein\/postgres-/);
    assert.equal(readFileSync(path.join(outside, 'state-folder'), 'utf8'), stateDir);
    assert.ok(existsSync(path.join(outside, 'data', 'PG_VERSION')));
    // One that runs is nobody's leftover.
    rmSync(closed!, { recursive: true });
    sweepOutside(() => undefined);
    assert.ok(existsSync(outside));
    await first.stop();
    const second = await startPostgres({ stateDir: path.join(other!, 'state'), port: await freePort() });
    assert.ok(!existsSync(outside));
    await second.stop();
    const itsOutside = outsideOf(path.join(other!, 'state'))!;
    removeStateFolder(other!);
    assert.deepEqual([existsSync(other!), existsSync(itsOutside)], [false, false]);
  },
);

void test('data whose state folder is gone is told of, and deleted only where a test made it', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'skein-root-'));
  const folders = { test: path.join(root, 'state'), own: path.join(root, '..', `kept-${process.pid}`) };
  const outside: Record<string, string> = {};
  for (const [name, folder] of Object.entries(folders)) {
    mkdirSync(folder);
    makeOutside(path.join(folder, 'postgres'), path.join(root, 'outside'));
    outside[name] = outsideOf(folder)!;
    writeFileSync(path.join(outside[name], 'data'), 'precious');
  }
  const said: string[] = [];
  const sweep = () => sweepOutside((sentence) => said.push(sentence), path.join(root, 'outside'));
  sweep();
  assert.deepEqual([said, Object.values(outside).every(existsSync)], [[], true]);
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
  sweep();
  assert.deepEqual([existsSync(outside['test']!), existsSync(outside['own']!)], [false, true]);
  assert.equal(said.length, 1);
  const orphan = `${path.basename(outside['own']!)} of ${folders.own}`;
  assert.ok(said[0]!.includes(`${path.join(root, 'outside')} still has data`) && said[0]!.includes(orphan));
  for (let index = 0; index < 4; index++) {
    const folder = path.join(root, `..`, `kept-${process.pid}-${index}`);
    mkdirSync(folder);
    makeOutside(path.join(folder, 'postgres'), path.join(root, 'outside'));
    rmSync(folder, { recursive: true });
  }
  sweep();
  assert.equal(said.length, 2);
  assert.match(said[1]!, /\((postgres-\w+ of \S+, ){2}postgres-\w+ of \S+ and 2 more\)/);
  renameSync(outside['own']!, `${outside['own']}.old`);
  rmSync(root, { recursive: true });
});
