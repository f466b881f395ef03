// `skein migrate`: brings the database to the schema of this release.
import type { Command } from 'commander';
import { migrate, MigrationError } from '../../../storage/postgres/migrate.ts';
import { examples, jsonOption } from '../command-line.ts';
import { badNews, reasonOf, unreachable } from '../errors.ts';
import { findTarget } from '../target.ts';
import { print, type OutputOptions } from '../terminal/output.ts';

export function addMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .description('bring the database to the schema of this release, as npm start does; forward only')
    .addOption(jsonOption())
    .action(async (options: OutputOptions) => {
      const applied = await migrate(findTarget(process.env).databaseUrl).catch((error: unknown) => {
        if (error instanceof MigrationError) throw badNews(error.message);
        throw unreachable(`PostgreSQL could not be asked (${reasonOf(error)}). Is DATABASE_URL right?`);
      });
      print(options, { applied }, () =>
        applied.length === 0
          ? 'Nothing to do: the schema is at its newest.'
          : `Applied: ${applied.join(', ')}.`,
      );
    });
  examples(
    command,
    ['skein migrate && skein roll'],
    'For hosts whose supervisors are started without npm start. Several at once do no harm.',
  );
}
