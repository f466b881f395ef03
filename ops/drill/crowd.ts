// One crowd of the drill, a process of its own: people who chat in pairs at a steady rate and now and then scroll back,
// and who judge at the end whether what they saw can be true.
import { setTimeout as delay } from 'node:timers/promises';
import { Latency } from '../../bench/latency.ts';
import { shardOf } from '../../actors/runtime/address.ts';
import { SkeinClient, type ClientOptions } from '../../protocol/client/index.ts';
import { eventually } from '../../protocol/waiting.ts';
import { violations } from '../../bench/verify/history.ts';
import { Load } from '../../bench/verify/load.ts';
import type { Seat } from '../../bench/verify/seat.ts';
import type { CrowdReport, FromCrowd, PhaseReport, ToCrowd } from './crowd-messages.ts';

/** People who connect at the same time: the drill is about moves, not about sign-ins. */
const connectAtOnce = 20;
const scrollsPerSecond = 10;
const progressEveryMs = 1_000;
const recentMs = 10_000;
/** When everything that a move may have held up has been acknowledged. */
const lookBackAfterMs = 5_000;

class Phase {
  readonly name: string;
  readonly latency = new Latency();
  acknowledged = 0;
  readonly closes: Record<string, number> = {};
  readonly errors: Record<string, number> = {};

  constructor(name: string) {
    this.name = name;
  }

  get report(): PhaseReport {
    const { name, acknowledged, closes, errors } = this;
    return { name, latency: this.latency.encode(), acknowledged, closes, errors };
  }
}

/** The acknowledgements of the last seconds, for the question which of them a move held up. */
class Recent {
  #acknowledged: { shard: number; sentAtMs: number; tookMs: number }[] = [];

  add(shard: number, tookMs: number): void {
    this.#acknowledged.push({ shard, sentAtMs: Date.now() - tookMs, tookMs });
  }

  /** Latencies of messages that were on their way at this time. */
  heldUp(shards: ReadonlySet<number>, atMs: number): number[] {
    this.#acknowledged = this.#acknowledged.filter(({ sentAtMs }) => sentAtMs > atMs - recentMs);
    return this.#acknowledged
      .filter(
        ({ shard, sentAtMs, tookMs }) => shards.has(shard) && sentAtMs <= atMs && sentAtMs + tookMs >= atMs,
      )
      .map(({ tookMs }) => Math.round(tookMs));
  }
}

const recent = new Recent();
const pausesMs: number[] = [];
/** People whose sockets are lost: what they wrote waits for the reconnect, not for the move. */
const reconnecting = new WeakSet<SkeinClient>();
const phases: Phase[] = [new Phase('before')];
let hosts: readonly string[] = [];
let load: Load | null = null;
let nextHost = 0;

const tell = (message: FromCrowd): void => void process.send!(message);
const present = (): Phase => phases.at(-1)!;
const count = (counts: Record<string, number>, what: string): void => {
  counts[what] = (counts[what] ?? 0) + 1;
};

function carryOut(message: ToCrowd): Promise<void> | void {
  switch (message.type) {
    case 'start':
      hosts = message.hosts;
      return start(message);
    case 'hosts':
      hosts = message.hosts;
      return;
    case 'phase':
      phases.push(new Phase(message.name));
      return;
    case 'moved':
      return noteMoved(new Set(message.shards), message.atMs);
    case 'settle':
      return settle();
  }
}

async function start({ name, pairs, rate, issuer }: Extract<ToCrowd, { type: 'start' }>): Promise<void> {
  let connecting = 0;
  const connect = async (_person: string, options: Partial<ClientOptions> = {}): Promise<SkeinClient> => {
    while (connecting >= connectAtOnce) await delay(5);
    connecting++;
    try {
      return await online(options);
    } finally {
      connecting--;
    }
  };
  const onAcknowledged = ({ client, conversationId }: Seat, ms: number): void => {
    present().acknowledged++;
    present().latency.record(1_000 * ms);
    if (!reconnecting.has(client)) recent.add(shardOf(conversationId), ms);
  };
  const door = { connect, issuer: { token: (person: string) => tokenOf(`${name}_${person}`, issuer) } };
  load = await Load.start(door, { pairs, rate, onAcknowledged });
  setInterval(() => scroll(load!.seats), 1_000 / scrollsPerSecond);
  setInterval(() => {
    const at = load!.seats.filter(({ client }) => client.state.name === 'online').length;
    tell({ type: 'progress', acknowledged: load!.acknowledgedCount, online: at });
  }, progressEveryMs);
  tell({ type: 'ready' });
}

async function online(options: Partial<ClientOptions>): Promise<SkeinClient> {
  const client = new SkeinClient({
    url: '',
    deviceId: crypto.randomUUID(),
    clientName: 'drill',
    token: () => Promise.reject(new Error('no token')),
    openSocket: () => new WebSocket(hosts[nextHost++ % hosts.length]!) as never,
    ...options,
  });
  client.on('state', (state) => {
    if (state.name === 'waiting') {
      count(present().closes, state.reason);
      reconnecting.add(client);
      setTimeout(() => reconnecting.delete(client), recentMs);
    }
    if (state.name === 'stopped') count(present().errors, `stopped: ${state.reason}`);
  });
  client.connect();
  await eventually(() => client.state.name === 'online', { timeoutMs: 60_000 });
  return client;
}

/** As an app does that comes back: it has its token still. */
const tokens = new Map<string, string>();

async function tokenOf(subject: string, issuer: string): Promise<string> {
  const known = tokens.get(subject);
  if (known) return known;
  const answer = await fetch(`${issuer}/tokens`, { method: 'POST', body: JSON.stringify([subject]) });
  const [token] = (await answer.json()) as [string];
  tokens.set(subject, token);
  return token;
}

/** Requests of people besides sending; nothing repeats them, so a failure is one that people see. */
function scroll(seats: readonly Seat[]): void {
  const { client, conversationId } = seats[Math.floor(Math.random() * seats.length)]!;
  if (client.state.name !== 'online') return;
  let lost = false;
  const stop = client.on('state', () => (lost = true));
  client.history(conversationId, 'before', 1_000_000).then(stop, (error: { code?: string }) => {
    stop();
    if (!lost) count(present().errors, `history: ${error.code ?? String(error)}`);
  });
}

async function noteMoved(shards: ReadonlySet<number>, atMs: number): Promise<void> {
  await delay(lookBackAfterMs);
  pausesMs.push(...recent.heldUp(shards, atMs));
}

async function settle(): Promise<void> {
  const crowd = load!;
  await crowd.settle();
  const history = await crowd.history();
  const report: CrowdReport = {
    sent: crowd.sent.size,
    acknowledged: new Set(crowd.acknowledged.map(({ key }) => key)).size,
    refused: crowd.refused.length,
    delivered: history.observations.reduce((sum, { events }) => sum + events.length, 0),
    conversationIds: crowd.conversationIds,
    // Rows in PostgreSQL are compared by count, over all crowds; journals are gone by then.
    violations: violations(history),
    phases: phases.map((phase) => phase.report),
    pausesMs,
  };
  tell({ type: 'settled', report });
  crowd.close();
}

process.on('message', (message: ToCrowd) => {
  Promise.resolve(carryOut(message)).catch((error: unknown) => {
    tell({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
process.on('disconnect', () => process.exit(0));
