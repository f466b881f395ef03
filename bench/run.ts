// `npm run bench`: reads what is wanted, starts what it needs, runs the scenario, says what came of it, and leaves
// nothing behind.
import { writeFileSync } from 'node:fs';
import { BenchError } from './bench-error.ts';
import { Fleet } from './chat/fleet.ts';
import { ChatScenario } from './chat/scenario.ts';
import { describeSurroundings } from './machine/versions.ts';
import { commandLine, profiling, type BenchOptions } from './options.ts';
import { Progress } from './progress.ts';
import { chatResult, type ChatResult } from './report/result.ts';
import { renderChat } from './report/table.ts';
import { verdictOf } from './report/verdict.ts';
import { openTarget } from './server/target.ts';

const exitCodes = { sound: 0, unsound: 1, notCarriedOut: 2 } as const;

const progress = new Progress(process.stderr);
const started: AsyncDisposable[] = [];
const interrupted = Promise.withResolvers<never>();
interrupted.promise.catch(() => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.reject(new BenchError(`Ended by ${signal}.`)));
}

try {
  await commandLine(run).parseAsync();
} catch (error) {
  progress.clear();
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = exitCodes.notCarriedOut;
}
process.exit(); // what an interrupted run was waiting for does not matter any more

async function run(_scenario: 'chat', options: BenchOptions): Promise<void> {
  try {
    const result = await Promise.race([runChat(options), interrupted.promise]);
    progress.clear();
    process.stdout.write(renderChat(result));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    process.exitCode = verdictOf(result).sound ? exitCodes.sound : exitCodes.unsound;
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

async function runChat(options: BenchOptions): Promise<ChatResult> {
  const startedAt = new Date().toISOString();
  const target = await openTarget(options, started, (line) => progress.say('Starting the server', line));
  const surroundings = await describeSurroundings(target.pid);
  const fleet = new Fleet(options.generators, profiling(options.profile));
  started.push(fleet);
  const measured = await new ChatScenario(fleet, options, target, progress).run();
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  const { profile } = options;
  const notes = profile ? [...target.notes, `Profiles in ${profile}; making them costs time.`] : target.notes;
  return chatResult({ command, startedAt, surroundings, notes }, options, measured);
}
