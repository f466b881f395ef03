// Runs the test files that it is given, from the project's root, in one process, one after the other: for tests that need no process of their own.
// Each file is a suite, so that its hooks are for its own tests; what files share ends after the last of them.
import './process-end.ts';
import path from 'node:path';
import { describe } from 'node:test';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');

for (const file of process.argv.slice(2)) {
  describe(file, async () => {
    await import(pathToFileURL(path.join(root, file)).href);
  });
}
