// The settings of a run, read from the command line and checked before anything starts: a load that the server must
// refuse by its own limits would measure the refusals.
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { limits } from '../protocol/limits.ts';
import { BenchError } from './bench-error.ts';
import { bodyBytesMin } from './chat/body.ts';

export interface BenchOptions {
  readonly connections: number;
  /** Messages a second, of all connections together. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly generators: number;
  readonly bytes: number;
  readonly receipts: boolean;
  /** Null: a server of our own with this many workers. */
  readonly server: { readonly url: string; readonly issuer: string } | null;
  readonly workers: number;
  readonly json: string | undefined;
  /** Leave the own server's folder, with its data and logs. */
  readonly keep: boolean;
  /** Where processor profiles go. */
  readonly profile: string | undefined;
}

interface Flags extends Omit<BenchOptions, 'server'> {
  readonly url?: string;
  readonly issuer?: string;
}

/** Sockets of one process: below the 20,000 files that a process may have open on a usual machine. */
const socketsPerProcessMax = 18_000;

const examples = `
Examples:
  npm run bench -- chat
  npm run bench -- chat --connections 5000 --rate 2000 --seconds 60 --json out.json
  npm run bench -- chat --url http://127.0.0.1:8080 --issuer http://127.0.0.1:4000

The last one uses a server that runs already: start "node ops/testing/token-issuer.ts", which prints its address, and
start the server with that address in SKEIN_OIDC_ISSUERS. Without --url the bench starts a fresh server of its own in
the folder for temporary files (TMPDIR) and removes it afterwards.

Exit codes: 0 every message was delivered once and in order; 1 one was not; 2 the run could not be carried out.`;

/** @param run carries out the scenario that the command line names */
export function commandLine(run: (scenario: 'chat', options: BenchOptions) => Promise<void>): Command {
  const program = new Command('npm run bench --')
    .description('Puts load on a Skein and checks every single message.')
    .addHelpText('after', examples);
  program
    .command('chat')
    .description(
      'pairs of people write to each other at a fixed rate; what they see is held against the history',
    )
    .option('--connections <number>', 'people, each with a connection; an even number', whole(2), 1000)
    .option('--rate <number>', 'messages a second, all together, due at fixed moments', positive, 500)
    .option('--seconds <number>', 'measured interval', positive, 10)
    .option('--warmup <number>', 'seconds of the same load before it', zeroOrMore, 3)
    .option('--bytes <number>', 'size of a message', whole(bodyBytesMin), 100)
    .option('--workers <number>', "worker processes of the bench's own server", whole(1), 2)
    .option('--generators <number>', 'processes that hold the connections', whole(1), 2)
    .option('--no-receipts', 'clients do not tell what they have received')
    .option('--url <url>', 'a running server, instead of starting one')
    .option('--issuer <url>', 'the token issuer that this server trusts')
    .option('--keep', "leave the bench's own server's data and logs where they are", false)
    .option('--json <file>', 'write the result there as well')
    .option('--profile <folder>', 'write a processor profile of each Node process there, at its end')
    .action((flags: Flags) => run('chat', checked(flags)));
  return program;
}

/** Throws BenchError with what to change. */
export function checked(flags: Flags): BenchOptions {
  const { connections, rate, bytes, generators, workers, url, issuer, json, profile, ...rest } = flags;
  const fail = (sentence: string): never => {
    throw new BenchError(sentence);
  };
  if ((url === undefined) !== (issuer === undefined)) fail('--url and --issuer are needed together.');
  if (connections % 2 !== 0) fail(`--connections must be even, not ${connections}: people write in pairs.`);
  const rateMax = connections * limits.sendsPerSecond;
  if (rate > rateMax) {
    fail(
      `--rate ${rate} is more than ${connections} people may send: the server allows each of them ` +
        `${limits.sendsPerSecond} messages a second. Lower it to ${rateMax}, or use at least ` +
        `${2 * Math.ceil(rate / limits.sendsPerSecond / 2)} connections.`,
    );
  }
  if (bytes > limits.messageBodyBytesMax) fail(`--bytes may be ${limits.messageBodyBytesMax} at most.`);
  if (generators > connections) fail(`--generators must not be more than the ${connections} connections.`);
  requireRoom('--generators', generators, connections);
  if (url === undefined) requireRoom('--workers', workers, connections);
  const server =
    url === undefined || issuer === undefined ? null : { url: plain(url), issuer: plain(issuer) };
  return {
    connections,
    rate,
    bytes,
    generators,
    workers,
    server,
    json,
    profile: profile === undefined ? undefined : path.resolve(profile),
    ...rest,
  };
}

function requireRoom(option: string, processes: number, connections: number): void {
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

function whole(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min}.`);
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

function zeroOrMore(text: string): number {
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
