// `npm run bench`: reads what is wanted, has the scenario carried out, says what came of it, and leaves nothing behind.
import { writeFileSync } from 'node:fs';
import { BenchError } from './bench-error.ts';
import { nowUs } from './clock.ts';
import { loadNames } from './chat/options.ts';
import { sections } from './idle/columns.ts';
import { hostTimeOf } from './machine/host-time.ts';
import { StolenTime } from './machine/stolen-time.ts';
import { commandLine } from './options.ts';
import { Progress } from './progress.ts';
import type { Outcome, Run, Scenario } from './scenario.ts';

/** In the order of the help. Only what is asked for is loaded: a report needs no server, and a load draws nothing. */
const loaders: Readonly<Record<string, () => Promise<Scenario>>> = {
  ...Object.fromEntries(
    loadNames.map((name) => [name, async () => (await import('./chat/command.ts')).load(name)]),
  ),
  idle: async () => (await import('./idle/command.ts')).idle,
  history: async () => (await import('./history/command.ts')).history,
  http: async () => (await import('./http/command.ts')).http,
  overload: async () => (await import('./overload/command.ts')).overload,
  peers: async () => (await import('./peers/command.ts')).peers,
  report: async () => (await import('./report/report-command.ts')).report,
  compare: async () => (await import('./report/compare-command.ts')).comparison,
  flame: async () => (await import('./profile/command.ts')).flame,
};
const exitCodes = { sound: 0, unsound: 1, notCarriedOut: 2 } as const;

const progress = new Progress(process.stderr);
const started: AsyncDisposable[] = [];
const interrupted = Promise.withResolvers<never>();
interrupted.promise.catch(() => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.reject(new BenchError(`Ended by ${signal}.`)));
}

try {
  const asked = loaders[process.argv[2] ?? ''];
  const scenarios = await Promise.all((asked ? [asked] : Object.values(loaders)).map((each) => each()));
  await commandLine(scenarios, carryOut).parseAsync();
} catch (error) {
  progress.clear();
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = exitCodes.notCarriedOut;
}
process.exit(); // what an interrupted run was waiting for does not matter any more

async function carryOut(work: (run: Run) => Promise<Outcome>): Promise<void> {
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  const startedAt = new Date().toISOString();
  const stolen = StolenTime.watch(() => nowUs() / 1_000);
  try {
    const outcome = await Promise.race([
      work({ command, startedAt, progress, started }),
      interrupted.promise,
    ]);
    progress.clear();
    const host = stolen && hostTimeOf(stolen.intervals(), outcome.measured ?? []);
    const said = (host?.sentences ?? []).map((sentence) => [sentence]);
    process.stdout.write(`${outcome.text}${sections([['Host of this machine', said]])}`);
    if (outcome.json !== undefined)
      writeFileSync(outcome.json, `${JSON.stringify({ ...outcome.result, host }, null, 2)}\n`);
    process.exitCode = outcome.sound ? exitCodes.sound : exitCodes.unsound;
  } finally {
    stolen?.stop();
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
