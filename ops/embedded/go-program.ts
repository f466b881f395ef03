// Programs that are built with the Go of this machine, which fetches a newer one by itself where a program wants it.
import { onPath } from './program-cache.ts';
import { lastLine, runCommand } from './run-command.ts';

/** The largest takes some minutes on two cores that are free. */
const buildTimeoutMs = 1_200_000;

export function hasGo(): boolean {
  return onPath('go') !== undefined;
}

/** Leaves the program in `workDir`, under its module's name. */
export async function buildWithGo(
  module: string,
  workDir: string,
): Promise<{ built: true } | { reason: string }> {
  const env = { ...process.env, GOBIN: workDir };
  const built = await runCommand('go', ['install', module], {
    env,
    cwd: workDir,
    timeoutMs: buildTimeoutMs,
  });
  return built.ok ? { built: true } : { reason: `Go: ${lastLine(built.stderr)}` };
}
