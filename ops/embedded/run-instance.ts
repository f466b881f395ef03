// `npm start` from the first line to the last: start, say where to go, wait for Ctrl-C, stop in order.
import os from 'node:os';
import { EmbeddedError, sentenceOf } from './embedded-error.ts';
import { InstanceParts } from './instance-parts.ts';
import { startInstance, type Instance } from './instance.ts';
import { createProgress, type Progress } from './progress.ts';
import { readStartOptions, type StartOptions } from './start-options.ts';

/** Something more to be done once everything runs, such as filling it; its note is shown with the address. */
export type AfterStart = (started: {
  instance: Instance;
  options: StartOptions;
  parts: InstanceParts;
  progress: Progress;
}) => Promise<string>;

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs until a signal or a failure ends the process. */
export async function runInstance(
  argv: readonly string[],
  { supervisorMain, afterStart = [] }: { supervisorMain: string; afterStart?: readonly AfterStart[] },
): Promise<void> {
  const parts = new InstanceParts();
  const progress = createProgress(process.stdout);
  try {
    const options = readStartOptions(argv, process.env);
    if (options === undefined) return;
    stopOnSignal(parts, progress);
    const instance = await startInstance({ options, progress, supervisorMain }, parts);
    const notes: string[] = [];
    for (const next of afterStart) notes.push(await next({ instance, options, parts, progress }));
    progress.note(welcome(instance, options, notes.filter(Boolean)));
    throw new EmbeddedError(await instance.gaveUp);
  } catch (error) {
    // Failures while everything is being stopped are no news.
    if (parts.stopping) return;
    console.error(`\n${error instanceof EmbeddedError ? sentenceOf(error) : unexpected(error)}`);
    await parts.stop();
    process.exit(1);
  }
}

/** The first signal stops everything in order; the second one ends it at once. */
function stopOnSignal(parts: InstanceParts, progress: Progress): void {
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = 128 + os.constants.signals[signal];
    if (parts.stopping) {
      progress.note('Ending everything at once.');
      void parts.kill().finally(() => process.exit(code));
      return;
    }
    progress.note('Stopping; press Ctrl-C again to end everything at once.');
    void parts.stop().then(
      () => {
        progress.note('Stopped.');
        process.exit(0);
      },
      (error: unknown) => {
        console.error(unexpected(error));
        process.exit(1);
      },
    );
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
}

function welcome({ url, logsDir }: Instance, { stateDir }: StartOptions, notes: readonly string[]): string {
  return ['', '  Skein is ready:', '', `    ${url}`, '', `  data  ${stateDir}`, `  logs  ${logsDir}`, '']
    .concat(notes.flatMap((note) => [`  ${note}`, '']))
    .concat('  Press Ctrl-C to stop.', '')
    .join('\n');
}

function unexpected(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
