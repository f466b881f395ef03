// The settings of `npm start`, read once from the command line and the environment; a wrong one stops the start.
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import {
  formatListen,
  parseListen,
  parsePublicUrl,
  publicUrlRefused,
  type ListenAddress,
} from '../../cluster/listen-address.ts';
import { EmbeddedError } from './embedded-error.ts';
import { defaultStateDir } from './state-folder.ts';

export interface StartOptions {
  listen: ListenAddress;
  publicUrl: string;
  stateDir: string;
  workers: number;
  /** Fill an empty installation with people and conversations to look at. */
  demo: boolean;
  /** Set: no PostgreSQL of ours is started. */
  databaseUrl: string | undefined;
  /** Set: no NATS of ours is started. */
  natsUrl: string | undefined;
  natsServer: string | undefined;
  namespace: string;
  /** Set: a web client built elsewhere; none is built here. */
  webDir: string | undefined;
  postgresPort: number | undefined;
  natsPort: number | undefined;
}

interface Flags {
  host?: string;
  port?: string;
  workers?: string;
  stateDir?: string;
  demo?: boolean;
}

const defaultListen = '127.0.0.1:8080';
const defaultWorkers = 2;
const workersMax = 64;

const environmentHelp = `
Environment:
  DATABASE_URL         a PostgreSQL of yours instead of the embedded one
  NATS_URL             a NATS of yours, with JetStream, instead of the embedded one
  SKEIN_LISTEN         host:port to listen on (${defaultListen})
  SKEIN_PUBLIC_URL     the address people open, when a proxy stands in front
  SKEIN_STATE_DIR      the folder for data, logs and secrets (.skein/)
  SKEIN_CLUSTER_SECRET_FILE  the secret that the hosts of a cluster share (secrets/cluster in there)
  SKEIN_WEB_DIR        a built web client to serve instead of building the one here
  SKEIN_WORKERS        worker processes (${defaultWorkers})
  SKEIN_NATS_SERVER    the nats-server program to use
  SKEIN_POSTGRES_PORT  port of the embedded PostgreSQL (15432, or a free one)
  SKEIN_NATS_PORT      port of the embedded NATS (14222, or a free one)`;

/** The settings, or `undefined` after `--help`; throws EmbeddedError for a wrong one. */
export function readStartOptions(argv: readonly string[], env: NodeJS.ProcessEnv): StartOptions | undefined {
  const flags = parseFlags(argv);
  if (flags === undefined) return undefined;
  const fallback = listenOf(env['SKEIN_LISTEN'] || defaultListen);
  const listen = {
    host: flags.host ?? fallback.host,
    port: flags.port === undefined ? fallback.port : wholeNumber(flags.port, '--port', 1, 65_535),
  };
  const number = (name: string, max: number): number | undefined =>
    env[name] ? wholeNumber(env[name], name, 1, max) : undefined;
  return {
    listen,
    publicUrl: publicUrlOf(env['SKEIN_PUBLIC_URL'], listen),
    stateDir: flags.stateDir === undefined ? defaultStateDir(env) : path.resolve(flags.stateDir),
    workers:
      flags.workers === undefined
        ? (number('SKEIN_WORKERS', workersMax) ?? defaultWorkers)
        : wholeNumber(flags.workers, '--workers', 1, workersMax),
    demo: demoOf(flags, listen.host),
    databaseUrl: urlOf(env['DATABASE_URL'], 'DATABASE_URL', ['postgres:', 'postgresql:']),
    natsUrl: env['NATS_URL'] || undefined,
    natsServer: env['SKEIN_NATS_SERVER'] || undefined,
    namespace: env['SKEIN_NAMESPACE'] || 'skein',
    webDir: env['SKEIN_WEB_DIR'] ? path.resolve(env['SKEIN_WEB_DIR']) : undefined,
    postgresPort: number('SKEIN_POSTGRES_PORT', 65_535),
    natsPort: number('SKEIN_NATS_PORT', 65_535),
  };
}

function parseFlags(argv: readonly string[]): Flags | undefined {
  const command = new Command('npm start --')
    .description('Starts Skein with everything it needs on this machine.')
    .option('--host <address>', 'address to listen on')
    .option('--port <number>', 'port to listen on')
    .option('--workers <number>', 'worker processes')
    .option('--state-dir <folder>', 'folder for data, logs and secrets')
    .option('--demo', 'people and conversations to look at, on the first start')
    .addHelpText('after', environmentHelp)
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  try {
    return command.parse(argv, { from: 'user' }).opts<Flags>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new EmbeddedError(`${error.message.replace(/^error: /, '')} (see "npm start -- --help").`);
  }
}

function listenOf(text: string): ListenAddress {
  const address = parseListen(text);
  if (address) return address;
  throw new EmbeddedError(
    `SKEIN_LISTEN is ${JSON.stringify(text)}; it must look like ${defaultListen} or [::1]:8080.`,
  );
}

/** Everybody knows the password of the demonstration's people. */
function demoOf({ demo = false }: Flags, host: string): boolean {
  if (!demo || ['127.0.0.1', '::1', 'localhost'].includes(host)) return demo;
  throw new EmbeddedError(
    `--demo makes accounts with a known password, so it is for this machine alone: listen on 127.0.0.1, not ${host}.`,
  );
}

function publicUrlOf(given: string | undefined, { host, port }: ListenAddress): string {
  if (given) {
    const origin = parsePublicUrl(given);
    if (origin) return origin;
    throw new EmbeddedError(publicUrlRefused(given));
  }
  const local = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(host);
  return `http://${formatListen({ host: local ? 'localhost' : host, port })}`;
}

function urlOf(text: string | undefined, name: string, protocols: readonly string[]): string | undefined {
  if (!text) return undefined;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  throw new EmbeddedError(
    `${name} is no address that begins with ${protocols.map((each) => `${each}//`).join(' or ')}.`,
  );
}

function wholeNumber(text: string, name: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new EmbeddedError(
    `${name} is ${JSON.stringify(text)}; it must be a whole number from ${min} to ${max}.`,
  );
}
