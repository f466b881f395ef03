// `npm start` in a state folder of its own, and its processes, to be killed by name.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { skein, type Ran } from '../../ops/cli/testing/run-skein.ts';
import { removeStateFolder } from '../../ops/embedded/outside-data.ts';
import { leaveLastWill } from '../../ops/embedded/child-process.ts';
import { freePort } from '../../ops/embedded/ports.ts';
import { childrenOf, commandLineOf, isAlive, signal, signalTree } from '../../ops/embedded/process-tree.ts';
import { patienceMs, settlesWithin } from '../../protocol/waiting.ts';
import { eventually } from './waiting.ts';

const startMain = path.resolve(import.meta.dirname, '../../ops/start.ts');
const shownLines = 40;
/** The first start builds the web client and makes the database. */
const startsWithinMs = 60_000;

/** Parts started by `npm start`: how each command line is known, and the log line once another life of it serves. */
const parts = {
  supervisor: { command: 'supervisor/main.ts', back: 'The supervisor runs again' },
  worker: { command: 'worker/main.ts', back: '"worker serves"' },
  projector: { command: 'projector/main.ts', back: '"projector runs"' },
  postgres: { command: 'postgres -D', back: 'PostgreSQL runs again' },
  nats: { command: 'nats-server', back: 'NATS runs again' },
} as const;
export type Part = keyof typeof parts;

export class Instance {
  readonly url: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #stateDir: string;
  readonly #postgresPort: number;
  #process: ChildProcess | undefined;
  #said = '';

  private constructor(
    stateDir: string,
    ports: { readonly listen: number; readonly postgres: number; readonly nats: number },
    settings: NodeJS.ProcessEnv,
  ) {
    this.url = `http://localhost:${ports.listen}`;
    this.#stateDir = stateDir;
    this.#postgresPort = ports.postgres;
    this.#env = {
      ...withoutSettings(process.env),
      SKEIN_STATE_DIR: stateDir,
      SKEIN_LISTEN: `127.0.0.1:${ports.listen}`,
      SKEIN_POSTGRES_PORT: String(ports.postgres),
      SKEIN_NATS_PORT: String(ports.nats),
      SKEIN_WORKERS: '2',
      ...settings,
    };
  }

  /** On a fresh state folder; not started yet. */
  static async create(settings: NodeJS.ProcessEnv = {}): Promise<Instance> {
    const ports = { listen: await freePort(), postgres: await freePort(), nats: await freePort() };
    return new Instance(mkdtempSync(path.join(os.tmpdir(), 'skein-e2e-')), ports, settings);
  }

  /** As `npm start` does it; resolves when it says where to go. */
  async start(): Promise<void> {
    this.#said = '';
    const child = spawn(process.execPath, [startMain], { env: this.#env });
    this.#process = child;
    // Should this process be killed, nothing of the instance stays.
    const will = leaveLastWill(child.pid!, 'SIGTERM');
    child.once('exit', () => will.revoke());
    const ready = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
        if (this.#said.includes('Skein is ready')) ready.resolve();
      });
    }
    child.once('exit', (code) => ready.reject(new Error(`npm start ended with code ${code}: ${this.#said}`)));
    const inTime = await settlesWithin(ready.promise, startsWithinMs);
    assert.ok(inTime, `npm start was not ready within ${startsWithinMs / 1000} s`);
    await ready.promise;
    assert.ok(this.#said.includes(this.url), `npm start did not say ${this.url}`);
  }

  /** As a person or an init system ends it. Answers the exit code; fails when a process of it is left. */
  async stop(name: 'SIGINT' | 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    assert.ok(child?.pid !== undefined && child.exitCode === null, 'npm start does not run');
    const all = [child.pid, ...descendantsOf(child.pid)];
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill(name);
    const inTime = await settlesWithin(exited, patienceMs);
    assert.ok(inTime, `npm start did not end on ${name}`);
    this.#process = undefined;
    await eventually('no process of the instance is left', () => !all.some(isAlive));
    assert.ok(!existsSync(path.join(this.#stateDir, 'lock')), 'the state folder is still locked');
    const [code] = await exited;
    return code;
  }

  /** The machine crashes: everything ends at once. @param damage changes the state folder before the next start */
  async crash(damage: (stateDir: string) => void): Promise<void> {
    const child = this.#process;
    assert.ok(child?.pid !== undefined && child.exitCode === null, 'npm start does not run');
    const all = [child.pid, ...descendantsOf(child.pid)];
    for (const pid of all) signal(pid, 'SIGKILL');
    await eventually('nothing of the instance runs', () => !all.some(isAlive));
    this.#process = undefined;
    damage(this.#stateDir);
    await this.start();
  }

  /** The processes of a part stand still until the next crash. */
  freeze(part: Part): void {
    for (const pid of this.pidsOf(part)) signal(pid, 'SIGSTOP');
  }

  /** The ops CLI beside this instance. */
  skein(...args: string[]): Promise<Ran> {
    return skein(args, { SKEIN_STATE_DIR: this.#stateDir });
  }

  /** For the end of a test, whatever has become of it. */
  async remove(): Promise<void> {
    try {
      if (this.#process?.exitCode === null) await this.stop('SIGTERM');
    } finally {
      removeStateFolder(this.#stateDir);
    }
  }

  /** Processes of a part that run now. */
  pidsOf(part: Part): number[] {
    return this.#processes().filter((pid) => commandLineOf(pid).includes(parts[part].command));
  }

  /** `kill -9`; resolves when what takes the place of the process serves. */
  async kill(part: Part, pid: number): Promise<void> {
    assert.ok(this.pidsOf(part).includes(pid), `there is no ${part} to kill`);
    const { back } = parts[part];
    const count = () => `${this.#said}${this.#log()}`.split(back).length;
    const before = count();
    // PostgreSQL's backends outlive a postmaster that is killed, which those of a machine that crashes do not.
    if (part === 'postgres') signalTree(pid, 'SIGKILL');
    else signal(pid, 'SIGKILL');
    await eventually(`the killed ${part} has a successor`, () => count() > before);
  }

  database(): pg.Client {
    const secret = readFileSync(path.join(this.#stateDir, 'secrets', 'postgres-password'), 'utf8').trim();
    return new pg.Client({
      connectionString: `postgres://skein:${secret}@127.0.0.1:${this.#postgresPort}/skein`,
    });
  }

  /** The last lines of what it said and logged, for someone who has to find out why a test failed. */
  lastLines(): string {
    const last = (text: string) => text.trimEnd().split('\n').slice(-shownLines).join('\n');
    return `npm start said:\n${last(this.#said)}\n\nThe supervisor's log:\n${last(this.#log())}`;
  }

  #log(): string {
    const file = path.join(this.#stateDir, 'logs', 'supervisor.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Children of `npm start`, and of the supervisor. */
  #processes(): number[] {
    const children = this.#process?.pid === undefined ? [] : childrenOf(this.#process.pid);
    const supervisors = children.filter((pid) => commandLineOf(pid).includes('supervisor/main.ts'));
    return [...children, ...supervisors.flatMap(childrenOf)];
  }
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** The instance's settings are the test's, whatever the shell that runs it has set; but where NATS is, it knows. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) =>
      name === 'SKEIN_NATS_SERVER' ||
      !(name.startsWith('SKEIN_') || name === 'DATABASE_URL' || name === 'NATS_URL'),
  );
  return Object.fromEntries(kept);
}
