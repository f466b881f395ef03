// Which test files there are, and which of them run beside each other: the suffix says what a test needs.
import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Heavy in the same way: journeys have browsers, faults have clusters that recover. */
export type TestKind = 'unit' | 'journey' | 'fault' | 'other';

/** Files that one process runs. */
export interface TestJob {
  readonly files: readonly string[];
  readonly kind: TestKind;
  /** Nothing else may run meanwhile. */
  readonly alone: boolean;
}

const skipped = new Set(['node_modules', 'dist', 'out']);
/** A process for each core. */
const unitJobs = 2;

/** The test files below `root` whose path contains one of `filters`, or all without a filter. */
export function findTests(root: string, filters: readonly string[]): string[] {
  const wanted = filters.map((filter) => filter.replace(/^\.\//, ''));
  return [...walk(root)]
    .map((file) => path.relative(root, file))
    .filter((file) => /\.test\.tsx?$/.test(file))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .sort();
}

/** Whether it runs without services and without a browser. */
export function isUnit(file: string): boolean {
  return !/\.(int|e2e)\.test\./.test(file);
}

/**
 * Unit tests share two processes, files on the shared cluster one, and stories on the shared instance one; every other
 * file has its own. What measures how soon things happen, or asks more of the machine than it can do, comes last and has
 * it to itself.
 */
export function jobsOf(files: readonly string[]): TestJob[] {
  const units = files.filter(isUnit);
  const shares = Array.from({ length: unitJobs }, (_, share) =>
    units.filter((_file, at) => at % unitJobs === share),
  );
  const shared = files.filter(isShared);
  const kinds = [...new Set(shared.map(kindOf))];
  const others = files
    .filter((file) => !isUnit(file) && !isShared(file))
    .map((file) => ({ files: [file], kind: kindOf(file), alone: isAlone(file) }));
  return [
    ...shares.map((share) => ({ files: share, kind: 'unit' as const, alone: false })),
    // First, since they take longest.
    ...kinds.map((kind) => ({ files: shared.filter((file) => kindOf(file) === kind), kind, alone: false })),
    ...others.filter(({ alone }) => !alone),
    ...others.filter(({ alone }) => alone),
  ].filter((job) => job.files.length > 0);
}

function kindOf(file: string): TestKind {
  if (/\.e2e\.test\./.test(file)) return 'journey';
  return file.startsWith('ops/faults/') ? 'fault' : 'other';
}

function isShared(file: string): boolean {
  return /\.shared\.(int|e2e)\.test\./.test(file);
}

function isAlone(file: string): boolean {
  return /\.alone\.(int|e2e)\.test\./.test(file);
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(file);
    else yield file;
  }
}
