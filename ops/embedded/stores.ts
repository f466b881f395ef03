// The two stores an instance cannot do without: the operator's own when their address is set, else embedded ones.
import { clusterSecretFile as clusterSecretFileOf } from '../../cluster/cluster-secret.ts';
import type { InstanceParts } from './instance-parts.ts';
import { keepRunning } from './keep-running.ts';
import { findNatsServer } from './nats-binary.ts';
import { startNats } from './nats.ts';
import { outsideOf } from './outside-data.ts';
import { freePort, isPortFree } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { diskFoldersOf, untilRoom } from './room.ts';
import type { Progress, ProgressStep } from './progress.ts';
import type { StartOptions } from './start-options.ts';

const defaultPorts = { postgres: 15_432, nats: 14_222 };

export interface Store {
  url: string;
  gaveUp: Promise<string>;
}

export interface Preparing {
  options: StartOptions;
  progress: Progress;
  step: ProgressStep;
}

const never = new Promise<string>(() => undefined);

/** Yours if DATABASE_URL names one, else ours, kept running. */
export async function preparePostgres(
  { options, progress, step }: Preparing,
  parts: InstanceParts,
): Promise<Store> {
  const { stateDir, databaseUrl } = options;
  if (databaseUrl !== undefined) {
    step.done(`yours, at ${new URL(databaseUrl).host}`);
    return { url: databaseUrl, gaveUp: never };
  }
  const port = options.postgresPort ?? (await preferredPort(defaultPorts.postgres));
  const start = () => startPostgres({ stateDir, port, onProgress: step.say });
  const kept = parts.add(await keepRunning({ name: 'PostgreSQL', start, ...patience(options, progress) }));
  const outside = outsideOf(stateDir);
  step.done(outside === null ? `on port ${port}` : `on port ${port}; its data is in ${outside}`);
  return { url: kept.current().url, gaveUp: kept.gaveUp };
}

/** Yours if NATS_URL names one, else ours, kept running. */
export async function prepareNats(
  { options, progress, step }: Preparing,
  parts: InstanceParts,
): Promise<Store> {
  const { stateDir, natsUrl, natsServer, namespace } = options;
  if (natsUrl !== undefined) {
    step.done('yours, as NATS_URL says');
    return { url: natsUrl, gaveUp: never };
  }
  const binary = await findNatsServer({ explicit: natsServer, onProgress: step.say });
  if (binary.warning !== undefined) progress.note(binary.warning);
  const port = options.natsPort ?? (await preferredPort(defaultPorts.nats));
  const clusterSecretFile = clusterSecretFileOf(process.env, stateDir);
  const start = () =>
    startNats({ stateDir, port, binary, clusterSecretFile, namespace, onProgress: step.say });
  const kept = parts.add(await keepRunning({ name: 'NATS', start, ...patience(options, progress) }));
  const done = `${kept.current().version} on port ${port}`;
  if (binary.warning === undefined) step.done(done);
  else step.warn(`${done}, too old to be safe`);
  return { url: kept.current().url, gaveUp: kept.gaveUp };
}

/** For `keepRunning`: says what happens, and takes no start for a failed one while the disk is full. */
export function patience({ stateDir }: StartOptions, progress: Progress) {
  const note = progress.note.bind(progress);
  const folders = diskFoldersOf(stateDir);
  return { note, untilPossible: (isOver: () => boolean) => untilRoom({ folders, note, isOver }) };
}

/** The usual port when nothing else has it; nobody outside depends on which it is. */
async function preferredPort(port: number): Promise<number> {
  return (await isPortFree(port)) ? port : freePort();
}
