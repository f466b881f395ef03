// `npm run bench -- chat`: its options, and a run from the server's start to the table.
import type { Command } from 'commander';
import { describeSurroundings } from '../machine/versions.ts';
import { positive, profiling, whole, withCommonOptions, zeroOrMore, type CommonFlags } from '../options.ts';
import { chatResult } from '../report/result.ts';
import { renderChat } from '../report/table.ts';
import { verdictOf } from '../report/verdict.ts';
import type { Outcome, Run, Scenario } from '../scenario.ts';
import { openTarget } from '../server/target.ts';
import { bodyBytesMin } from './body.ts';
import { Fleet } from './fleet.ts';
import { checked, type BenchOptions, type ChatSettings } from './options.ts';
import { ChatScenario } from './scenario.ts';

const examples = `
Examples:
  npm run bench -- chat
  npm run bench -- chat --connections 5000 --rate 2000 --seconds 60 --json out.json
  npm run bench -- chat --url http://127.0.0.1:8080 --issuer http://127.0.0.1:4000`;

export const chat: Scenario = (program, carryOut) => {
  chatCommand(program).action((flags: ChatSettings & CommonFlags) => {
    const options = checked(flags);
    return carryOut((run) => runChat(options, run));
  });
};

export function chatCommand(program: Command): Command {
  const command = program
    .command('chat')
    .description(
      'pairs of people write to each other at a fixed rate; what they see is held against the history',
    )
    .option('--connections <number>', 'people, each with a connection; an even number', whole(2), 1000)
    .option('--rate <number>', 'messages a second, all together, due at fixed moments', positive, 500)
    .option('--seconds <number>', 'measured interval', positive, 10)
    .option('--warmup <number>', 'seconds of the same load before it', zeroOrMore, 3)
    .option('--bytes <number>', 'size of a message', whole(bodyBytesMin), 100)
    .option('--generators <number>', 'processes that hold the connections', whole(1), 2)
    .option('--no-receipts', 'clients do not tell what they have received')
    .addHelpText('after', examples);
  return withCommonOptions(command);
}

async function runChat(options: BenchOptions, run: Run): Promise<Outcome> {
  const { progress, started, command, startedAt } = run;
  const target = await openTarget(options, started, (line) => progress.say('Starting the server', line));
  const surroundings = await describeSurroundings(target.pid);
  const fleet = new Fleet(options.generators, profiling(options.profile));
  started.push(fleet);
  const measured = await new ChatScenario(fleet, options, target, progress).run();
  const { profile } = options;
  const notes = profile ? [...target.notes, `Profiles in ${profile}; making them costs time.`] : target.notes;
  const result = chatResult({ command, startedAt, surroundings, notes }, options, measured);
  return { text: renderChat(result), result, json: options.json, sound: verdictOf(result).sound };
}
