// `skein roll`: a rolling restart of the workers.
import type { Command } from 'commander';
import { undrained } from '../../../cluster/fabric/operations/intent.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import type { Member } from '../cluster/facts.ts';
import { hostNamed } from '../cluster/names.ts';
import { readState } from '../cluster/snapshot.ts';
import { durationOption, examples, jsonOption, onCluster, yesOption } from '../command-line.ts';
import { badNews, wrongUse } from '../errors.ts';
import { interruptible } from '../follow.ts';
import { workersToRoll, type RollRecord, type RollScope } from '../roll-plan.ts';
import { rollKey } from '../../../cluster/fabric/operations/intent.ts';
import { LeftDrained, RollStopped, rollWorker, whyNotRoll, type RollOptions } from '../rolling.ts';
import { consent, type ConsentOptions } from '../terminal/ask.ts';
import { formatDuration, parseMoment } from '../terminal/durations.ts';
import { plural } from '../terminal/numbers.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { Progress } from '../terminal/progress.ts';

interface Options extends OutputOptions, ConsentOptions {
  readonly host?: string;
  readonly over: number;
  readonly stepTimeout: number;
  readonly since?: string;
  readonly resume?: boolean;
}

interface Rolled {
  readonly place: string;
  readonly before: string;
  readonly after: string;
  readonly tookMs: number;
}

export function addRoll(program: Command): void {
  const command = program
    .command('roll')
    .description(
      'restart every worker, one at a time, without anyone noticing: for a new release or new settings',
    )
    .option('--host <host>', 'only the workers of this host')
    .addOption(
      durationOption('--over <time>', 'the time over which each one’s sockets are sent elsewhere', '10s'),
    )
    .addOption(durationOption('--step-timeout <time>', 'what each part of a step may take', '2m'))
    .option(
      '--since <time>',
      'only workers that have not restarted since: 2026-05-01T12:00:00Z, or 10m for ten minutes ago',
    )
    .option('--resume', 'go on with the last roll where it stopped')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(onCluster(roll));
  examples(
    command,
    ['skein roll', 'skein roll --host one --over 30s --yes', 'skein roll --resume'],
    'Each step: drain the worker, restart it, undrain it, wait until it has its share of shards again. Ctrl-C undrains and\nstops. Supervisors, projectors and identity providers go on: they start anew with their host’s service.',
  );
}

async function roll(access: ClusterAccess, options: Options): Promise<void> {
  const state = await readState(access);
  const scope = await scopeOf(access, options, () => hostNamed(state, options.host!));
  const workers = workersToRoll(state, scope);
  if (workers.length === 0) {
    if (scope.of) await access.kv.delete(rollKey);
    return print(options, { rolled: [] }, () => 'Nothing to do: no worker is left to restart.');
  }
  const obstacle = workers.map((worker) => whyNotRoll(state, worker)).find((reason) => reason !== null);
  if (obstacle) throw badNews(`Refused: ${obstacle}.`);
  const hosts = new Set(workers.map(({ host }) => host));
  await consent(
    options,
    `${plural(workers.length, 'worker')} on ${plural(hosts.size, 'host')} will be restarted, one at a time; at least ${formatDuration(workers.length * options.over)}.`,
  );
  const record: RollRecord = {
    startedAtMs: scope.of?.startedAtMs ?? Date.now(),
    incarnations: scope.of?.incarnations ?? workers.map(({ incarnation }) => incarnation),
  };
  const rolled = await rollEach(access, workers, record, options);
  await access.kv.delete(rollKey);
  print(options, { rolled }, () => `${plural(rolled.length, 'worker')} restarted.`);
}

async function scopeOf(access: ClusterAccess, options: Options, host: () => string): Promise<RollScope> {
  const { since, resume } = options;
  if (since !== undefined && resume) throw wrongUse('Either --since or --resume.');
  const of = resume ? (await access.kv.get<RollRecord>(rollKey))?.value : undefined;
  if (resume && !of) throw badNews('There is no roll to resume: the last one was completed.');
  // It was killed before it could do so itself.
  const { draining } = of ?? {};
  if (draining) await access.changeIntent((intent) => undrained(intent, draining));
  return {
    ...(options.host !== undefined && { host: host() }),
    ...(since !== undefined && { sinceMs: parseMoment(since, Date.now()) }),
    ...(of && { of }),
  };
}

function rollEach(
  access: ClusterAccess,
  workers: readonly Member[],
  record: RollRecord,
  options: Options,
): Promise<Rolled[]> {
  const progress = new Progress();
  const remember = (now: RollRecord) => access.kv.put(rollKey, now);
  return interruptible(async (signal) => {
    signal.addEventListener('abort', () =>
      progress.note('Stopping; Ctrl-C once more would leave it drained.'),
    );
    await remember(record);
    const how: RollOptions = {
      overMs: options.over,
      stepWithinMs: options.stepTimeout,
      progress,
      signal,
      onDrain: async (place) => void (await remember({ ...record, draining: place })),
    };
    const rolled: Rolled[] = [];
    for (const worker of workers) {
      const startedMs = performance.now();
      const { place, incarnation: before } = worker;
      try {
        const after = await rollWorker(access, worker, how);
        const tookMs = Math.round(performance.now() - startedMs);
        rolled.push({ place, before, after, tookMs });
        progress.note(
          `${rolled.length} of ${workers.length}: ${place} restarted as ${after} in ${formatDuration(tookMs)}`,
        );
      } catch (error) {
        throw stopped(error, place, rolled.length, workers.length);
      }
      if (signal.aborted) throw stopped(new RollStopped('interrupted'), place, rolled.length, workers.length);
    }
    return rolled;
  });
}

function stopped(error: unknown, place: string, done: number, of: number): Error {
  if (!(error instanceof RollStopped)) return error as Error;
  const left =
    error instanceof LeftDrained ? '' : '; the cluster serves on, and nothing is left drained by this';
  return badNews(
    `Stopped at ${place}: ${error.message}. ${done} of ${plural(of, 'worker')} restarted${left}. Go on with: skein roll --resume`,
  );
}
