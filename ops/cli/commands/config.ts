// `skein config`: settings as a person may see them.
import type { Command } from 'commander';
import { examples, jsonOption } from '../command-line.ts';
import { configOf, describeConfig } from '../config.ts';
import { findTarget } from '../target.ts';
import { print, type OutputOptions } from '../terminal/output.ts';
import { facts } from '../terminal/table.ts';

export function addConfig(program: Command): void {
  const command = program
    .command('config')
    .description('the settings that a process started here and now would have, secrets hidden')
    .addOption(jsonOption())
    .action((options: OutputOptions) => {
      const settings = describeConfig(configOf(findTarget(process.env)));
      print(options, settings, () =>
        facts(Object.entries(settings).map(([name, value]) => [name, String(value)] as const)),
      );
    });
  examples(command, ['skein config', 'skein config --json | jq .journalSoftBytesMax']);
}
