// The idle scenario: a server of its own is measured empty, then with a quarter, half and all of the connections open
// and silent. What it takes more, by connection, is what a connection costs (NUM-1, NUM-3).
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import { hasProcesses } from '../machine/processes.ts';
import type { Run } from '../scenario.ts';
import { startIssuer } from '../server/issuer.ts';
import { OwnServer } from '../server/own-server.ts';
import { Team } from './asked-process.ts';
import { localAddresses } from '../wire/local-addresses.ts';
import type { IdleGenerator, OpenRequest } from './generator.ts';
import { compactHeaps, readServerMemory, type MemoryReading } from './memory.ts';
import type { IdleOptions } from './options.ts';

export interface IdleStep {
  readonly connections: number;
  /** Of those that this step opened; signing their tokens is not in it. */
  readonly openSeconds: number;
  /** After a time in which nothing happened. */
  readonly settled: MemoryReading;
  /** The same with the heaps collected. */
  readonly compacted: MemoryReading;
}

/** The server's memory after every two people have written to each other. */
export interface TalkedStep {
  readonly conversations: number;
  readonly seconds: number;
  /** With the heaps collected. */
  readonly compacted: MemoryReading;
}

export interface IdleMeasurements {
  /** The first one is without connections. */
  readonly steps: readonly IdleStep[];
  /** Null: nobody wrote. */
  readonly talked: TalkedStep | null;
  /** Connections that the server closed by the end. */
  readonly closed: number;
  readonly serverPid: number;
}

const parts = [0.25, 0.5, 1];
const opensInFlightMax = 96;
const compactWithinMs = 1_500;

export class IdleScenario {
  readonly #options: IdleOptions;
  readonly #run: Run;
  readonly #name = randomBytes(4).toString('hex');
  readonly #steps: IdleStep[] = [];

  constructor(options: IdleOptions, run: Run) {
    this.#options = options;
    this.#run = run;
  }

  async run(): Promise<IdleMeasurements> {
    if (!hasProcesses()) throw new BenchError('Memory is read from /proc, which this system does not have.');
    const { connections, generators } = this.#options;
    const { server, issuer } = await this.#startServer();
    const file = path.join(import.meta.dirname, 'generator.ts');
    const team = new Team<IdleGenerator>(generators, { name: 'Generator', file });
    this.#run.started.push(team);
    await this.#measure(server, 0, 0);
    let open = 0;
    for (const part of parts) {
      const upTo = Math.round(connections * part);
      const seconds = await this.#open(team, server, issuer, open, upTo);
      open = upTo;
      await this.#measure(server, open, seconds);
    }
    const talked = this.#options.messages > 0 ? await this.#talk(team, server) : null;
    const closed = (await team.ask('closed', () => undefined)).reduce((sum, each) => sum + each, 0);
    return { steps: this.#steps, talked, closed, serverPid: server.pid };
  }

  async #startServer(): Promise<{ server: OwnServer; issuer: string }> {
    const { progress, started } = this.#run;
    const { workers, keep } = this.#options;
    const issuer = await startIssuer();
    started.push(issuer);
    const preload = path.join(import.meta.dirname, 'compaction.ts');
    const nodeOptions = [process.env['NODE_OPTIONS'] ?? '', '--expose-gc', `--import=file://${preload}`];
    const server = await OwnServer.start({
      issuer: issuer.url,
      workers,
      keep,
      env: { NODE_OPTIONS: nodeOptions.join(' ').trim() },
      onProgress: (line) => progress.say('Starting the server', line),
    });
    started.push(server);
    await server.ready();
    return { server, issuer: issuer.url };
  }

  /** @returns how many seconds it took */
  async #open(
    team: Team<IdleGenerator>,
    server: OwnServer,
    issuer: string,
    from: number,
    upTo: number,
  ): Promise<number> {
    const { progress } = this.#run;
    const generators = team.members.length;
    const requestOf = (generator: number): OpenRequest => ({
      url: `${server.url.replace(/^http/, 'ws')}/ws`,
      issuer,
      localAddresses: localAddresses(this.#options.connections),
      subjects: this.#subjects(from, upTo).filter((_, at) => at % generators === generator),
      inFlightMax: Math.ceil(opensInFlightMax / generators),
    });
    progress.say('Signing tokens', `for ${upTo - from} people`);
    await team.ask('prepare', requestOf);
    const startedAt = performance.now();
    await progress.during(
      () => ['Opening connections', `${team.count('open')} of ${upTo}`],
      team.ask('open', requestOf),
    );
    return (performance.now() - startedAt) / 1_000;
  }

  async #talk(team: Team<IdleGenerator>, server: OwnServer): Promise<TalkedStep> {
    const { messages, generators, connections } = this.#options;
    const startedAt = performance.now();
    const order = { messages, inFlightMax: Math.ceil(opensInFlightMax / generators) };
    const counts = await this.#run.progress.during(
      () => ['Writing', `${team.count('conversations')} of ${Math.floor(connections / 2)} conversations`],
      team.ask('talk', () => order),
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    const { compacted } = await this.#read(server, connections);
    return { conversations: counts.reduce((sum, each) => sum + each, 0), seconds, compacted };
  }

  async #measure(server: OwnServer, connections: number, openSeconds: number): Promise<void> {
    this.#steps.push({ connections, openSeconds, ...(await this.#read(server, connections)) });
  }

  async #read(
    { pid, metricsUrls }: OwnServer,
    connections: number,
  ): Promise<Pick<IdleStep, 'settled' | 'compacted'>> {
    const workerUrls = metricsUrls.slice(1); // the first one is the projector's
    this.#run.progress.say('Letting the server settle', `${connections} connections`);
    await delay(this.#options.settle * 1_000);
    const settled = await readServerMemory(pid, workerUrls);
    for (let round = 0; round < this.#options.collections; round++) {
      compactHeaps(pid);
      await delay(compactWithinMs);
    }
    return { settled, compacted: await readServerMemory(pid, workerUrls) };
  }

  #subjects(from: number, upTo: number): string[] {
    return Array.from({ length: upTo - from }, (_, at) => `idle_${this.#name}_${from + at}`);
  }
}
