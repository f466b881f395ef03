// `npm run bench`: reads what is wanted, starts what it needs, runs the scenario, says what came of it, and leaves
// nothing behind.
import { statfsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { BenchError } from './bench-error.ts';
import { Fleet } from './chat/fleet.ts';
import { ChatScenario, type ChatTarget } from './chat/scenario.ts';
import { commandLine, type BenchOptions } from './options.ts';
import { describeSurroundings } from './machine/versions.ts';
import { Progress } from './progress.ts';
import { chatResult, type ChatResult } from './report/result.ts';
import { renderChat } from './report/table.ts';
import { verdictOf } from './report/verdict.ts';
import { startIssuer } from './server/issuer.ts';
import { OwnServer } from './server/own-server.ts';

const exitCodes = { sound: 0, unsound: 1, notCarriedOut: 2 } as const;
const tmpfsType = 0x01021994;

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

async function run(_scenario: 'chat', options: BenchOptions): Promise<void> {
  try {
    const result = await Promise.race([runChat(options), interrupted.promise]);
    progress.clear();
    process.stdout.write(renderChat(result));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    process.exitCode = verdictOf(result).sound ? exitCodes.sound : exitCodes.unsound;
  } finally {
    progress.say('Stopping');
    for (const each of started.toReversed()) await each[Symbol.asyncDispose]();
    progress.clear();
  }
}

async function runChat(options: BenchOptions): Promise<ChatResult> {
  const startedAt = new Date().toISOString();
  const { target, serverPid } = await openTarget(options);
  const surroundings = await describeSurroundings(serverPid);
  const fleet = new Fleet(options.generators);
  started.push(fleet);
  const pids = [...target.pids, ...fleet.pids];
  const measured = await new ChatScenario(fleet, options, { ...target, pids }, progress).run();
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  const notes = serverPid === null ? [] : notesOnFolder();
  return chatResult({ command, startedAt, surroundings, notes }, options, measured);
}

async function openTarget(options: BenchOptions): Promise<{ target: ChatTarget; serverPid: number | null }> {
  if (options.server) return { target: { ...options.server, pids: [], metricsUrls: [] }, serverPid: null };
  const issuer = await startIssuer();
  started.push(issuer);
  const server = await OwnServer.start({
    issuer: issuer.url,
    workers: options.workers,
    onProgress: (line) => progress.say('Starting the server', line),
  });
  started.push(server);
  await server.ready();
  const { url, pid, metricsUrls } = server;
  return { target: { url, issuer: issuer.url, pids: [pid], metricsUrls }, serverPid: pid };
}

function notesOnFolder(): string[] {
  const inMemory = os.platform() === 'linux' && statfsSync(os.tmpdir()).type === tmpfsType;
  return inMemory
    ? [`The data is in memory (${os.tmpdir()} is a tmpfs): making it durable costs nothing here.`]
    : [];
}
