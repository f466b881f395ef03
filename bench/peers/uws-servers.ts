// Starts the two processes of a set-up on bare uWebSockets.js and joins them.
import path from 'node:path';
import { Team } from '../idle/asked-process.ts';
import { startOwnNats } from './embedded-part.ts';
import type { FloorServer } from './floor-server.ts';
import type { PeerServers } from './peer-servers.ts';
import type { LinkHandlers } from './uws-link.ts';

const processes = 2;
const production = { NODE_ENV: 'production' };

export async function startUws(started: AsyncDisposable[]): Promise<PeerServers> {
  const team = teamOf<LinkHandlers>('uWebSockets.js server', 'uws-server.ts', started);
  return joined(team, await team.ask('start', () => ({})));
}

export async function startFloor(started: AsyncDisposable[]): Promise<PeerServers> {
  const nats = await startOwnNats();
  started.push(nats);
  const team = teamOf<FloorServer>('Floor server', 'floor-server.ts', started);
  await team.ask('open', (index) => ({ natsUrl: nats.url, index, of: processes }));
  const servers = await joined(team, await team.ask('start', () => ({})));
  return { ...servers, pids: [...servers.pids, nats.pid] };
}

function teamOf<Program extends LinkHandlers>(
  name: string,
  file: string,
  started: AsyncDisposable[],
): Team<Program> {
  const options = { name, file: path.join(import.meta.dirname, file), env: production };
  const team = new Team<Program>(processes, options);
  started.push(team);
  return team;
}

/** @param ports for clients */
async function joined(team: Team<LinkHandlers>, ports: readonly number[]): Promise<PeerServers> {
  const linkPorts = await team.ask('linkPort', () => ({}));
  await team.ask('meet', (index) => linkPorts[1 - index]!);
  const urls = ports.map((port) => `ws://127.0.0.1:${port}`);
  return { urls, pids: team.pids, redisPid: null, redisVersion: null };
}
