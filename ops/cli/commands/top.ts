// `skein top`.
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ClusterAccess } from '../cluster/access.ts';
import { durationOption, examples, jsonOption, numberOption, onCluster } from '../command-line.ts';
import { exitCodes, wrongUse } from '../errors.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { readTop } from '../top/reading.ts';
import { sampleOf, type TopSample } from '../top/sample.ts';
import { describeTop, sortOrders, type SortOrder } from '../top/tables.ts';

interface Options extends OutputOptions {
  readonly once?: boolean;
  readonly every: number;
  readonly hot: number;
  readonly sort: string;
}

/** Time that one sample is measured over. */
const sampleOverMs = 1_000;
const everyMinMs = 200;

export function addTop(program: Command): void {
  const command = program
    .command('top')
    .description('a live view: load, latency and lag of each process, and the hottest shards')
    .option('--once', 'one sample as a table, as where there is no terminal')
    .addOption(durationOption('--every <time>', 'between two samples', '2s'))
    .addOption(numberOption('--hot <count>', 'how many of the hottest shards', 0, 100).default(5))
    .option('--sort <column>', `one of ${sortOrders.join(', ')}`, 'place')
    .addOption(jsonOption())
    .action(onCluster(top));
  examples(
    command,
    ['skein top', 'skein top --once --sort p99', 'skein top --json | jq ".workers[] | {place, p99Ms}"'],
    'Keys: q quits, s sorts by the next column, p pauses.\n' +
      'cpu is of one core. late is how late timers run. in: frames from clients; cmds: commands that its shards took;\n' +
      'events: what its shards sent to gateways. p50 to p99: from a command’s arrival at its actor to its answer, since the\n' +
      'last sample, without moved cursors. lag: records of its journal that are not in PostgreSQL yet.',
  );
}

async function top(access: ClusterAccess, options: Options): Promise<void> {
  const by = sortOrders.find((order): order is SortOrder => order === options.sort);
  if (!by) throw wrongUse(`--sort ${options.sort}: it is one of ${sortOrders.join(', ')}.`);
  if (options.every < everyMinMs) throw wrongUse(`--every is at least ${everyMinMs}ms.`);
  if (options.once || options.json || !process.stdout.isTTY || !process.stdin.isTTY) {
    const sample = await sampleOnce(access, options.hot);
    print(options, sample, () => describeTop(sample, by));
    process.exitCode = sample.shardsWithoutOwner > 0 ? exitCodes.badNews : exitCodes.well;
    return;
  }
  // Only here: it takes its time to load.
  const { showLive } = await import('../top/live-view.ts');
  await showLive({ read: () => readTop(access), everyMs: options.every, hotCount: options.hot, sortBy: by });
}

async function sampleOnce(access: ClusterAccess, hotCount: number): Promise<TopSample> {
  const before = await readTop(access);
  await delay(sampleOverMs);
  return sampleOf(before, await readTop(access), hotCount);
}
