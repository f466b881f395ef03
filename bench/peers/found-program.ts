// Programs that the project's own tests use or fetch: told by programs of ops, of which nothing may be imported here.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { BenchError, sentenceOf } from '../bench-error.ts';

export interface FoundProgram {
  readonly file: string;
  /** Variables that it needs in its environment beyond ours. */
  readonly env: Readonly<Record<string, string>>;
}

export const finders = path.resolve(import.meta.dirname, '..', '..', 'ops', 'testing');

/** Throws BenchError with what to do when there is none to be had. */
export async function findProgram<Found extends FoundProgram>(
  finder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Found> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(finders, finder)], { env });
    return JSON.parse(stdout) as Found;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new BenchError(stderr?.trim() || sentenceOf(error), { cause: error });
  }
}
