// Starts a part as Skein embeds it, for programs that may not import anything of ops: says on stdout where it is, as JSON,
// and stops it with its data when stdin ends, so that it does not outlive who asked for it. Ends with 1 and a sentence
// where it cannot be started.
import { chmodSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EmbeddedError } from '../embedded/embedded-error.ts';
import { removeStateFolder } from '../embedded/outside-data.ts';
import { freePort } from '../embedded/ports.ts';
import type { RunningService, ServiceOptions } from '../embedded/service.ts';

export async function printRunning(
  name: string,
  start: (options: ServiceOptions) => Promise<RunningService>,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), `skein-test-${name}-`));
  // For root: PostgreSQL runs as another user, who may pass through, so that its data lies in here.
  chmodSync(folder, 0o711);
  try {
    const { url, pid, stop } = await start({ stateDir: folder, port: await freePort() });
    console.log(JSON.stringify({ url, pid }));
    // Ctrl-C comes to whoever asked, who then ends our stdin.
    process.on('SIGINT', () => undefined);
    for await (const _ of process.stdin) continue;
    await stop();
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    removeStateFolder(folder);
  }
}
