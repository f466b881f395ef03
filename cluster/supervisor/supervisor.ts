// One host's processes: identity provider, projector, workers. Starts them again when they end, tells the leader at
// once when a worker has ended, and is a candidate for leadership itself: it has no load that could delay it.
import { join } from 'node:path';
import type { Log } from '../../actors/runtime/ports.ts';
import { JournalStreams } from '../../storage/journal/streams.ts';
import type { ClusterConfig } from '../config.ts';
import { Leader } from '../leader/leader.ts';
import { ClusterKv } from '../membership/cluster-kv.ts';
import type { MemberRecord } from '../membership/member.ts';
import { connectNats } from '../nats.ts';
import { systemClock as clock, systemRandom, systemTimers as timers } from '../system-ports.ts';
import { Child } from './child.ts';

export interface RunningSupervisor {
  stop(): Promise<void>;
}

const folder = join(import.meta.dirname, '..');

export async function startSupervisor(
  config: ClusterConfig,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  onProgress: (step: string) => void,
): Promise<RunningSupervisor> {
  onProgress('Connecting to NATS');
  const connection = await connectNats(config.natsUrl, `skein supervisor ${config.host}`);
  const kv = await ClusterKv.open(connection, config.namespace);
  const leader = new Leader({
    connection,
    namespace: config.namespace,
    kv,
    streams: new JournalStreams(connection, config.namespace),
    clock,
    timers,
    log,
    id: config.host,
    workersExpected: config.workers,
  });
  // Whoever is a member on this host already is of a life that has ended.
  for (const [incarnation, { value }] of await kv.list<MemberRecord>('member')) {
    if (value.host === config.host) leader.workerExited(incarnation);
  }
  const child = (
    name: string,
    command: () => { module: string; args: string[] },
    onExit: (args: readonly string[]) => void,
  ) => new Child({ name, command, env, clock, timers, log, onExit });
  const nothing = () => undefined;
  const identity =
    config.identityPort > 0
      ? [child('identity', () => ({ module: join(folder, 'identity/main.ts'), args: [] }), nothing)]
      : [];
  const projector = child(
    'projector',
    () => ({ module: join(folder, 'projector/main.ts'), args: [] }),
    nothing,
  );
  const workers = Array.from({ length: config.workers }, (_, index) => {
    const command = () => {
      // Each life of a worker has a name of its own, and with it a journal of its own.
      const incarnation = `w${systemRandom.uuid().replaceAll('-', '').slice(0, 12)}`;
      return { module: join(folder, 'worker/main.ts'), args: [String(index + 1), incarnation] };
    };
    return child(`worker ${index + 1}`, command, ([, incarnation]) => leader.workerExited(incarnation!));
  });
  onProgress('Starting workers');
  const children = [...identity, projector, ...workers];
  const ready = Promise.all(children.map((each) => each.start()));
  leader.start();
  await ready;
  return {
    async stop() {
      await Promise.all([...identity, ...workers].map((each) => each.stop()));
      await leader.stop();
      await projector.stop();
      await connection.close();
    },
  };
}
