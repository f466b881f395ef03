// A PostgreSQL for a set-up that keeps its messages in one: the program, the settings and the user that Skein embeds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BenchError } from '../bench-error.ts';
import { finders } from './found-program.ts';

export interface PostgresProcess extends AsyncDisposable {
  readonly url: string;
  /** Of the server itself, without the program that started it. */
  readonly pid: number;
}

export async function startOwnPostgres(): Promise<PostgresProcess> {
  const program = path.join(finders, 'postgres-program.ts');
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const said = await Promise.race([line, exited.then(() => null)]);
  if (said === null) throw new BenchError('PostgreSQL did not start: it is said above why.');
  const [answer] = said;
  const { url, pid } = JSON.parse(answer) as { url: string; pid: number };
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  return { url, pid, [Symbol.asyncDispose]: stop };
}
