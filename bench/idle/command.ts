// `npm run bench -- idle`: what a connection costs on which nothing happens.
import { describeSurroundings } from '../machine/versions.ts';
import { positive, whole, zeroOrMore } from '../options.ts';
import type { Outcome, Run, Scenario } from '../scenario.ts';
import { checked, type IdleOptions } from './options.ts';
import { idleResult, renderIdle } from './report.ts';
import { IdleScenario } from './scenario.ts';

const help = `
Starts a server of its own, reads what its processes hold of the memory (PSS, from /proc), opens the connections in three
steps and reads again after each. Memory that is told "with heaps collected" is read after a full collection in every Node
process; the kernel's part is told apart, since it is of both ends.

Exit codes: 0 a connection costs no more than --max-kb; 1 it does, or one was closed; 2 the run could not be carried out.

Examples:
  npm run bench -- idle
  npm run bench -- idle --messages 1
  npm run bench -- idle --connections 50000 --workers 3 --generators 4 --json idle.json`;

export const idle: Scenario = (program, carryOut) => {
  program
    .command('idle')
    .description('silent connections are opened, and what each costs the server in memory is measured')
    .option(
      '--connections <number>',
      'people, each with a connection that follows the inbox',
      whole(4),
      10_000,
    )
    .option('--workers <number>', "worker processes of the bench's own server", whole(1), 2)
    .option('--generators <number>', 'processes that hold the connections', whole(1), 2)
    .option('--settle <seconds>', 'time in which nothing happens before each reading', zeroOrMore, 3)
    .option(
      '--messages <number>',
      'messages that every two people write at the end, to see what a conversation takes that is in memory',
      whole(0),
      0,
    )
    .option('--collections <number>', 'of each heap before a reading of what it holds', whole(1), 2)
    .option('--max-kb <number>', 'what a connection may cost, in KB of 1000 bytes', positive, 12)
    .option('--keep', "leave the bench's own server's data and logs where they are", false)
    .option('--json <file>', 'write the result there as well')
    .addHelpText('after', help)
    .action((flags: IdleOptions) => {
      const options = checked(flags);
      return carryOut((run) => runIdle(options, run));
    });
};

async function runIdle(options: IdleOptions, run: Run): Promise<Outcome> {
  const { command, startedAt } = run;
  const { serverPid, ...measured } = await new IdleScenario(options, run).run();
  const surroundings = await describeSurroundings(serverPid);
  const result = idleResult({ command, startedAt, surroundings, notes: [] }, options, measured);
  return { text: renderIdle(result), result, json: options.json, sound: result.verdict.sound };
}
