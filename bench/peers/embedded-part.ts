// A PostgreSQL or NATS for a set-up that keeps its messages in one: the program and the settings that Skein embeds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BenchError } from '../bench-error.ts';
import { finders } from './found-program.ts';

export interface EmbeddedPart extends AsyncDisposable {
  readonly url: string;
  /** Of the server itself, without the program that started it. */
  readonly pid: number;
}

export function startOwnPostgres(): Promise<EmbeddedPart> {
  return startPart('postgres-program.ts', 'PostgreSQL');
}

export function startOwnNats(): Promise<EmbeddedPart> {
  return startPart('nats-program.ts', 'NATS');
}

async function startPart(program: string, name: string): Promise<EmbeddedPart> {
  const file = path.join(finders, program);
  const child = spawn(process.execPath, [file], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const said = await Promise.race([line, exited.then(() => null)]);
  if (said === null) throw new BenchError(`${name} did not start: it is said above why.`);
  const [answer] = said;
  const { url, pid } = JSON.parse(answer) as { url: string; pid: number };
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  return { url, pid, [Symbol.asyncDispose]: stop };
}
