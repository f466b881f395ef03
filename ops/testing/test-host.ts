// One host of a test cluster: a supervisor with its children, and the ways in which a machine can go.
import { fork, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { settlesWithin } from '../../protocol/waiting.ts';
import { childrenOf, commandLineOf, signal } from '../embedded/process-tree.ts';

const supervisorMain = path.join(import.meta.dirname, '../../cluster/processes/supervisor/main.ts');

/** A supervisor gives its children 10 s each, the projector after the others. */
const stopWithinMs = 30_000;

export class TestHost {
  readonly name: string;
  readonly url: string;
  /** Worker processes that it is to run. */
  readonly workers: number;
  readonly #logFile: string;
  readonly #supervisor: ChildProcess;
  readonly #exited: Promise<void>;

  private constructor(name: string, url: string, workers: number, logFile: string, supervisor: ChildProcess) {
    this.workers = workers;
    this.name = name;
    this.url = url;
    this.#logFile = logFile;
    this.#supervisor = supervisor;
    this.#exited = new Promise((resolve) => supervisor.once('exit', () => resolve()));
  }

  /** Resolves when the supervisor says that the host serves. @param listen host:port */
  static async start(
    name: string,
    listen: string,
    folder: string,
    env: Readonly<Record<string, string>>,
  ): Promise<TestHost> {
    const logFile = path.join(folder, `${name}.log`);
    const log = openSync(logFile, 'a');
    const stateDir = path.join(folder, name);
    const supervisor = fork(supervisorMain, {
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, SKEIN_HOST: name, SKEIN_LISTEN: listen, SKEIN_STATE_DIR: stateDir, ...env },
    });
    closeSync(log);
    const host = new TestHost(name, `http://${listen}`, Number(env['SKEIN_WORKERS']), logFile, supervisor);
    await host.#ready();
    return host;
  }

  get log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  get supervisorPid(): number {
    return this.#supervisor.pid!;
  }

  /** False once it was killed or stopped. */
  get runs(): boolean {
    return this.#supervisor.exitCode === null && this.#supervisor.signalCode === null;
  }

  /** Pids of the supervisor's children whose command line names the module, such as `projector/main.ts`. */
  pidsOf(module: string): number[] {
    return this.#children().filter((pid) => commandLineOf(pid).includes(module));
  }

  /** The machine is gone: all its processes at once, and none lives to tell of another's end. */
  async kill(): Promise<void> {
    if (!this.runs) return;
    const children = this.freeze();
    for (const pid of children) signal(pid, 'SIGKILL');
    signal(this.supervisorPid, 'SIGKILL');
    await this.#exited;
  }

  /** The machine stands still, as a virtual one does that is moved or paused. Returns the frozen children. */
  freeze(): number[] {
    // The parent first, so that it starts no new ones meanwhile.
    signal(this.supervisorPid, 'SIGSTOP');
    const children = this.#children();
    for (const pid of children) signal(pid, 'SIGSTOP');
    return children;
  }

  wake(): void {
    for (const pid of [...this.#children(), this.supervisorPid]) signal(pid, 'SIGCONT');
  }

  /** In good order. */
  async stop(): Promise<void> {
    if (!this.runs) return;
    this.wake();
    signal(this.supervisorPid, 'SIGTERM');
    if (await settlesWithin(this.#exited, stopWithinMs)) return;
    await this.kill();
    throw new Error(`host ${this.name} did not stop within ${stopWithinMs} ms\n${this.log.slice(-4_000)}`);
  }

  #children(): number[] {
    return childrenOf(this.supervisorPid);
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      let told = false;
      const failed = (reason: string) => {
        // Its end comes after its last words, when the log may be gone.
        if (told) return;
        told = true;
        reject(new Error(`host ${this.name} did not start: ${reason}\n${this.log.slice(-4_000)}`));
      };
      this.#supervisor.once('exit', (code) => failed(`exit code ${code}`));
      this.#supervisor.on('message', (message: { type: string; sentence?: string }) => {
        if (message.type === 'ready') resolve();
        if (message.type === 'failed') failed(message.sentence ?? '');
      });
    });
  }
}
