// The end of a server of the bench when the bench itself is killed.
import { spawn, type ChildProcess } from 'node:child_process';

/** A shell that waits on a pipe from us, and stops the server when the pipe closes without a word: we were killed. */
export function leaveWill(pid: number): ChildProcess {
  const script = `read word || kill -TERM ${pid} 2>/dev/null`;
  const shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.on('error', () => undefined);
  shell.stdin?.on('error', () => undefined);
  shell.unref();
  return shell;
}
