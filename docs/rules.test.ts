// docs/requirements.md and docs/faults.md are the list of what is promised. Each id in the code stands there, and each
// promise there has a test or says that it has none.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '..');
const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => /\.(ts|tsx|js|sql|py|md)$/.test(file) && !file.startsWith('bench/results/'));
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const sources = files.filter((file) => !/^docs\/(requirements|faults|rules)\b/.test(file));
const tests = sources.filter((file) => /\.test\.tsx?$/.test(file)).map(textOf);

const rulePattern = /\b(?:ACC|DM|GRP|MSG|OFF|REA|MEN|SEA|STO|PRV|INS|OPS|NUM)-\d+/g;
/** `FAULTS 1, 17`, `FAULTS 19 and 20`. */
const faultsPattern = /\bFAULTS (\d+(?:(?:, | and )\d+)*)/g;
const faultsIn = (text: string) =>
  [...text.matchAll(faultsPattern)].flatMap(([, numbers]) => numbers!.match(/\d+/g)!);

/** Promises by id, each with whether it admits to lacking a test. */
function promises(file: string, pattern: RegExp): Map<string, boolean> {
  const found = [...textOf(file).matchAll(pattern)];
  return new Map(found.map(([line, id]) => [id!, line.includes('*(not yet)*')]));
}

const rules = promises('docs/requirements.md', /^- ([A-Z]+-\d+) .*$/gm);
const faults = promises('docs/faults.md', /^\| (\d+) \|.*$/gm);

function assertHeld(promised: ReadonlyMap<string, boolean>, cited: Set<string>, proven: Set<string>): void {
  assert.deepEqual(
    [...cited].filter((id) => !promised.has(id)),
    [],
    'cited in the code, but promised nowhere',
  );
  const unproven = [...promised].filter(([id, isNotYet]) => !isNotYet && !proven.has(id));
  assert.deepEqual(unproven, [], 'promised without a test, and without "not yet"');
  const modest = [...promised].filter(([id, isNotYet]) => isNotYet && proven.has(id));
  assert.deepEqual(modest, [], 'says "not yet" although a test carries its id: say "partly", or nothing');
}

test('every rule in the code is promised, and every promise has a test or says "not yet"', () => {
  const cited = new Set(sources.flatMap((file) => textOf(file).match(rulePattern) ?? []));
  const titles = tests.flatMap((text) => text.match(/\[[A-Z]+-\d+\]/g) ?? []);
  assert.ok(rules.size > 50);
  assertHeld(rules, cited, new Set(titles.map((title) => title.slice(1, -1))));
});

test('every fault in the code is promised, and every promise has a test or says "not yet"', () => {
  const cited = new Set(sources.flatMap((file) => faultsIn(textOf(file))));
  assert.ok(faults.size >= 40);
  assertHeld(faults, cited, new Set(tests.flatMap(faultsIn)));
});
