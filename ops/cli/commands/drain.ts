// `skein drain`: takes shards and sockets away from a host or place, so that it can be ended without anyone noticing.
import type { Command } from 'commander';
import { drained, drainOf, hostOf } from '../../../cluster/fabric/operations/intent.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { contentsOf, describeContents, isEmpty, rolesLeftEmpty } from '../cluster/emptying.ts';
import { covers, hostOrPlace, type Whereabouts } from '../cluster/names.ts';
import { readState, type ClusterState } from '../cluster/snapshot.ts';
import { durationOption, examples, jsonOption, onCluster, yesOption } from '../command-line.ts';
import { badNews } from '../errors.ts';
import { follow, interruptible } from '../follow.ts';
import { consent, type ConsentOptions } from '../terminal/ask.ts';
import { formatDuration } from '../terminal/durations.ts';
import { listed } from '../terminal/numbers.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { Progress } from '../terminal/progress.ts';

interface Options extends OutputOptions, ConsentOptions {
  readonly over: number;
  readonly wait?: boolean;
}

/** Beyond the time over which sockets leave: stubborn ones, and a lagging projection. */
const patienceMs = 60_000;

export function addDrain(program: Command): void {
  const command = program
    .command('drain')
    .argument('<host|place>', 'a host, or one worker as host/number')
    .description(
      'take all shards and sockets away from a host or worker; it lasts until undrain, over restarts',
    )
    .addOption(durationOption('--over <time>', 'the time over which sockets are sent elsewhere', '30s'))
    .option('--wait', 'wait until nothing is left there')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(onCluster(drain));
  examples(
    command,
    ['skein drain two/1 --wait', 'skein drain two --over 2m --wait --yes && ssh two systemctl stop skein'],
    'A whole host asks first. Refused where nobody with the role actors, or gateway, would be left.',
  );
}

async function drain(access: ClusterAccess, name: string, options: Options): Promise<void> {
  const state = await readState(access);
  const where = hostOrPlace(state, name);
  refuseToEmpty(state, where);
  const before = await contentsOf(access, where);
  if (where.kind === 'host') {
    const there = describeContents(before).replace(/ left/, '');
    await consent(
      options,
      `Host ${name} will be drained over ${formatDuration(options.over)}: ${there} there.`,
    );
  }
  await access.changeIntent((intent) => drained(intent, name, { sinceMs: Date.now(), overMs: options.over }));
  const after = options.wait ? await untilEmpty(access, where, options.over) : null;
  const answer = { drained: name, over: options.over, before, after: after?.contents ?? null };
  print(options, answer, () => {
    if (after)
      return `${name} is empty after ${formatDuration(after.tookMs)}. skein undrain ${name} when it may serve again.`;
    return `${name} is being drained: ${describeContents(before)}. skein drain ${name} --wait follows; skein undrain ${name} ends it.`;
  });
}

function refuseToEmpty(state: ClusterState, where: Whereabouts): void {
  const left = rolesLeftEmpty(state, ({ place }) => covers(where, place));
  if (left.length === 0) return;
  throw badNews(
    `Refused: without ${where.name}, no worker with the role ${listed(left)} would be left to serve. Start another host, or undrain one, first.`,
  );
}

async function untilEmpty(access: ClusterAccess, where: Whereabouts, overMs: number) {
  const startedMs = performance.now();
  let contents = await contentsOf(access, where);
  const look = async () => {
    contents = await contentsOf(access, where);
    return { done: isEmpty(contents), say: `${where.name}: ${describeContents(contents)}` };
  };
  const progress = new Progress();
  const outcome = await interruptible((signal) =>
    follow(look, { progress, withinMs: overMs + patienceMs, signal }),
  );
  const tookMs = performance.now() - startedMs;
  const { name } = where;
  if (outcome === 'interrupted') {
    throw badNews(`Not waiting any longer; ${name} goes on being drained. skein undrain ${name} ends that.`);
  }
  if (outcome === 'late') {
    throw badNews(
      `${name} is not empty after ${formatDuration(tookMs)}: ${describeContents(contents)}. It stays drained; skein status may say why.`,
    );
  }
  return { contents, tookMs };
}

/** Why a place is drained, for people: by itself, or as part of its host. */
export function drainedAs(state: ClusterState, place: string): string | null {
  if (place in state.intent.drains) return place;
  return drainOf(state.intent, place) ? hostOf(place) : null;
}
