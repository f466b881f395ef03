// Which test files there are and how each kind is run: the suffix says what a test needs.
import { readdirSync } from 'node:fs';
import path from 'node:path';

export interface TestPlan {
  /** Unit, integration and simulation tests. */
  parallel: string[];
  /** Browser tests: one at a time, after the others. */
  alone: string[];
  needsServices: boolean;
}

const skipped = new Set(['node_modules', 'dist', 'out']);

/** The test files below `root` whose path contains one of `filters`, or all without a filter. */
export function findTests(root: string, filters: readonly string[]): TestPlan {
  const wanted = filters.map((filter) => filter.replace(/^\.\//, ''));
  const files = [...walk(root)]
    .map((file) => path.relative(root, file))
    .filter((file) => /\.test\.tsx?$/.test(file))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .sort();
  return {
    parallel: files.filter((file) => !isBrowserTest(file)),
    alone: files.filter(isBrowserTest),
    needsServices: files.some((file) => /\.(int|e2e)\.test\./.test(file)),
  };
}

function isBrowserTest(file: string): boolean {
  return /\.e2e\.test\./.test(file);
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(file);
    else yield file;
  }
}
