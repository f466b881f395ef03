// The supervisor as a child of `npm start`: told by environment, heard over the channel until it is ready.
import path from 'node:path';
import { startServer, type ServerProcess } from './child-process.ts';
import { EmbeddedError } from './embedded-error.ts';
import { describeExit, type Restartable } from './keep-running.ts';
import { signalTree } from './process-tree.ts';
import { settlesWithin } from '../../protocol/waiting.ts';

export interface SupervisorOptions {
  main: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  onProgress?: (step: string) => void;
}

export interface RunningSupervisor extends Restartable {
  /** Address to open in a browser. */
  readonly url: string;
}

type SupervisorMessage =
  { type: 'progress'; step: string } | { type: 'ready'; url: string } | { type: 'failed'; sentence: string };

/** Time without a sign of progress after which a start has failed. */
const silentMsMax = 120_000;
const stopGraceMs = 15_000;

/** Starts the supervisor and waits until it serves; throws EmbeddedError with its own sentence when it cannot. */
export async function startSupervisor(options: SupervisorOptions): Promise<RunningSupervisor> {
  const outcome = Promise.withResolvers<SupervisorMessage>();
  let heardAt = performance.now();
  const server = await startServer({
    command: process.execPath,
    args: [options.main],
    cwd: path.resolve(import.meta.dirname, '..', '..'),
    env: options.env,
    logFile: options.logFile,
    lastWill: 'SIGTERM',
    onMessage: (raw) => {
      const message = parseMessage(raw);
      heardAt = performance.now();
      if (message?.type === 'progress') options.onProgress?.(message.step);
      else if (message !== undefined) outcome.resolve(message);
    },
  });
  const first = Promise.race([outcome.promise, server.exited.then(() => undefined)]);
  const leftMs = () => heardAt + silentMsMax - performance.now();
  let settled = false;
  while (!settled && leftMs() > 0) settled = await settlesWithin(first, leftMs());
  const message = settled ? await first : undefined;
  if (message?.type === 'ready') return asRunning(server, message.url);
  await stop(server);
  throw new EmbeddedError(
    message?.type === 'failed' ? message.sentence : await silentEnd(server, settled, options.logFile),
  );
}

function asRunning(server: ServerProcess, url: string): RunningSupervisor {
  return {
    url,
    pid: server.pid,
    exited: server.exited,
    stop: () => stop(server),
    async kill() {
      if (!server.hasExited()) signalTree(server.pid, 'SIGKILL');
      await server.exited;
    },
  };
}

async function stop(server: ServerProcess): Promise<void> {
  await server.stop([{ signal: 'SIGTERM', graceMs: stopGraceMs }]);
  if (!server.hasExited()) signalTree(server.pid, 'SIGKILL');
  await server.exited;
}

async function silentEnd(server: ServerProcess, ended: boolean, logFile: string): Promise<string> {
  const what = ended
    ? `ended (${describeExit(await server.exited)}) before it was ready`
    : `was not heard of for ${silentMsMax / 1000} seconds`;
  return `The supervisor ${what}: its log ${logFile} says why.`;
}

function parseMessage(raw: unknown): SupervisorMessage | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { type, step, url, sentence } = raw as Record<string, unknown>;
  if (type === 'progress' && typeof step === 'string') return { type, step };
  if (type === 'ready' && typeof url === 'string') return { type, url };
  if (type === 'failed' && typeof sentence === 'string') return { type, sentence };
  return undefined;
}
