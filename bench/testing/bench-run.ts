// Runs the bench's program as a person would, small, and hands over what it said and wrote.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface BenchRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Content of the file that `--json` wrote; null: none. */
  readonly result: unknown;
  /** Files left in the folder for temporary files. */
  readonly leftovers: readonly string[];
}

const program = path.resolve(import.meta.dirname, '..', 'run.ts');

export async function runBench(...args: string[]): Promise<BenchRun> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-bench-test-'));
  const json = path.join(os.tmpdir(), `${path.basename(folder)}.json`);
  try {
    const said = await execute([...args, '--json', json], { ...process.env, TMPDIR: folder });
    return { ...said, result: readJson(json), leftovers: readdirSync(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(json, { force: true });
  }
}

function execute(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Pick<BenchRun, 'code' | 'stdout' | 'stderr'>> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
