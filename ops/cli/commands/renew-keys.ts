// `skein renew-keys`: gives up the keys that sign tokens and cookies, when somebody may have seen them or the secret that
// sealed them is lost.
import type { Command } from 'commander';
import { retireKeys } from '../../../cluster/identity/keys.ts';
import { openDatabase } from '../cluster/access.ts';
import { examples, yesOption } from '../command-line.ts';
import { findTarget } from '../target.ts';
import { consent, type ConsentOptions } from '../terminal/ask.ts';

export function addRenewKeys(program: Command): void {
  const command = program
    .command('renew-keys')
    .description('retire the keys that sign tokens and cookies; new ones are made when sign-in starts again')
    .addOption(yesOption())
    .action(async (options: ConsentOptions) => {
      await consent(options, 'All keys of sign-in will be retired.');
      const database = await openDatabase(findTarget(process.env).databaseUrl);
      const count = await retireKeys(database).finally(() => database.end());
      console.log(`${count} keys retired. Restart every host with the role identity: it makes new ones.`);
    });
  examples(
    command,
    ['skein renew-keys', 'skein renew-keys --yes'],
    'Tokens signed so far are believed until they expire, an hour at most. Nobody has to sign in again.',
  );
}
