// A whole Skein on one machine, in the order its parts need each other: PostgreSQL, NATS and the web client side by
// side, then the schema, then the supervisor. What dies by itself is started again.
import path from 'node:path';
import { formatListen } from '../../cluster/listen-address.ts';
import { FolderBlobStore } from '../../storage/blobs/folder-blob-store.ts';
import { migrate } from '../../storage/postgres/migrate.ts';
import { EmbeddedError, sentenceOf } from './embedded-error.ts';
import { writeInstanceRecord } from './instance-record.ts';
import type { InstanceParts } from './instance-parts.ts';
import { keepRunning, type Kept } from './keep-running.ts';
import { freePort, requireFreePort } from './ports.ts';
import type { Progress, ProgressStep } from './progress.ts';
import { diskFoldersOf, untilRoom } from './room.ts';
import { keepLogsBounded } from './log-files.ts';
import type { StartOptions } from './start-options.ts';
import type { StateFolder } from './state-folder.ts';
import { patience, prepareNats, preparePostgres } from './stores.ts';
import { startSupervisor, type RunningSupervisor } from './supervisor-process.ts';
import { buildWebClient } from './web-build.ts';

export interface Instance {
  readonly url: string;
  readonly databaseUrl: string;
  readonly supervisor: Kept<RunningSupervisor>;
  readonly logsDir: string;
  /** Resolves with a sentence when a part could not be kept running. */
  readonly gaveUp: Promise<string>;
}

export interface InstanceOptions {
  options: StartOptions;
  progress: Progress;
  supervisorMain: string;
}

/** Starts everything, leaving in `parts` what has to be stopped; throws EmbeddedError with what to do. */
export async function startInstance(
  { options, progress, supervisorMain }: InstanceOptions,
  parts: InstanceParts,
): Promise<Instance> {
  const { listen } = options;
  const folders = diskFoldersOf(options.stateDir);
  await untilRoom({ folders, note: progress.note.bind(progress), isOver: () => parts.stopping });
  const folder = parts.takeFolder(options.stateDir);
  await requireFreePort(listen.port, {
    host: listen.host,
    purpose: 'Skein',
    setting: '--port or SKEIN_LISTEN',
  });
  const blobDir = process.env['SKEIN_BLOB_DIR'] || path.join(options.stateDir, 'blobs');
  await requireBlobDir(blobDir);
  const started = [
    inStep(progress.step('PostgreSQL'), (step) => preparePostgres({ options, progress, step }, parts)),
    inStep(progress.step('NATS'), (step) => prepareNats({ options, progress, step }, parts)),
    inStep(progress.step('Web client'), (step) => prepareWebClient(options.webDir, folder, step)),
  ] as const;
  // Waits for all, so that nothing is still starting while the rest is being stopped.
  await Promise.allSettled(started);
  const [postgres, nats, webDir] = await Promise.all(started);
  await inStep(progress.step('Schema'), (step) => prepareSchema(postgres.url, step));
  const identityPort = await freePort();
  const settings = settingsFor(options, { webDir, blobDir, identityPort });
  const env = { ...process.env, ...settings, DATABASE_URL: postgres.url, NATS_URL: nats.url };
  const { namespace } = options;
  // Before anything serves: the CLI may be needed to get that far.
  const reachable = { databaseUrl: postgres.url, natsUrl: nats.url, namespace };
  writeInstanceRecord(folder.dir, { url: options.publicUrl, ...reachable, environment: settings });
  const supervisor = await inStep(progress.step('Supervisor'), (step) =>
    prepareSupervisor({ supervisorMain, env, logsDir: folder.logsDir, progress, options, step }, parts),
  );
  keepLogsBounded(['supervisor', 'postgres', 'nats'].map((name) => path.join(folder.logsDir, `${name}.log`)));
  const url = supervisor.current().url;
  const gaveUp = Promise.race([postgres.gaveUp, nats.gaveUp, supervisor.gaveUp]);
  return { url, databaseUrl: postgres.url, supervisor, logsDir: folder.logsDir, gaveUp };
}

/** Workers would end one after the other over a folder that they cannot use. */
async function requireBlobDir(blobDir: string): Promise<void> {
  try {
    await FolderBlobStore.open(blobDir);
  } catch (cause) {
    throw new EmbeddedError(`Skein did not start: ${sentenceOf(cause)}.`, { cause });
  }
}

async function prepareWebClient(
  given: string | undefined,
  folder: StateFolder,
  step: ProgressStep,
): Promise<string> {
  if (given !== undefined) {
    step.done(`yours, from ${given}`);
    return given;
  }
  step.say('looking whether it must be built');
  const { dir, outcome } = await buildWebClient(folder.logsDir);
  if (outcome === 'absent') step.warn('not there; only the API is served');
  else step.done(outcome === 'built' ? 'built' : 'up to date');
  return dir;
}

async function prepareSchema(databaseUrl: string, step: ProgressStep): Promise<void> {
  step.say('migrating');
  const applied = await migrate(databaseUrl).catch((cause: unknown) => {
    throw new EmbeddedError(`The database could not be migrated: ${sentenceOf(cause)}`, { cause });
  });
  step.done(applied.length === 0 ? 'up to date' : `${applied.length} migrations applied`);
}

interface PreparingSupervisor {
  supervisorMain: string;
  env: NodeJS.ProcessEnv;
  logsDir: string;
  progress: Progress;
  options: StartOptions;
  step: ProgressStep;
}

async function prepareSupervisor(
  { supervisorMain: main, env, logsDir, progress, options, step }: PreparingSupervisor,
  parts: InstanceParts,
): Promise<Kept<RunningSupervisor>> {
  const start = () =>
    startSupervisor({ main, env, logFile: path.join(logsDir, 'supervisor.log'), onProgress: step.say });
  const kept = parts.add(
    await keepRunning({ name: 'The supervisor', start, ...patience(options, progress) }),
  );
  step.done(`runs as process ${kept.current().pid}`);
  return kept;
}

/** Settings of its processes besides the addresses of NATS and PostgreSQL. */
function settingsFor(
  { listen, publicUrl, stateDir, workers }: StartOptions,
  places: { webDir: string; blobDir: string; identityPort: number },
): Record<string, string> {
  return {
    SKEIN_LISTEN: formatListen(listen),
    SKEIN_PUBLIC_URL: publicUrl,
    SKEIN_STATE_DIR: stateDir,
    SKEIN_WORKERS: String(workers),
    SKEIN_WEB_DIR: places.webDir,
    SKEIN_BLOB_DIR: places.blobDir,
    SKEIN_IDENTITY_PORT: process.env['SKEIN_IDENTITY_PORT'] ?? String(places.identityPort),
    SKEIN_ADMIN_BASE_PORT: process.env['SKEIN_ADMIN_BASE_PORT'] ?? '0',
  };
}

export async function inStep<T>(step: ProgressStep, work: (step: ProgressStep) => Promise<T>): Promise<T> {
  try {
    return await work(step);
  } catch (error) {
    step.fail(sentenceOf(error));
    throw error;
  }
}
