// `npm run bench -- history`: its options, and a run from the server's start to the table.
import path from 'node:path';
import { Team } from '../idle/asked-process.ts';
import { measuredWith } from '../machine/host-time.ts';
import { describeSurroundings } from '../machine/versions.ts';
import { positive, profiling, whole, withCommonOptions, zeroOrMore, type CommonFlags } from '../options.ts';
import type { Outcome, Run, Scenario } from '../scenario.ts';
import { openTarget } from '../server/target.ts';
import type { HistoryGenerator } from './generator.ts';
import { checked, type HistoryOptions, type HistorySettings } from './options.ts';
import { historyResult, renderHistory } from './report.ts';
import { HistoryScenario } from './scenario.ts';

/** Length of a message's number in its body. */
const bytesMin = 20;

const examples = `
Every page is held against what was written: all events that were asked for, once, in order, with their words.

Examples:
  npm run bench -- history
  npm run bench -- history --conversations 500 --messages 1000 --rate 2000 --seconds 30 --json history.json`;

export const history: Scenario = (program, carryOut) => {
  const command = program
    .command('history')
    .description('conversations are filled, then read page by page at a fixed rate; every page is checked')
    .option('--conversations <number>', 'direct conversations, each with two readers', whole(1), 100)
    .option('--messages <number>', 'messages in each conversation', whole(1), 400)
    .option('--bytes <number>', 'size of a message', whole(bytesMin), 100)
    .option('--rate <number>', 'pages a second, all together, due at fixed moments', positive, 500)
    .option('--seconds <number>', 'measured interval', positive, 10)
    .option('--warmup <number>', 'seconds of the same load before it', zeroOrMore, 3)
    .option('--generators <number>', 'processes that hold the readers', whole(1), 2)
    .addHelpText('after', examples);
  withCommonOptions(command).action((flags: HistorySettings & CommonFlags) => {
    const options = checked(flags);
    return carryOut((run) => runHistory(options, run));
  });
};

async function runHistory(options: HistoryOptions, run: Run): Promise<Outcome> {
  const { progress, started, command, startedAt } = run;
  const target = await openTarget(options, started, (line) => progress.say('Starting the server', line));
  const surroundings = await describeSurroundings(target.pid);
  const file = path.join(import.meta.dirname, 'generator.ts');
  const team = new Team<HistoryGenerator>(options.generators, {
    name: 'Generator',
    file,
    env: profiling(options.profile),
  });
  started.push(team);
  const measured = await new HistoryScenario(team, options, target, progress).run();
  const result = historyResult({ command, startedAt, surroundings, notes: target.notes }, options, measured);
  return {
    text: renderHistory(result),
    result,
    json: options.json,
    measured: measuredWith(result.usage),
    sound: result.verdict.sound,
  };
}
