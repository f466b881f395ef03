// The two server processes of a set-up, and what they need besides, ready for clients.
import path from 'node:path';
import { Team } from '../idle/asked-process.ts';
import { startCentrifugo } from './centrifugo.ts';
import type { DialectName } from './dialects.ts';
import { startEjabberd } from './ejabberd.ts';
import type { PeerServers } from './peer-servers.ts';
import { startRedis } from './redis.ts';
import { startSkein, type SkeinWishes } from './skein-server.ts';
import type { SocketIoServer } from './socketio-server.ts';
import { startFloor, startUws } from './uws-servers.ts';

const processes = 2;

/** @param started gets what has to be stopped, as soon as it is started */
export function startServers(
  dialect: DialectName,
  wishes: Omit<SkeinWishes, 'workers'>,
  started: AsyncDisposable[],
): Promise<PeerServers> {
  switch (dialect) {
    case 'skein':
      return startSkein({ workers: processes, ...wishes }, started);
    case 'uws':
      return startUws(started);
    case 'floor':
      return startFloor(started);
    case 'socketIoBinary':
    case 'socketIoText':
      return startSocketIo(started);
    case 'centrifugo':
      return startCentrifugo(wishes, started);
    case 'ejabberd':
      return startEjabberd(wishes.people, started);
  }
}

async function startSocketIo(started: AsyncDisposable[]): Promise<PeerServers> {
  const redis = await startRedis();
  started.push(redis);
  const file = path.join(import.meta.dirname, 'socketio-server.ts');
  const team = new Team<SocketIoServer>(processes, { name: 'Socket.IO server', file, env: production });
  started.push(team);
  const ports = await team.ask('start', () => ({ redisUrl: redis.url }));
  return { urls: ports.map(urlOf), pids: team.pids, redisPid: redis.pid, redisVersion: redis.version };
}

const production = { NODE_ENV: 'production' };

function urlOf(port: number): string {
  return `ws://127.0.0.1:${port}`;
}
