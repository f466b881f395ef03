// How a command ends: the exit codes that scripts may rely on, and failures that are sentences for a person.

export const exitCodes = {
  well: 0,
  /** The answer is bad news, or what was asked for did not come about. */
  badNews: 1,
  wrongUse: 2,
  /** NATS, or what this command cannot do without, does not answer. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with this sentence, which says what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, sentence: string) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

export const wrongUse = (sentence: string): CliError => new CliError(exitCodes.wrongUse, sentence);
export const badNews = (sentence: string): CliError => new CliError(exitCodes.badNews, sentence);
export const unreachable = (sentence: string): CliError => new CliError(exitCodes.unreachable, sentence);

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
