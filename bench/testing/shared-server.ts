// One server for all loads of a test file: starting it takes longer than a small load.
import { BenchError } from '../bench-error.ts';
import { startIssuer } from '../server/issuer.ts';
import { OwnServer } from '../server/own-server.ts';

export interface SharedServer extends AsyncDisposable {
  /** Options that put a load on this server, with everything that is told of one of the bench's own. */
  readonly options: readonly string[];
}

export async function startSharedServer(): Promise<SharedServer> {
  const issuer = await startIssuer();
  const server = await OwnServer.start({
    issuer: issuer.url,
    workers: 2,
    keep: false,
    env: {},
    onProgress: () => undefined,
  });
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
  try {
    await server.ready();
  } catch (error) {
    await stop();
    throw new BenchError('The server of the loads did not start.', { cause: error });
  }
  const { url, pid, metricsUrls } = server;
  return {
    options: ['--url', url, '--issuer', issuer.url, '--pid', String(pid), '--metrics', ...metricsUrls],
    [Symbol.asyncDispose]: stop,
  };
}
