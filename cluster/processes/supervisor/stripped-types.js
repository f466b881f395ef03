// Preloaded by `--import` into each process that a supervisor or the test runner starts: keeps our sources as they are
// without their types, so that a start does not strip them again. That took almost half of the CPU of a start, and a
// worker starts while others take over for it and people reconnect. In JavaScript, since what strips types is what is not
// to be loaded at all.
// @ts-check
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '../../..');
const ours = pathToFileURL(root + sep).href;
const folder = join(root, 'node_modules/.cache/skein/stripped', process.version);

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts') || !url.startsWith(ours)) return nextLoad(url, context);
    return {
      format: 'module',
      source: stripped(readFileSync(fileURLToPath(url), 'utf8')),
      shortCircuit: true,
    };
  },
});

/**
 * By the content: a source that has changed is another one. Types are replaced by blanks, so that places in stack traces
 * stay true.
 * @param {string} source
 */
function stripped(source) {
  const file = join(folder, createHash('sha256').update(source).digest('hex'));
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const result = withoutTypes(source);
    keep(file, result);
    return result;
  }
}

/**
 * Without the warning that the function is experimental: what it does is what Node does with these files by itself.
 * @param {string} source
 */
function withoutTypes(source) {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Whole or not at all: others read it meanwhile. Where nothing can be written, each start strips for itself.
 * @param {string} file
 * @param {string} text
 */
function keep(file, text) {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch {
    // The next start tries again.
  }
}
