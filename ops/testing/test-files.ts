// Which test files there are and how each kind is run: the suffix says what a test needs.
import { readdirSync } from 'node:fs';
import path from 'node:path';

export interface TestPlan {
  /** Unit and simulation tests. */
  parallel: string[];
  /**
   * Those that need services, one at a time, and those with a browser last: each runs processes enough for the whole
   * machine, and a server that gets too little of it rightly refuses work.
   */
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
    parallel: files.filter((file) => !needsServices(file)),
    alone: [
      ...files.filter((file) => /\.int\.test\./.test(file)),
      ...files.filter((file) => /\.e2e\.test\./.test(file)),
    ],
    needsServices: files.some(needsServices),
  };
}

function needsServices(file: string): boolean {
  return /\.(int|e2e)\.test\./.test(file);
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(file);
    else yield file;
  }
}
