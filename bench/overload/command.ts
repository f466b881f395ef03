// `npm run bench -- overload`: its options, and a run from the server's start to the table.
import path from 'node:path';
import { Team } from '../idle/asked-process.ts';
import { measuredWith } from '../machine/host-time.ts';
import { describeSurroundings } from '../machine/versions.ts';
import { positive, profiling, whole, withCommonOptions, type CommonFlags } from '../options.ts';
import type { Outcome, Run, Scenario } from '../scenario.ts';
import { openTarget } from '../server/target.ts';
import type { OverloadGenerator } from './generator.ts';
import { checked, type OverloadOptions, type OverloadSettings } from './options.ts';
import { overloadResult, renderOverload } from './report.ts';
import { OverloadScenario } from './scenario.ts';

/** Length of a message's number in its body. */
const bytesMin = 20;

const examples = `
What the server can do is found out first. Readers wait as long as they are told to when they are refused.

Examples:
  npm run bench -- overload
  npm run bench -- overload --times 5 --seconds 60 --workers 1 --json overload.json`;

export const overload: Scenario = (program, carryOut) => {
  const command = program
    .command('overload')
    .description(
      'several times what the server can do is asked of it: what it answers, holds, and when it is back',
    )
    .option('--times <number>', 'how many times what it can do', positive, 5)
    .option('--seconds <number>', 'length of the overload', whole(1), 20)
    .option('--calm <number>', 'seconds at half of what it can do, before and after', whole(1), 10)
    .option('--conversations <number>', 'direct conversations, each with two readers', whole(1), 200)
    .option('--messages <number>', 'messages in each conversation', whole(1), 200)
    .option('--bytes <number>', 'size of a message', whole(bytesMin), 100)
    .option('--generators <number>', 'processes that hold the readers', whole(1), 2)
    .addHelpText('after', examples);
  withCommonOptions(command).action((flags: OverloadSettings & CommonFlags) => {
    const options = checked(flags);
    return carryOut((run) => runOverload(options, run));
  });
};

async function runOverload(options: OverloadOptions, run: Run): Promise<Outcome> {
  const { progress, started, command, startedAt } = run;
  const target = await openTarget(options, started, (line) => progress.say('Starting the server', line));
  const surroundings = await describeSurroundings(target.pid);
  const file = path.join(import.meta.dirname, 'generator.ts');
  const env = profiling(options.profile);
  const team = new Team<OverloadGenerator>(options.generators, { name: 'Generator', file, env });
  started.push(team);
  const measured = await new OverloadScenario(team, options, target, progress).run();
  const context = { command, startedAt, surroundings, notes: target.notes };
  const result = overloadResult(context, options, measured);
  return {
    text: renderOverload(result),
    result,
    json: options.json,
    measured: measuredWith(result.usage),
    sound: result.verdict.sound,
  };
}
