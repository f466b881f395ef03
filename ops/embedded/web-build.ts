// The web client is built when there is no build or its sources changed, so that the second start takes seconds.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { EmbeddedError } from './embedded-error.ts';
import { lastLine, runCommand } from './run-command.ts';

const repositoryRoot = path.resolve(import.meta.dirname, '..', '..');
const buildTimeoutMs = 300_000;
const skipped = new Set(['node_modules', 'dist']);

export interface WebBuild {
  dir: string;
  outcome: 'built' | 'current' | 'absent';
}

/** Builds the web client where needed; throws EmbeddedError with the log to read when the build fails. */
export async function buildWebClient(logsDir: string, root = repositoryRoot): Promise<WebBuild> {
  const source = path.join(root, 'web-client');
  const dir = path.join(source, 'dist');
  if (!existsSync(path.join(source, 'index.html'))) return { dir, outcome: 'absent' };
  // Kept with the build rather than in the state folder: several state folders share one build.
  const stamp = path.join(dir, 'sources.sha256');
  const hash = hashOf(root, ['web-client', 'protocol', 'package-lock.json']);
  if (existsSync(path.join(dir, 'index.html')) && readText(stamp) === hash)
    return { dir, outcome: 'current' };
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const result = await runCommand(process.execPath, [vite, 'build', 'web-client'], {
    cwd: root,
    timeoutMs: buildTimeoutMs,
  });
  const log = path.join(logsDir, 'web-build.log');
  writeFileSync(log, result.stdout + result.stderr, { mode: 0o600 });
  if (!result.ok) {
    throw new EmbeddedError(`The web client could not be built (${reasonOf(result.stderr)}): see ${log}.`);
  }
  writeFileSync(stamp, hash);
  return { dir, outcome: 'built' };
}

/** Vite announces the reason in several lines before it gives it. */
function reasonOf(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(error during build|✗ |vite v|build failed)/i.test(line));
  return lines.find((line) => /error|fail|could not|cannot/i.test(line)) ?? lastLine(output);
}

/** Of names and contents of everything that goes into a build. */
function hashOf(root: string, places: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of places.flatMap((place) => [...filesIn(path.join(root, place))])) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function* filesIn(place: string): Generator<string> {
  if (statSync(place).isFile()) return yield place;
  for (const name of readdirSync(place).sort()) {
    if (!skipped.has(name) && !name.includes('.test.')) yield* filesIn(path.join(place, name));
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
