// Commands that run to their end: initdb, apt-get, dpkg-deb, go. Output is kept, bounded, for the sentence on failure.
import { spawn } from 'node:child_process';

export interface CommandResult {
  ok: boolean;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  user?: { uid: number; gid: number } | undefined;
  timeoutMs: number;
  /** Called with every line of standard error, for progress. */
  onLine?: (line: string) => void;
}

const outputCharsMax = 1_000_000;

/** Runs a command; never throws: a program that is missing or too slow answers `ok: false`. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.env !== undefined && { env: options.env }),
      ...options.user,
    });
    // Not `timeout` of spawn: it goes on when there is no such program, and the process waits for it at its end.
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
    const done = (result: CommandResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-outputCharsMax);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-outputCharsMax);
      for (const line of text.split('\n')) if (line.trim() !== '') options.onLine?.(line.trim());
    });
    child.once('error', (error) => done({ ok: false, stdout, stderr: stderr + error.message }));
    child.once('close', (code) => done({ ok: code === 0, stdout, stderr }));
  });
}

/** The last line that is not empty, for a sentence. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
