// Schemathesis, which tries an HTTP API against its own OpenAPI document.
import { EmbeddedError } from '../embedded/embedded-error.ts';
import { defaultCacheDir } from '../embedded/program-cache.ts';
import { lastLine, runCommand, type CommandResult } from '../embedded/run-command.ts';
import { missingReason, packagesFolder, pythonWith, type PythonNeeds } from './python.ts';

const needs: PythonNeeds = {
  purpose: 'Schemathesis',
  packages: ['schemathesis==4.32.5'],
  atLeast: [3, 10],
};
const startTimeoutMs = 30_000;

/** Runs it with these arguments, to its end. */
export type Schemathesis = (
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; timeoutMs: number },
) => Promise<CommandResult>;

/** For the `skip` of tests that need it. */
export function schemathesisMissing(): Promise<string | false> {
  return missingReason(() => findSchemathesis());
}

/** Throws EmbeddedError with what to do when it can neither be found nor installed. */
export async function findSchemathesis(cacheDir = defaultCacheDir()): Promise<Schemathesis> {
  const python = await pythonWith(needs, cacheDir);
  const env = { ...process.env, ...python.env };
  const module = ['-m', 'schemathesis.cli'];
  const tried = await runCommand(python.file, [...module, '--version'], { env, timeoutMs: startTimeoutMs });
  if (!tried.ok) {
    const reason = lastLine(tried.stderr);
    const folder = packagesFolder(needs, cacheDir);
    throw new EmbeddedError(`Schemathesis does not run (${reason}): delete ${folder} and try again.`);
  }
  return (args, options) =>
    runCommand(python.file, [...module, ...args], { ...options, env: { ...env, ...options.env } });
}
