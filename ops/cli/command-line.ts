// Options that the commands share, and the running of an action.
import { Option, type Command } from 'commander';
import { withCluster, type ClusterAccess } from './cluster/access.ts';
import { parseDuration } from './terminal/durations.ts';
import { wrongUse } from './errors.ts';

export const jsonOption = (): Option => new Option('--json', 'answer as JSON, for scripts');
export const yesOption = (): Option => new Option('-y, --yes', 'do not ask');

export const durationOption = (flags: string, description: string, standard: string): Option =>
  new Option(flags, description).argParser(parseDuration).default(parseDuration(standard), standard);

export function numberOption(flags: string, description: string, min: number, max: number): Option {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw wrongUse(`${flags}: ${JSON.stringify(text)} is no whole number from ${min} to ${max}.`);
  });
}

/** Examples below `--help`, and what else is to be known. */
export function examples(command: Command, lines: readonly string[], note?: string): void {
  const text = ['', 'Examples:', ...lines.map((line) => `  ${line}`), ...(note ? ['', note] : [])];
  command.addHelpText('after', text.join('\n'));
}

/** An action with an open cluster before its arguments. */
export function onCluster<Args extends unknown[]>(
  action: (access: ClusterAccess, ...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return (...args) => withCluster((access) => action(access, ...args));
}
