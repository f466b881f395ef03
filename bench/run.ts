// `npm run bench`: reads what is wanted, has the scenario carried out, says what came of it, and leaves nothing behind.
import { writeFileSync } from 'node:fs';
import { BenchError } from './bench-error.ts';
import { chat } from './chat/command.ts';
import { commandLine } from './options.ts';
import { Progress } from './progress.ts';
import type { Outcome, Run } from './scenario.ts';

const exitCodes = { sound: 0, unsound: 1, notCarriedOut: 2 } as const;

const progress = new Progress(process.stderr);
const started: AsyncDisposable[] = [];
const interrupted = Promise.withResolvers<never>();
interrupted.promise.catch(() => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.reject(new BenchError(`Ended by ${signal}.`)));
}

try {
  await commandLine([chat], carryOut).parseAsync();
} catch (error) {
  progress.clear();
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = exitCodes.notCarriedOut;
}
process.exit(); // what an interrupted run was waiting for does not matter any more

async function carryOut(work: (run: Run) => Promise<Outcome>): Promise<void> {
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  const startedAt = new Date().toISOString();
  try {
    const outcome = await Promise.race([
      work({ command, startedAt, progress, started }),
      interrupted.promise,
    ]);
    progress.clear();
    process.stdout.write(outcome.text);
    if (outcome.json !== undefined)
      writeFileSync(outcome.json, `${JSON.stringify(outcome.result, null, 2)}\n`);
    process.exitCode = outcome.sound ? exitCodes.sound : exitCodes.unsound;
  } finally {
    progress.say('Stopping');
    // One that cannot be stopped must not keep the others.
    for (const each of started.toReversed()) await stopped(each);
    progress.clear();
  }
}

async function stopped(resource: AsyncDisposable): Promise<void> {
  try {
    await resource[Symbol.asyncDispose]();
  } catch (error) {
    console.error(error);
  }
}
