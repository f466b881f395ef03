// The set-ups side by side, for people and for `--json`.
import { sections, type Row } from '../idle/columns.ts';
import { runRows, type RunContext, type Verdict } from '../idle/run-rows.ts';
import { mergeLatencies, type LatencySummary } from '../latency.ts';
import { measuredWith, type MeasuredInterval } from '../machine/host-time.ts';
import type { DialectName } from './dialects.ts';
import type { PeersOptions } from './options.ts';
import type { PartMeasurement, PeerCpu, PeerMeasurement } from './scenario.ts';

/** Messages sent and delivered; rates and processor time are of the measured interval. */
export interface PartResult {
  readonly sent: number;
  /** By the receivers' count, warm-up included. */
  readonly delivered: number;
  /** Deliveries that never came; negative: more came than were due. */
  readonly lost: number;
  readonly outOfOrder: number;
  /** Messages that the servers answered they would not take, by code: nobody is to get them. */
  readonly refused: Readonly<Record<string, number>>;
  readonly refusedYetDelivered: number;
  /** Connections that ended during the run, by the code of their end. */
  readonly closed: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly messagesPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly latency: LatencySummary;
  /** Milliseconds for each delivery. */
  readonly cpuMsPerDelivery: Omit<PeerCpu, 'others'>;
  /** How many times the processor time of another set-up in the same run it took; those that did not run are missing. */
  readonly cpuTimesThatOf: Readonly<Partial<Record<Reference, number>>>;
  /** Cores that were taken by nobody of the comparison; null where it cannot be read. */
  readonly othersCores: number | null;
}

/** Bounds of what can be done on this stack: without any promise, and with a durable and numbered message. */
const references = ['uws', 'floor'] as const satisfies readonly DialectName[];
type Reference = (typeof references)[number];

export interface PeerResult {
  readonly dialect: DialectName;
  readonly redisVersion: string | null;
  readonly software: string | null;
  readonly pairs: PartResult;
  readonly room: PartResult;
}

export interface PeersResult extends RunContext {
  readonly scenario: 'peers';
  readonly options: PeersOptions;
  readonly peers: readonly PeerResult[];
  readonly verdict: Verdict;
}

const names: Record<DialectName, string> = {
  skein: 'Skein',
  socketIoBinary: 'Socket.IO, binary',
  socketIoText: 'Socket.IO, text',
  uws: 'uWebSockets.js alone',
  floor: 'durable floor',
  ejabberd: 'ejabberd',
  centrifugo: 'Centrifugo',
};

/** Parts of the run by name, each with the time that its numbers are of. */
export function measuredParts(
  measured: readonly PeerMeasurement[],
  seconds: number,
): readonly MeasuredInterval[] {
  return measured.flatMap(({ dialect, ...parts }) =>
    (['pairs', 'room'] as const).flatMap((part) =>
      measuredWith({ fromUs: parts[part].measuredFromUs, seconds }, `${names[dialect]}, ${part}`),
    ),
  );
}

export function peersResult(
  context: RunContext,
  options: PeersOptions,
  measured: readonly PeerMeasurement[],
): PeersResult {
  const alone = measured.map(({ dialect, redisVersion, software, pairs, room }): PeerResult => {
    return {
      dialect,
      redisVersion,
      software,
      pairs: partResult(pairs, 1, options.seconds),
      room: partResult(room, options.members, options.seconds),
    };
  });
  const peers = alone.map((peer) => ({
    ...peer,
    pairs: beside(alone, peer, 'pairs'),
    room: beside(alone, peer, 'room'),
  }));
  return { scenario: 'peers', ...context, options, peers, verdict: verdictOf(peers) };
}

/** @param receivers of each message */
export function partResult(
  { results, refusedYetDelivered, cpu }: Omit<PartMeasurement, 'measuredFromUs'>,
  receivers: number,
  seconds: number,
): PartResult {
  type Counted = Exclude<keyof (typeof results)[number], 'latency' | 'refusals' | 'closeCodes'>;
  const sum = (field: Counted) => results.reduce((total, each) => total + each[field], 0);
  const within = sum('deliveredWithin');
  const refusals = results.flatMap((each) => each.refusals);
  const expected = (sum('sent') - refusals.length) * receivers + refusedYetDelivered;
  const perDelivery = (cpuSeconds: number | null) =>
    cpuSeconds === null ? null : (cpuSeconds * 1_000) / Math.max(1, within);
  return {
    sent: sum('sent'),
    delivered: sum('delivered'),
    lost: expected - sum('delivered'),
    outOfOrder: sum('outOfOrder'),
    refused: countsOf(refusals.map(({ code }) => code)),
    refusedYetDelivered,
    closed: countsOf(results.flatMap(({ closeCodes }) => closeCodes)),
    acknowledged: sum('acknowledged'),
    messagesPerSecond: sum('sentWithin') / seconds,
    deliveriesPerSecond: within / seconds,
    latency: mergeLatencies(results.map(({ latency }) => latency)),
    cpuMsPerDelivery: {
      servers: perDelivery(cpu.servers),
      redis: perDelivery(cpu.redis),
      generators: perDelivery(cpu.generators),
    },
    cpuTimesThatOf: {},
    othersCores: cpu.others === null ? null : cpu.others / seconds,
  };
}

function countsOf(codes: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function refusedIn({ refused }: PartResult): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0);
}

