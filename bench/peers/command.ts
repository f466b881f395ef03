// `npm run bench -- peers`: what others do on the same machine with the same load.
import { describeSurroundings } from '../machine/versions.ts';
import { positive, whole, zeroOrMore } from '../options.ts';
import type { Outcome, Run, Scenario } from '../scenario.ts';
import { defaultDialects, dialectNames } from './dialects.ts';
import { checked, type PeersFlags, type PeersOptions } from './options.ts';
import { payloadBytesMin } from './payload.ts';
import { available } from './programs.ts';
import { measuredParts, peersResult, renderPeers } from './report.ts';
import { PeersScenario } from './scenario.ts';

const help = `
A Skein of its own; Socket.IO with its adapter over Redis Streams, for which it starts a redis-server as the tests do;
uWebSockets.js that only hands bytes on, as the ceiling; the durable floor, which also numbers messages and makes them
durable in JetStream; with --only, ejabberd with its archive in PostgreSQL and Centrifugo with its history
in Redis. What each does and does not do: bench/peers/README.md.

Exit codes: 0 every delivery came once and in order; 1 one did not; 2 the run could not be carried out.

Examples:
  npm run bench -- peers
  npm run bench -- peers --members 500 --window 64 --seconds 30 --json peers.json
  npm run bench -- peers --only skein,uws
  npm run bench -- peers --only skein,ejabberd,centrifugo`;

export const peers: Scenario = (program, carryOut) => {
  program
    .command('peers')
    .description('Skein, Socket.IO and bare uWebSockets.js under the same loads')
    .option('--connections <number>', 'people in pairs; an even number', whole(2), 1_000)
    .option(
      '--rate <number>',
      'direct messages a second, all together, due at fixed moments',
      positive,
      1_000,
    )
    .option('--members <number>', 'members of the room', whole(2), 500)
    .option(
      '--window <number>',
      "messages of each generator's members in the room that may be under way",
      whole(1),
      32,
    )
    .option('--seconds <number>', 'measured interval of each part', positive, 10)
    .option('--warmup <number>', 'seconds of the same load before it', zeroOrMore, 3)
    .option('--bytes <number>', 'size of a message', whole(payloadBytesMin), 100)
    .option('--generators <number>', 'processes that hold the connections', whole(1), 2)
    .option('--only <names>', `which, comma-separated: ${dialectNames.join(', ')}`, defaultDialects.join(','))
    .option('--json <file>', 'write the result there as well')
    .addHelpText('after', help)
    .action((flags: PeersFlags) => {
      const options = checked(flags);
      return carryOut((run) => runPeers(options, run));
    });
};

async function runPeers(wanted: PeersOptions, run: Run): Promise<Outcome> {
  const { command, startedAt } = run;
  run.progress.say('Looking for the programs of the set-ups');
  const { dialects, notes } = await available(wanted.dialects);
  const options = { ...wanted, dialects };
  const measured = await new PeersScenario(options, run).run();
  const surroundings = await describeSurroundings(null);
  const result = peersResult({ command, startedAt, surroundings, notes }, options, measured);
  return {
    text: renderPeers(result),
    result,
    json: options.json,
    measured: measuredParts(measured, options.seconds),
    sound: result.verdict.sound,
  };
}
