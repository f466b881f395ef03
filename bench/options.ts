// Flags that the scenarios' command lines share: the server that is put under load, where the result goes, and checks of what
// a process can hold. Everything is checked before anything starts.
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { BenchError } from './bench-error.ts';
import type { CarryOut, Scenario } from './scenario.ts';

/** A server that runs already. */
export interface RunningServer {
  readonly url: string;
  /** The token issuer that it trusts. */
  readonly issuer: string;
  /** The head of its family of processes on this machine; null: what it takes of the machine is not counted. */
  readonly pid: number | null;
  /** Where its processes tell what they count, the projector first; empty: nobody says how far it projected. */
  readonly metricsUrls: readonly string[];
}

/** The server under load, and what to keep of the run. */
export interface CommonOptions {
  /** Null: a server of our own with this many workers. */
  readonly server: RunningServer | null;
  readonly workers: number;
  readonly json: string | undefined;
  /** Leave the own server's folder, with its data and logs. */
  readonly keep: boolean;
  /** Where processor profiles go. */
  readonly profile: string | undefined;
}

export interface CommonFlags extends Omit<CommonOptions, 'server' | 'workers'> {
  /** Undefined: as many as hold the connections. */
  readonly workers?: number;
  readonly url?: string;
  readonly issuer?: string;
  readonly pid?: number;
  readonly metrics?: readonly string[];
}

/** Sockets of one process: below the 20,000 files that a process may have open on a usual machine. */
const socketsPerProcessMax = 18_000;
/** As `npm start` has. */
const workersMin = 2;

const about = `
The bench starts a fresh server of its own in the folder for temporary files (TMPDIR) and removes it afterwards. To use a
server that runs already, start "node ops/testing/token-issuer.ts", which prints its address, start the server with that
address in SKEIN_OIDC_ISSUERS, and name both with --url and --issuer. With --pid and --metrics its processor time and
its projection are told too.

Exit codes: 0 every message was delivered once and in order; 1 one was not; 2 the run could not be carried out.`;

export function commandLine(scenarios: readonly Scenario[], carryOut: CarryOut): Command {
  const program = new Command('npm run bench --')
    .description('Puts load on a Skein and checks every single message.')
    .addHelpText('after', about);
  for (const scenario of scenarios) scenario(program, carryOut);
  return program;
}

export function withCommonOptions(command: Command): Command {
  return command
    .option(
      '--workers <number>',
      "worker processes of the bench's own server (default: as many as hold the connections, at least 2)",
      whole(1),
    )
    .option('--url <url>', 'a running server, instead of starting one')
    .option('--issuer <url>', 'the token issuer that this server trusts')
    .option('--pid <number>', 'the first process of that server, if it runs on this machine', whole(1))
    .option('--metrics <urls...>', "the metrics of that server's processes, the projector's first")
    .option('--keep', "leave the bench's own server's data and logs where they are", false)
    .option('--json <file>', 'write the result there as well')
    .option('--profile <folder>', 'write a processor profile of each Node process there, at its end');
}

/** Throws BenchError with what to change. */
export function checkedCommon(flags: CommonFlags, connections: number): CommonOptions {
  const { json, keep, profile } = flags;
  const workers = flags.workers ?? processesFor(connections, workersMin);
  const server = runningServer(flags);
  if (!server) requireRoom('--workers', workers, connections);
  return { server, workers, json, keep, profile: profile === undefined ? undefined : path.resolve(profile) };
}

function runningServer({ url, issuer, pid, metrics = [] }: CommonFlags): RunningServer | null {
  if ((url === undefined) !== (issuer === undefined))
    throw new BenchError('--url and --issuer are needed together.');
  if (url === undefined || issuer === undefined) {
    if (pid !== undefined || metrics.length > 0)
      throw new BenchError(
        '--pid and --metrics are about a running server: name it with --url and --issuer.',
      );
    return null;
  }
  return { url: plain(url), issuer: plain(issuer), pid: pid ?? null, metricsUrls: metrics.map(plain) };
}

/** How many processes hold the connections. */
export function processesFor(connections: number, min: number): number {
  return Math.max(min, Math.ceil(connections / socketsPerProcessMax));
}

/** Throws BenchError when the processes cannot hold the connections. */
export function requireRoom(option: string, processes: number, connections: number): void {
  if (connections <= processes * socketsPerProcessMax) return;
  throw new BenchError(
    `${connections} connections are too many for ${option} ${processes}: a process holds ` +
      `${socketsPerProcessMax} sockets at most. Use at least ${Math.ceil(connections / socketsPerProcessMax)}.`,
  );
}

function plain(url: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new BenchError(`${url} is no http address.`);
  return url.replace(/\/+$/, '');
}

export function whole(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min}.`);
  };
}

export function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

export function zeroOrMore(text: string): number {
  return Number(text) === 0 ? 0 : positive(text);
}

/** The environment in which a Node process writes a profile of its life. */
export function profiling(folder: string | undefined): NodeJS.ProcessEnv {
  if (folder === undefined) return {};
  const options = [
    process.env['NODE_OPTIONS'] ?? '',
    '--cpu-prof',
    `--cpu-prof-dir=${JSON.stringify(folder)}`,
  ];
  return { NODE_OPTIONS: options.join(' ').trim() };
}