function beside(peers: readonly PeerResult[], peer: PeerResult, part: 'pairs' | 'room'): PartResult {
  const own = serverCpuMs(peer[part]);
  const times = references.flatMap((reference) => {
    const other = peers.find(({ dialect }) => dialect === reference);
    const theirs = other ? serverCpuMs(other[part]) : 0;
    return theirs > 0 ? [[reference, own / theirs] as const] : [];
  });
  return { ...peer[part], cpuTimesThatOf: Object.fromEntries(times) };
}

function serverCpuMs({ cpuMsPerDelivery: { servers, redis } }: PartResult): number {
  return (servers ?? 0) + (redis ?? 0);
}

function verdictOf(peers: readonly PeerResult[]): Verdict {
  const parts = peers.flatMap(({ dialect, pairs, room }) => [
    { name: `${names[dialect]}, pairs`, ...pairs },
    { name: `${names[dialect]}, room`, ...room },
  ]);
  const sentences = parts.flatMap(({ name, lost, outOfOrder, delivered, ...part }) => [
    ...refusalSentences(name, part),
    ...(delivered === 0 ? [`FAILED: ${name} delivered nothing.`] : []),
    ...(lost !== 0 ? [`${name} ${lost > 0 ? `lost ${lost}` : `had ${-lost} too many`} deliveries.`] : []),
    ...(outOfOrder > 0
      ? [`${name} had ${outOfOrder} deliveries repeated or out of their sender's order.`]
      : []),
  ]);
  const sound = parts.every(
    ({ lost, outOfOrder, delivered }) => lost === 0 && outOfOrder === 0 && delivered > 0,
  );
  if (sound) sentences.push('OK: every delivery came once, in the order of its sender.');
  return { sound, sentences };
}

function refusalSentences(
  name: string,
  { sent, refused, refusedYetDelivered, closed }: Omit<PartResult, 'lost' | 'outOfOrder' | 'delivered'>,
): string[] {
  const counts = Object.entries(refused);
  const codes = counts.map(([code, count]) => `${count} ${code}`).join(', ');
  const ends = Object.entries(closed).map(([code, count]) => `${count} with ${code}`);
  const late = `; ${refusedYetDelivered} of their deliveries came all the same`;
  return [
    ...(counts.length > 0
      ? [`${name}: of ${sent} messages were refused ${codes}${refusedYetDelivered > 0 ? late : ''}.`]
      : []),
    ...(ends.length > 0
      ? [`${name}: connections ended, ${ends.join(', ')}; what was to go over them counts as lost.`]
      : []),
  ];
}

export function renderPeers(result: PeersResult): string {
  const { options, peers, verdict } = result;
  const { connections, rate, members, window, bytes, warmup, seconds, generators } = options;
  const redis = peers.find(({ redisVersion }) => redisVersion !== null)?.redisVersion;
  const software = peers.flatMap(({ software }) => (software === null ? [] : [['beside', software]]));
  const load =
    `two server processes (of ejabberd and Centrifugo one), ${generators} generators, messages of ${bytes} bytes, ${warmup} s of warm-up and ` +
    `${seconds} s measured`;
  return sections([
    ['Run', [...runRows(result, load), ...(redis ? [['redis', redis]] : []), ...software]],
    [
      `Pairs: ${connections} people, ${rate} direct messages/s, each from one server process to the other where there are two`,
      [
        ['', 'delivered/s', 'p50 ms', 'p95', 'p99', 'max', 'lost', 'refused', ...cpuHeads, ''],
        ...peers.map(({ dialect, pairs }) => row(dialect, pairs, [])),
      ],
    ],
    [
      `Room: ${members} members, as fast as it goes, ${generators} generators with ${window} messages of their members under way each`,
      [
        ['', 'deliveries/s', 'messages/s', 'p50 ms', 'p95', 'p99', 'max', 'lost', 'refused', ...cpuHeads, ''],
        ...peers.map(({ dialect, room }) => row(dialect, room, [room.messagesPerSecond.toFixed(1)])),
      ],
    ],
    [
      'CPU is in microseconds for each delivery; × says how many times that of bare uWebSockets.js and of the durable ' +
        'floor it is, with redis. What each set-up does and does not do: bench/peers/README.md',
      verdict.sentences.map((sentence) => [sentence]),
    ],
  ]);
}

const cpuHeads = ['CPU servers', 'redis', '× uWS', '× floor', 'generators', 'others, cores'];

function row(dialect: DialectName, part: PartResult, more: readonly string[]): Row {
  const { p50Ms, p95Ms, p99Ms, maxMs } = part.latency;
  const { servers, redis, generators } = part.cpuMsPerDelivery;
  const micros = (ms: number | null) => (ms === null ? '' : (ms * 1_000).toFixed(2));
  return [
    names[dialect],
    part.deliveriesPerSecond.toFixed(0),
    ...more,
    ...[p50Ms, p95Ms, p99Ms, maxMs].map((ms) => ms.toFixed(2)),
    String(part.lost),
    String(refusedIn(part)),
    ...[servers, redis].map(micros),
    ...references.map((reference) => part.cpuTimesThatOf[reference]?.toFixed(2) ?? ''),
    micros(generators),
    part.othersCores === null ? '' : part.othersCores.toFixed(2),
    '',
  ];
}
