// Reads results that a bench wrote, and writes reports; a file that is none is refused with a sentence.
import { readFileSync, writeFileSync } from 'node:fs';
import { BenchError, sentenceOf } from '../bench-error.ts';
import { isJson, type AnyResult } from './found.ts';

/** Throws BenchError with what to do. */
export function readResult(file: string): AnyResult {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new BenchError(
        `There is no file ${file}: write one with "npm run bench -- chat --json ${file}".`,
      );
    if (code !== undefined) throw new BenchError(`${file} cannot be read: ${sentenceOf(error)}.`);
    throw new BenchError(`${file} is no JSON (${sentenceOf(error)}): name a file that --json wrote.`);
  }
  if (isJson(value) && typeof value['scenario'] === 'string') return value;
  const hint =
    isJson(value) && 'nodes' in value && 'timeDeltas' in value
      ? 'it is a processor profile, for "npm run bench -- flame".'
      : 'it names no scenario. Name a file that --json wrote.';
  throw new BenchError(`${file} is not the result of a bench: ${hint}`);
}

/** Throws BenchError where it cannot be written. */
export function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new BenchError(`${file} cannot be written: ${sentenceOf(error)}. Name another one with --out.`);
  }
}
