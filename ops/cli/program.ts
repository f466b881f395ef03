// The command tree.
import { Command } from 'commander';
import { addAdmins } from './commands/admins.ts';
import { addActors } from './commands/actors.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDrain } from './commands/drain.ts';
import { addFailover } from './commands/failover.ts';
import { addForget } from './commands/forget.ts';
import { addJournal } from './commands/journal.ts';
import { addMigrate } from './commands/migrate.ts';
import { addNatsUsers } from './commands/nats-users.ts';
import { addRebalance } from './commands/rebalance.ts';
import { addRenewKeys } from './commands/renew-keys.ts';
import { addRoll } from './commands/roll.ts';
import { addShards } from './commands/shards.ts';
import { addStatus } from './commands/status.ts';
import { addToken } from './commands/token.ts';
import { addTop } from './commands/top.ts';
import { addUndrain } from './commands/undrain.ts';
import { exitCodes } from './errors.ts';

const after = `
Exit codes:
  0  well: the cluster is, or what was asked for is done
  1  bad news: something is wrong, was refused, or did not come about
  2  wrong use: an unknown command, option or name, or a question that nobody is there to answer
  3  the cluster cannot be reached

Examples:
  skein status
  skein top
  skein drain two/1 --wait
  skein <command> --help

Which cluster: NATS_URL, DATABASE_URL and SKEIN_NAMESPACE, else the one that npm start runs here (SKEIN_STATE_DIR).
The cluster's secret is read from the state folder, or from SKEIN_CLUSTER_SECRET_FILE.
From a checkout, skein is: npm run skein --`;

export function createProgram(): Command {
  const program = new Command('skein')
    .description('Look after a Skein cluster.')
    .showHelpAfterError()
    .addHelpText('after', after)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.well : exitCodes.wrongUse));
  for (const add of commands) add(program);
  addCompletion(program);
  return program;
}

const commands = [
  addStatus,
  addTop,
  addDoctor,
  addShards,
  addRebalance,
  addDrain,
  addUndrain,
  addRoll,
  addFailover,
  addForget,
  addMigrate,
  addJournal,
  addActors,
  addAdmins,
  addToken,
  addConfig,
  addNatsUsers,
  addRenewKeys,
];
