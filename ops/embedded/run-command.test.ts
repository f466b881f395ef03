import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { runCommand } from './run-command.ts';

test('a process that asked for a program that is not there ends when it has nothing else to do', async () => {
  const module = pathToFileURL(path.join(import.meta.dirname, 'run-command.ts')).href;
  const script = `const { runCommand } = await import(${JSON.stringify(module)});
    console.log((await runCommand('/nowhere/program', [], { timeoutMs: 600_000 })).stderr);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  });
  assert.match(stdout, /ENOENT/);
});

test('a command that takes too long is ended', async () => {
  const script = 'setInterval(() => undefined, 1000)';
  const { ok } = await runCommand(process.execPath, ['-e', script], { timeoutMs: 200 });
  assert.equal(ok, false);
});
