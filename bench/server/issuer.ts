// The issuer that vouches for the people of a run, as a process of its own: signing thousands of tokens must not
// stop the parent.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BenchError } from '../bench-error.ts';

const program = path.resolve(import.meta.dirname, '..', '..', 'ops', 'testing', 'token-issuer.ts');

export interface IssuerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

export async function startIssuer(): Promise<IssuerProcess> {
  const child = fork(program, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  // Ended by its channel: the terminal's Ctrl-C would take it away before the people are done with it.
  const exited = once(child, 'exit');
  const ended = exited.then(() => {
    throw new BenchError('The token issuer ended before it had said its address.');
  });
  ended.catch(() => undefined);
  const [url] = (await Promise.race([once(createInterface(child.stdout!), 'line'), ended])) as [string];
  return {
    url: url.trim(),
    pid: child.pid!,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
