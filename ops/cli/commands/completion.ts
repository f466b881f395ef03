// `skein completion`: the shell asks the program itself what may follow, by a hidden command of the library's.
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { examples } from '../command-line.ts';

const name = 'completion';

/** After all other commands: it completes those that are there. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: name });
  const command = program.commands.find((each) => each.name() === name)!;
  command.description('print a script that completes skein’s commands and options in your shell');
  examples(
    command,
    [
      'eval "$(skein completion bash)"    # in ~/.bashrc',
      'eval "$(skein completion zsh)"     # in ~/.zshrc',
      'skein completion fish > ~/.config/fish/completions/skein.fish',
    ],
    'The scripts call skein by that name: it has to be on the PATH, or a function (docs/operations.md).',
  );
}
