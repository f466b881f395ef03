// A Skein of the bench's own: fresh data in a folder that goes when the run ends, started as `npm start` would, so
// that what is measured is what people run.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import { freePorts } from './ports.ts';
import { leaveWill } from './will.ts';

export interface OwnServerOptions {
  readonly issuer: string;
  readonly workers: number;
  /** Leaves the folder when the server has stopped. */
  readonly keep: boolean;
  /** On top of ours. */
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
}

const program = path.resolve(import.meta.dirname, '..', '..', 'ops', 'start.ts');
const readyWithinMs = 180_000;
const stopWithinMs = 45_000;
/** Settings of the caller that may pass: every other one could lead the load to a server that is in use. */
const passed = ['SKEIN_NATS_SERVER', 'SKEIN_LOG_LEVEL', 'SKEIN_SOCKETS_MAX'];

export class OwnServer implements AsyncDisposable {
  /** Such as `http://127.0.0.1:12345`. */
  readonly url: string;
  /** Where its processes tell what they count. */
  readonly metricsUrls: readonly string[];
  /** Data and logs. */
  readonly folder: string;
  readonly #keep: boolean;
  readonly #process: ChildProcess;
  readonly #will: ChildProcess;
  #said = '';
  #isStarting = true;

  private constructor(ports: readonly number[], folder: string, options: OwnServerOptions) {
    const [listen, , , ...metrics] = ports;
    const child = launch(ports, folder, options);
    this.url = `http://127.0.0.1:${listen}`;
    this.metricsUrls = metrics.map((port) => `http://127.0.0.1:${port}/metrics`);
    this.folder = folder;
    this.#keep = options.keep;
    this.#process = child;
    this.#will = leaveWill(child.pid!);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#said = `${this.#said}${text}`.slice(-4_000);
        if (this.#isStarting) options.onProgress(text.trim().split('\n').at(-1) ?? '');
      });
    }
  }

  /** Starts it; `ready` tells when it serves. */
  static async start(options: OwnServerOptions): Promise<OwnServer> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'skein-bench-'));
    // For root: PostgreSQL runs as another user, who may pass through, so that its data lies in here.
    chmodSync(folder, 0o711);
    // One to listen on, PostgreSQL's and NATS's, which another server that starts meanwhile must not choose as well, then
    // one for the metrics of the projector and of each worker, in a row.
    return new OwnServer(await freePorts(4 + options.workers), folder, options);
  }

  /** The head of its family of processes. */
  get pid(): number {
    return this.#process.pid!;
  }

  /** Throws BenchError with what the server said when it does not come to serve. */
  async ready(): Promise<void> {
    const deadline = performance.now() + readyWithinMs;
    while (!this.#said.includes('Skein is ready') || !(await isReady(this.url))) {
      const overdue = performance.now() > deadline;
      if (overdue || this.#hasEnded) {
        const what = overdue
          ? `was not ready after ${readyWithinMs / 1000} seconds`
          : 'ended before it was ready';
        throw new BenchError(`The server ${what}:\n${this.#said.trim()}\n${this.#logTail}`);
      }
      await delay(50);
    }
    this.#isStarting = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStarting = false;
    if (!this.#hasEnded) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      const timer = setTimeout(() => this.#process.kill('SIGKILL'), stopWithinMs);
      await exited;
      clearTimeout(timer);
    }
    this.#will.stdin?.end('done\n');
    if (!this.#keep) rmSync(this.folder, { recursive: true, force: true });
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  get #logTail(): string {
    try {
      const log = path.join(this.folder, 'state', 'logs', 'supervisor.log');
      return readFileSync(log, 'utf8').trim().split('\n').slice(-10).join('\n');
    } catch {
      return '';
    }
  }
}

function launch(ports: readonly number[], folder: string, options: OwnServerOptions): ChildProcess {
  const webDir = path.join(folder, 'web');
  mkdirSync(webDir);
  return spawn(process.execPath, [program], {
    // In a session of its own: Ctrl-C comes to the bench alone, which then stops things in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...ownEnvironment(process.env),
      ...options.env,
      SKEIN_LISTEN: `127.0.0.1:${ports[0]}`,
      SKEIN_POSTGRES_PORT: String(ports[1]),
      SKEIN_NATS_PORT: String(ports[2]),
      SKEIN_ADMIN_BASE_PORT: String(ports[3]),
      SKEIN_STATE_DIR: path.join(folder, 'state'),
      SKEIN_WEB_DIR: webDir,
      SKEIN_OIDC_ISSUERS: options.issuer,
      SKEIN_WORKERS: String(options.workers),
    },
  });
}

function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = (name: string) =>
    (name.startsWith('SKEIN_') && !passed.includes(name)) || ['DATABASE_URL', 'NATS_URL'].includes(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign(name)));
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}
