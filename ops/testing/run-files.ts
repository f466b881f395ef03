// Runs test files with node's own runner, each in a process of its own, and shows what they say.
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import path from 'node:path';
import { strippedTypes } from '../../cluster/processes/supervisor/child.ts';

export interface FileResult {
  /** As it was given. */
  readonly file: string;
  /** False too for a file that ended without a word. */
  readonly ok: boolean;
  /** Tests, those within others included. */
  readonly passed: number;
  readonly skipped: number;
}

export interface RunOptions {
  /** Files are relative to it. */
  readonly root: string;
  readonly concurrency: number;
  /** Of one file. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export async function runFiles(
  files: readonly string[],
  { root, concurrency, timeoutMs, signal }: RunOptions,
): Promise<FileResult[]> {
  if (files.length === 0) return [];
  const failed = new Set<string>();
  const told = new Map<string, FileResult>();
  const nameOf = (file: string) => path.relative(root, file);
  const tests = run({
    files: files.map((file) => path.join(root, file)),
    concurrency,
    execArgv: ['--import', strippedTypes],
    timeout: timeoutMs,
    signal,
  });
  tests.on('test:fail', ({ file }) => void (file !== undefined && failed.add(nameOf(file))));
  tests.on('test:summary', ({ file, success, counts }) => {
    if (file === undefined) return;
    const name = nameOf(file);
    told.set(name, { file: name, ok: success, passed: counts.passed, skipped: counts.skipped });
  });
  await pipeline(tests.compose(spec), process.stdout, { end: false });
  return files.map((file) => {
    const result = told.get(file) ?? { file, ok: false, passed: 0, skipped: 0 };
    return failed.has(file) ? { ...result, ok: false } : result;
  });
}
