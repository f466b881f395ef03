// Answers of commands: text for people, or JSON for scripts. Answers go to standard output, everything else
// (progress, questions, errors) to standard error.
import { styleText } from 'node:util';

export interface OutputOptions {
  readonly json?: boolean;
}

export function print({ json }: OutputOptions, value: unknown, describe: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : describe()}\n`);
}

export const good = (text: string): string => styleText('green', text);
export const bad = (text: string): string => styleText('red', text);
export const doubtful = (text: string): string => styleText('yellow', text);
export const dim = (text: string): string => styleText('dim', text);
