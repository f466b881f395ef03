// The CLI as a person or a script runs it: a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { settingsOf, type TestServices } from '../../testing/services.ts';

const program = path.join(import.meta.dirname, '../skein.ts');

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunningSkein {
  readonly child: ChildProcess;
  /** Text on standard error so far. */
  readonly err: () => string;
  readonly ended: Promise<Ran>;
}

export function startSkein(args: readonly string[], env: Readonly<Record<string, string>>): RunningSkein {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ran>((resolve) =>
    child.once('close', (code) => resolve({ code: code ?? -1, out, err })),
  );
  return { child, err: () => err, ended };
}

export function skein(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  return startSkein(args, env).ended;
}

/** Runs the CLI on the cluster of these services. */
export function skeinOn(services: TestServices, more: Readonly<Record<string, string>> = {}) {
  const env = {
    ...settingsOf(services),
    ...more,
  };
  return {
    env,
    run: (...args: string[]): Promise<Ran> => skein(args, env),
    start: (...args: string[]): RunningSkein => startSkein(args, env),
    /** The answer with --json, whatever the exit code. */
    async json<Value>(...args: string[]): Promise<Value> {
      const { out, err, code } = await skein([...args, '--json'], env);
      if (out === '') throw new Error(`skein ${args.join(' ')}: exit code ${code}: ${err}`);
      return JSON.parse(out) as Value;
    },
  };
}
