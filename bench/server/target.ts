// The server under load: one of the bench's own, or one that runs already.
import { statfsSync } from 'node:fs';
import os from 'node:os';
import { profiling, type CommonOptions } from '../options.ts';
import { startIssuer } from './issuer.ts';
import { OwnServer } from './own-server.ts';

export interface Target {
  readonly url: string;
  readonly issuer: string;
  /** The head of the server's family of processes; null: unknown. */
  readonly pid: number | null;
  /** Where the server tells what it counts; empty: unknown. */
  readonly metricsUrls: readonly string[];
  /** Facts about the server that a reader of the numbers needs. */
  readonly notes: readonly string[];
}

const tmpfsType = 0x01021994;

/** @param started gets what has to be stopped, as soon as it is started */
export async function openTarget(
  options: CommonOptions,
  started: AsyncDisposable[],
  onProgress: (line: string) => void,
): Promise<Target> {
  if (options.server) return { ...options.server, notes: [] };
  const issuer = await startIssuer();
  started.push(issuer);
  const { workers, keep, profile } = options;
  const server = await OwnServer.start({
    issuer: issuer.url,
    workers,
    keep,
    env: profiling(profile),
    onProgress,
  });
  started.push(server);
  await server.ready();
  const { url, pid, metricsUrls } = server;
  const notes = [...noteOnTmpfs(), ...(keep ? [`The server's data and logs stay in ${server.folder}.`] : [])];
  return { url, issuer: issuer.url, pid, metricsUrls, notes };
}

function noteOnTmpfs(): string[] {
  if (os.platform() !== 'linux' || statfsSync(os.tmpdir()).type !== tmpfsType) return [];
  return [`The data is in memory (${os.tmpdir()} is a tmpfs): making it durable costs nothing here.`];
}
