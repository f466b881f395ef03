// The crowds of a drill, from the side of whoever runs it.
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { Latency, type LatencySummary } from '../../bench/latency.ts';
import { eventually } from '../../protocol/waiting.ts';
import type { TestCluster } from '../testing/test-cluster.ts';
import type { CrowdReport, FromCrowd, ToCrowd } from './crowd-messages.ts';

const crowdMain = path.join(import.meta.dirname, 'crowd.ts');
const hostsEveryMs = 250;

export interface PhaseResult {
  readonly name: string;
  readonly latency: LatencySummary;
  readonly closes: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
}

export interface CrowdsResult {
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly delivered: number;
  readonly conversationIds: readonly string[];
  readonly violations: readonly string[];
  readonly phases: readonly PhaseResult[];
  /** How long messages took that were on their way while their shard changed hands by plan, in ms. */
  readonly pausesMs: readonly number[];
}

class Crowd {
  readonly #child: ChildProcess;
  #report: CrowdReport | null = null;
  #waiting: { type: FromCrowd['type']; resolve: () => void; reject: (error: Error) => void }[] = [];
  acknowledged = 0;
  online = 0;

  constructor() {
    this.#child = fork(crowdMain, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (message: FromCrowd) => this.#take(message));
    this.#child.once('exit', (code) => this.#fail(`a crowd ended with code ${code}`));
  }

  get report(): CrowdReport {
    return this.#report!;
  }

  send(message: ToCrowd): void {
    if (this.#child.connected) this.#child.send(message);
  }

  until(type: FromCrowd['type']): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ type, resolve, reject }));
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #take(message: FromCrowd): void {
    if (message.type === 'failed') return this.#fail(message.reason);
    if (message.type === 'settled') this.#report = message.report;
    if (message.type === 'progress') Object.assign(this, message);
    const done = this.#waiting.filter(({ type }) => type === message.type);
    this.#waiting = this.#waiting.filter(({ type }) => type !== message.type);
    for (const { resolve } of done) resolve();
  }

  #fail(reason: string): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(reason));
  }
}

export class Crowds {
  readonly #crowds: readonly Crowd[];
  readonly #timer: NodeJS.Timeout;

  private constructor(crowds: readonly Crowd[], timer: NodeJS.Timeout) {
    this.#crowds = crowds;
    this.#timer = timer;
  }

  static async start(
    cluster: TestCluster,
    { connections, rate, processes }: { connections: number; rate: number; processes: number },
  ): Promise<Crowds> {
    const crowds = Array.from({ length: processes }, () => new Crowd());
    let hosts: readonly string[] = [];
    await eventually(async () => (hosts = await readyHosts(cluster)).length === cluster.hosts.length);
    const ready = crowds.map((crowd) => crowd.until('ready'));
    const pairs = Math.ceil(connections / 2 / processes);
    crowds.forEach((crowd, at) => {
      const { issuer } = cluster.issuer;
      crowd.send({ type: 'start', name: `crowd${at}`, pairs, rate: rate / processes, hosts, issuer });
    });
    // As what stands in front of a cluster does: new connections go to hosts that say they are ready.
    const timer = setInterval(() => {
      void readyHosts(cluster).then((now) => {
        // When none says so it tries the ones that did last.
        if (now.length > 0) for (const each of crowds) each.send({ type: 'hosts', hosts: now });
      });
    }, hostsEveryMs);
    await Promise.all(ready);
    return new Crowds(crowds, timer);
  }

  get acknowledged(): number {
    return this.#crowds.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }
  get online(): number {
    return this.#crowds.reduce((sum, { online }) => sum + online, 0);
  }

  phase(name: string): void {
    for (const crowd of this.#crowds) crowd.send({ type: 'phase', name });
  }

  moved(shards: readonly number[], atMs: number): void {
    for (const crowd of this.#crowds) crowd.send({ type: 'moved', shards, atMs });
  }

  async settle(): Promise<CrowdsResult> {
    const settled = this.#crowds.map((crowd) => crowd.until('settled'));
    for (const crowd of this.#crowds) crowd.send({ type: 'settle' });
    await Promise.all(settled);
    const reports = this.#crowds.map(({ report }) => report);
    const sum = (of: (report: CrowdReport) => number) => reports.reduce((total, each) => total + of(each), 0);
    return {
      sent: sum(({ sent }) => sent),
      acknowledged: sum(({ acknowledged }) => acknowledged),
      refused: sum(({ refused }) => refused),
      delivered: sum(({ delivered }) => delivered),
      conversationIds: reports.flatMap(({ conversationIds }) => conversationIds),
      violations: reports.flatMap(({ violations }) => violations),
      phases: mergePhases(reports),
      pausesMs: reports.flatMap(({ pausesMs }) => pausesMs),
    };
  }

  close(): void {
    clearInterval(this.#timer);
    for (const crowd of this.#crowds) crowd.kill();
  }
}

async function readyHosts(cluster: TestCluster): Promise<string[]> {
  const looked = await Promise.all(
    cluster.hosts.map(async ({ url, runs }) => {
      if (!runs) return [];
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
      return answer?.ok ? [`${url.replace('http', 'ws')}/ws`] : [];
    }),
  );
  return looked.flat();
}

function mergePhases(reports: readonly CrowdReport[]): PhaseResult[] {
  return reports[0]!.phases.map(({ name }, at) => {
    const latency = new Latency();
    const closes: Record<string, number> = {};
    const errors: Record<string, number> = {};
    for (const { phases } of reports) {
      const phase = phases[at]!;
      latency.add(phase.latency);
      addTo(closes, phase.closes);
      addTo(errors, phase.errors);
    }
    return { name, latency: latency.summary, closes, errors };
  });
}

function addTo(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}
