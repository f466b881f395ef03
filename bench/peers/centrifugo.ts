// Centrifugo with its history in a Redis of its own: one node, which uses all cores.
import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram, type FoundProgram } from './found-program.ts';
import { startProcess } from './own-process.ts';
import type { PeerServers } from './peer-servers.ts';
import { startRedis } from './redis.ts';
import type { Seat } from './skein-dialect.ts';

interface CentrifugoProgram extends FoundProgram {
  readonly version: string;
}

/** Throws BenchError with what to do when there is none to be had. */
export function findCentrifugo(env?: NodeJS.ProcessEnv): Promise<CentrifugoProgram> {
  return findProgram<CentrifugoProgram>('centrifugo-program.ts', env);
}

interface Wishes {
  readonly people: number;
  readonly inRoom: boolean;
}

export async function startCentrifugo(
  { people, inRoom }: Wishes,
  started: AsyncDisposable[],
): Promise<PeerServers> {
  const program = await findCentrifugo();
  const redis = await startRedis(true);
  started.push(redis);
  const secret = randomBytes(32).toString('hex');
  const node = await startProcess(program, 'centrifugo', ({ port, folder }) => {
    const configFile = path.join(folder, 'config.json');
    writeFileSync(configFile, JSON.stringify(settings(port, redis.url, secret)));
    return { args: ['--config', configFile] };
  });
  started.push(node);
  return {
    urls: [`ws://127.0.0.1:${node.port}`],
    pids: [node.pid],
    redisPid: redis.pid,
    redisVersion: redis.version,
    software: `Centrifugo ${program.version}`,
    seats: Array.from({ length: people }, (_, person) => seatOf(person, inRoom, secret)),
  };
}

const digitsOfPair = 8;

/** A pair has a channel as the room has, so that there is a history of each conversation. */
function seatOf(person: number, inRoom: boolean, secret: string): Seat {
  const pair = String(Math.floor(person / 2)).padStart(digitsOfPair, '0');
  return { token: tokenOf(`peer_${person}`, secret), conversationId: inRoom ? 'room' : `pair_${pair}` };
}

/** A JWT without an end. */
function tokenOf(user: string, secret: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: user })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** Its defaults but for what is said in README.md. */
function settings(port: number, redisUrl: string, secret: string): object {
  return {
    http_server: { address: '127.0.0.1', port },
    log: { level: 'warn' },
    engine: { type: 'redis', redis: { address: redisUrl } },
    client: { token: { hmac_secret_key: secret } },
    channel: {
      without_namespace: {
        history_size: 10_000,
        history_ttl: '24h',
        force_recovery: true,
        allow_subscribe_for_client: true,
        allow_publish_for_subscriber: true,
      },
    },
  };
}
