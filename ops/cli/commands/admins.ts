// `skein admins`: who administers this server.
import type { Command } from 'commander';
import { changeAdmin, describeAdmins, readAdmins } from '../admins.ts';
import { examples, jsonOption } from '../command-line.ts';
import { badNews } from '../errors.ts';
import { findTarget } from '../target.ts';
import { print, type OutputOptions } from '../terminal/output.ts';

export function addAdmins(program: Command): void {
  const admins = program
    .command('admins')
    .description('who may delete any message on this server, and read with a reason');
  const list = admins
    .command('list')
    .description('everyone who may')
    .addOption(jsonOption())
    .action(async (options: OutputOptions) => {
      const present = await readAdmins(findTarget(process.env).databaseUrl);
      print(options, present, () => describeAdmins(present));
    });
  examples(list, ['skein admins list']);
  addChange(admins, 'grant', 'let someone; noted in the audit trail');
  addChange(admins, 'revoke', 'no longer; noted in the audit trail');
}

function addChange(admins: Command, name: 'grant' | 'revoke', description: string): void {
  const command = admins
    .command(name)
    .argument('<handle>', 'as people write it, with or without @')
    .description(description)
    .action(async (handle: string) => {
      const isKnown = await changeAdmin(findTarget(process.env).databaseUrl, handle, name === 'grant');
      if (!isKnown) throw badNews(`Nobody has the handle ${handle}.`);
    });
  examples(command, [`skein admins ${name} ada`]);
}
