// The ops CLI: what an operator asks of a cluster. Exit codes are in errors.ts.
import { ConfigError } from '../../cluster/config.ts';
import { CliError, exitCodes, reasonOf } from './errors.ts';
import { createProgram } from './program.ts';
import { NoTarget } from './target.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  const expected = error instanceof CliError || error instanceof NoTarget || error instanceof ConfigError;
  process.stderr.write(
    `${expected ? error.message : `The cluster could not be asked: ${reasonOf(error)}`}\n`,
  );
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  return error instanceof ConfigError ? exitCodes.wrongUse : exitCodes.unreachable;
}
