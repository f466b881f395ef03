// `npm start` on a state folder of the test's: all parts embedded and kept running, and people of an outside issuer.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import pg from 'pg';
import { SkeinClient, type ClientOptions } from '../../protocol/client/index.ts';
import { leaveLastWill } from '../embedded/child-process.ts';
import { readInstanceRecord, type InstanceRecord } from '../embedded/instance-record.ts';
import { freePort } from '../embedded/ports.ts';
import { eventually, until } from '../../protocol/waiting.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

const startMain = path.resolve(import.meta.dirname, '../start.ts');

export interface InstallationOptions {
  readonly stateDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class Installation {
  readonly issuer: TokenIssuer;
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly url: string;
  #child: ChildProcess | null = null;
  #said = '';

  private constructor(issuer: TokenIssuer, stateDir: string, env: NodeJS.ProcessEnv, url: string) {
    this.issuer = issuer;
    this.stateDir = stateDir;
    this.env = env;
    this.url = url;
  }

  /** Not started yet. */
  static async create({ stateDir, env = {} }: InstallationOptions): Promise<Installation> {
    const issuer = await startTokenIssuer();
    const [listen, postgres, nats] = [await freePort(), await freePort(), await freePort()];
    const settings = {
      ...withoutSettings(process.env),
      SKEIN_STATE_DIR: stateDir,
      SKEIN_LISTEN: `127.0.0.1:${listen}`,
      SKEIN_POSTGRES_PORT: String(postgres),
      SKEIN_NATS_PORT: String(nats),
      SKEIN_OIDC_ISSUERS: issuer.issuer,
      SKEIN_WEB_DIR: path.join(import.meta.dirname),
      ...env,
    };
    return new Installation(issuer, stateDir, settings, `http://localhost:${listen}`);
  }

  /** Text that it has written to the terminal since it was started. */
  get said(): string {
    return this.#said;
  }
  get runs(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }
  get exitCode(): number | null {
    return this.#child?.exitCode ?? null;
  }

  /** Begins to start; `ready` waits for the end of that. */
  launch(): void {
    const { SKEIN_NATS_SERVER } = process.env;
    const child = spawn(process.execPath, [startMain], {
      env: { ...this.env, ...(SKEIN_NATS_SERVER && { SKEIN_NATS_SERVER }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#said = '';
    const will = leaveLastWill(child.pid!, 'SIGTERM');
    child.once('exit', () => will.revoke());
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
  }

  async start(): Promise<void> {
    this.launch();
    await this.says(/Skein is ready/);
  }

  async says(pattern: RegExp): Promise<void> {
    const isSaid = () => pattern.test(this.#said);
    await until(() => isSaid() || !this.runs);
    assert.ok(isSaid(), `${String(pattern)} was not said, but:\n${this.#said}`);
  }

  get record(): InstanceRecord {
    const record = readInstanceRecord(this.stateDir);
    assert.ok(record, 'the instance does not run');
    return record;
  }

  openDatabase(): pg.Pool {
    const database = new pg.Pool({ connectionString: this.record.databaseUrl, max: 2 });
    database.on('error', () => undefined);
    return database;
  }

  async connect(subject: string, options: Partial<ClientOptions> = {}): Promise<SkeinClient> {
    const client = new SkeinClient({
      url: `${this.url.replace('http', 'ws')}/ws`,
      deviceId: crypto.randomUUID(),
      clientName: 'test',
      token: () => this.issuer.token(subject),
      ...options,
    });
    client.connect();
    await eventually(() => client.state.name === 'online');
    return client;
  }

  /** In good order. */
  async stop(): Promise<void> {
    if (this.runs) {
      this.#child!.kill('SIGTERM');
      await once(this.#child!, 'exit');
    }
  }

  async close(): Promise<void> {
    await this.stop();
    this.issuer.close();
  }
}

/** The environment without the settings of the test run. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSetting = (name: string) => /^(SKEIN_|DATABASE_URL$|NATS_URL$|REDIS_URL$)/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting(name)));
}
