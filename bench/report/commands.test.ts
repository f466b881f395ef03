// The commands as people type them: what they say, where they write, and what they say when a file is the wrong one.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const bench = path.join(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-bench-report-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const result = path.join(folder, 'chat.json');
cpSync(path.join(import.meta.dirname, 'testing', 'chat.json'), result);

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [path.join(bench, 'run.ts'), ...args],
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test('a report goes beside its result, or where one wants it', async () => {
  const { code, stdout, stderr } = await run('report', result);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /The report is in .*chat\.html/);
  assert.match(readFileSync(path.join(folder, 'chat.html'), 'utf8'), /^<!doctype html>/);
  const out = path.join(folder, 'else.html');
  assert.equal((await run('report', result, '--out', out)).code, 0);
  assert.match(readFileSync(out, 'utf8'), /Bench: chat/);
});

test('results are compared, one with one and several with several', async () => {
  const out = path.join(folder, 'compared.html');
  const { code, stdout } = await run('compare', `${result},${result}`, result, '--out', out);
  assert.equal(code, 0);
  assert.match(stdout, /Settings: the same\.[^]*numbers are the same/);
  assert.match(readFileSync(out, 'utf8'), /before and after/);
});

test('profiles for flame graphs are named after their processes', async () => {
  const profiles = path.join(folder, 'profiles');
  cpSync(path.join(bench, 'profile', 'testing'), profiles, { recursive: true });
  const { code, stdout } = await run('flame', profiles, '--result', result);
  assert.equal(code, 0);
  assert.match(stdout, /worker 1 +[\d.]+/);
  assert.deepEqual(readdirSync(path.join(profiles, 'measured')), ['worker-1.cpuprofile']);
  assert.match(stdout, /npx speedscope .*worker-1\.cpuprofile/);
});

test('a file that is missing, or is something else, is refused with what to do', async () => {
  const refused = async (text: RegExp, ...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, text);
  };
  const written = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  await refused(/There is no file .*none\.json: write one with/, 'report', path.join(folder, 'none.json'));
  await refused(/is no JSON/, 'report', written('broken.json', '{"scenario": '));
  await refused(/is not the result of a bench/, 'report', written('other.json', '{"name": "x"}'));
  await refused(/"npm run bench -- flame"/, 'report', written('p.json', '{"nodes": [], "timeDeltas": []}'));
  await refused(/different scenarios/, 'compare', result, written('idle.json', '{"scenario": "idle"}'));
  await refused(/cannot be written/, 'report', result, '--out', path.join(folder, 'no', 'where.html'));
});

test('help has examples', async () => {
  for (const command of ['report', 'compare', 'flame']) {
    assert.match((await run(command, '--help')).stdout, /Examples:\n {2}npm run bench -- /);
  }
});
