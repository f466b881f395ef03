// The comparison: each set-up is started anew for the pairs and for the room, so that neither leaves anything behind for
// the other, and all of them get the same load from the same generators.
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nowUs } from '../clock.ts';
import { Team } from '../idle/asked-process.ts';
import { UsageMeter } from '../machine/usage.ts';
import type { Run } from '../scenario.ts';
import type { DialectName } from './dialects.ts';
import type { ConnectRequest, PeerGenerator, PeerResults } from './generator.ts';
import type { PeersOptions } from './options.ts';
import type { PeerServers } from './peer-servers.ts';
import { startServers } from './servers.ts';

/** Processor seconds in the measured interval; null where they cannot be read. */
export interface PeerCpu {
  readonly servers: number | null;
  readonly redis: number | null;
  readonly generators: number | null;
  /** Of all else on the machine: where this is much, the rest could not do what it can. */
  readonly others: number | null;
}

export interface PartMeasurement {
  readonly results: readonly PeerResults[];
  /** On the clock that all processes share. */
  readonly measuredFromUs: number;
  /** Deliveries of messages that were refused. */
  readonly refusedYetDelivered: number;
  readonly cpu: PeerCpu;
}

export interface PeerMeasurement {
  readonly dialect: DialectName;
  readonly redisVersion: string | null;
  readonly software: string | null;
  readonly pairs: PartMeasurement;
  readonly room: PartMeasurement;
}

interface Times {
  readonly startUs: number;
  readonly measuredFromUs: number;
  readonly measuredUntilUs: number;
}

interface Connected {
  readonly servers: PeerServers;
  readonly team: Team<PeerGenerator>;
}

const startInMs = 500;
/** Until the adapters have found each other and read their streams. */
const settleMs = 1_000;

export class PeersScenario {
  readonly #options: PeersOptions;
  readonly #run: Run;

  constructor(options: PeersOptions, run: Run) {
    this.#options = options;
    this.#run = run;
  }

  async run(): Promise<PeerMeasurement[]> {
    const measured: PeerMeasurement[] = [];
    for (const dialect of this.#options.dialects) {
      const pairs = await this.#part(dialect, 'pairs');
      const room = await this.#part(dialect, 'room');
      const { redisVersion, software } = pairs;
      measured.push({ dialect, redisVersion, software, pairs, room });
    }
    return measured;
  }

  async #part(
    dialect: DialectName,
    part: 'pairs' | 'room',
  ): Promise<PartMeasurement & Pick<PeerMeasurement, 'redisVersion' | 'software'>> {
    const { progress, started } = this.#run;
    const { warmup, seconds, generators } = this.#options;
    // Stopped at the end of the part, and by the run if it does not come to that.
    const before = started.length;
    progress.say(`Starting ${dialect}`);
    const { connections, members } = this.#options;
    const inRoom = part === 'room';
    const people = inRoom ? members : connections;
    const servers = await startServers(dialect, { people, inRoom }, started);
    const file = path.join(import.meta.dirname, 'generator.ts');
    const team = new Team<PeerGenerator>(generators, { name: 'Generator', file });
    started.push(team);
    await team.ask('connect', (generator) => this.#connectRequest(dialect, part, servers, generator));
    await delay(settleMs);
    progress.say(`Measuring ${part} of ${dialect}`, `${warmup} + ${seconds} s`);
    const startUs = Math.round(nowUs()) + startInMs * 1_000;
    const measuredFromUs = startUs + warmup * 1_000_000;
    const times = { startUs, measuredFromUs, measuredUntilUs: measuredFromUs + seconds * 1_000_000 };
    const [cpu, results] = await Promise.all([
      measureCpu({ servers, team }, times),
      this.#load(team, part, times),
    ]);
    const refusals = results.flatMap((each) => each.refusals);
    const yetDelivered = await team.ask('deliveriesOf', () => refusals);
    const refusedYetDelivered = yetDelivered.reduce((sum, count) => sum + count, 0);
    for (const each of started.splice(before).toReversed()) await each[Symbol.asyncDispose]();
    const { redisVersion, software = null } = servers;
    return { measuredFromUs, cpu, results, refusedYetDelivered, redisVersion, software };
  }

  #load(team: Team<PeerGenerator>, part: 'pairs' | 'room', times: Times): Promise<PeerResults[]> {
    const { rate, window, bytes, members } = this.#options;
    const turn = (index: number) => ({ index, of: team.members.length });
    return part === 'pairs'
      ? team.ask('pairs', (index) => ({ rate, bytes, turn: turn(index), ...times }))
      : team.ask('room', () => ({ window, bytes, members, ...times }));
  }

  /**
   * Both sides of a pair are at different servers, and so is half of each generator's share of the room, so that every
   * direct message and every message of the room crosses from one server to the other.
   */
  #connectRequest(
    dialect: DialectName,
    part: 'pairs' | 'room',
    { urls, seats }: PeerServers,
    generator: number,
  ): ConnectRequest {
    const { connections, members, generators } = this.#options;
    const inRoom = part === 'room';
    const people = [];
    for (let person = generator; person < (inRoom ? members : connections); person += generators) {
      const place = inRoom ? Math.floor(person / generators) + generator : person;
      people.push({ person, server: place % urls.length, seat: seats?.[person] });
    }
    return { dialect, urls, people, inRoom };
  }
}

async function measureCpu(
  { servers, team }: Connected,
  { measuredFromUs, measuredUntilUs }: Times,
): Promise<PeerCpu> {
  const { pids, redisPid } = servers;
  await delay((measuredFromUs - nowUs()) / 1_000);
  const meters = [pids, redisPid === null ? [] : [redisPid], team.pids].map((group) =>
    UsageMeter.start(group),
  );
  await delay((measuredUntilUs - nowUs()) / 1_000);
  const usages = meters.map((meter) => meter?.stop());
  const [ofServers, ofRedis, ofGenerators] = usages.map((usage) =>
    usage ? usage.groups.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) : null,
  );
  const busy = usages[0]?.busySeconds;
  const known = (ofServers ?? 0) + (ofRedis ?? 0) + (ofGenerators ?? 0);
  return {
    servers: ofServers!,
    redis: redisPid === null ? null : ofRedis!,
    generators: ofGenerators!,
    others: busy === undefined ? null : Math.max(0, busy - known),
  };
}
