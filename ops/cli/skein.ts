// The ops CLI. Exit codes: 0 all is well, 1 the answer is bad news, 2 wrong use, 3 the cluster cannot be reached.
import { Command } from 'commander';
import { ConfigError, readConfig } from '../../cluster/config.ts';
import { changeAdmin, describeAdmins, readAdmins } from './admins.ts';
import { describeConfig } from './config.ts';
import { describeStatus, readStatus } from './status.ts';
import { findTarget, NoTarget, type Target } from './target.ts';

const program = new Command('skein')
  .description(
    'Look after a Skein cluster: the one that NATS_URL and DATABASE_URL name, or the one npm start runs here.',
  )
  .showHelpAfterError()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run skein -- status\n  npm run skein -- status --json | jq .healthy\n  npm run skein -- admins grant ada',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program
  .command('status')
  .description('members, shards and journals; exit code 1 when something is wrong')
  .option('--json', 'for scripts')
  .action(async ({ json }: { json?: boolean }) => {
    const status = await readStatus(findTarget(process.env));
    print(json, status, () => describeStatus(status));
    process.exitCode = status.healthy ? 0 : 1;
  });

program
  .command('config')
  .description('the settings in force, secrets hidden')
  .option('--json', 'for scripts')
  .action(({ json }: { json?: boolean }) => {
    const target: Target = findTarget(process.env);
    const { natsUrl: NATS_URL, databaseUrl: DATABASE_URL, namespace: SKEIN_NAMESPACE } = target;
    const settings = describeConfig(readConfig({ ...process.env, NATS_URL, DATABASE_URL, SKEIN_NAMESPACE }));
    print(json, settings, () =>
      Object.entries(settings)
        .map(([name, value]) => `${name.padEnd(16)}${String(value)}`)
        .join('\n'),
    );
  });

const admins = program
  .command('admins')
  .description('who may delete any message on this server, and read with a reason');

admins
  .command('list')
  .description('everyone who may')
  .option('--json', 'for scripts')
  .action(async ({ json }: { json?: boolean }) => {
    const present = await readAdmins(findTarget(process.env).databaseUrl);
    print(json, present, () => describeAdmins(present));
  });

for (const [name, isAdmin, description] of [
  ['grant', true, 'let someone; noted in the audit trail'],
  ['revoke', false, 'no longer; noted in the audit trail'],
] as const) {
  admins
    .command(name)
    .argument('<handle>', 'as people write it, with or without @')
    .description(description)
    .action(async (handle: string) => {
      const isKnown = await changeAdmin(findTarget(process.env).databaseUrl, handle, isAdmin);
      if (!isKnown) process.stderr.write(`Nobody has the handle ${handle}.\n`);
      process.exitCode = isKnown ? 0 : 1;
    });
}

function print(json: boolean | undefined, value: unknown, describe: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : describe()}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  const expected = error instanceof NoTarget || error instanceof ConfigError;
  process.stderr.write(`${expected ? error.message : `The cluster could not be asked: ${String(error)}`}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 3;
}
