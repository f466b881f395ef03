// `npm run bench -- http`: its options, and a run from the server's start to the table.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { AskedProcess } from '../idle/asked-process.ts';
import { measuredWith } from '../machine/host-time.ts';
import { UsageMeter } from '../machine/usage.ts';
import { describeSurroundings } from '../machine/versions.ts';
import { positive, profiling, whole, withCommonOptions, zeroOrMore } from '../options.ts';
import type { Outcome, Run, Scenario } from '../scenario.ts';
import { openTarget, type Target } from '../server/target.ts';
import { endpointNames, type EndpointName } from './endpoints.ts';
import type { HttpGenerator } from './generator.ts';
import { checked, type HttpFlags, type HttpOptions } from './options.ts';
import { httpResult, renderHttp, type EndpointMeasurement } from './report.ts';

const messageBytes = 100;

const examples = `
One endpoint after the other is asked for as fast as it answers, with the access tokens of all people in turn.

Examples:
  npm run bench -- http
  npm run bench -- http --connections 200 --endpoints readyz,olderEvents --seconds 30 --json http.json`;

export const http: Scenario = (program, carryOut) => {
  const command = program
    .command('http')
    .description('the REST API is asked as fast as it answers; what is refused or fails is counted')
    .option('--connections <number>', 'connections, each with one request under way', whole(1), 50)
    .option('--people <number>', 'people whose tokens are used in turn; an even number', whole(2), 200)
    .option('--messages <number>', 'messages in the conversation of each two people', whole(1), 200)
    .option(
      '--endpoints <names>',
      `which, comma-separated: ${endpointNames.join(', ')}`,
      endpointNames.join(','),
    )
    .option('--seconds <number>', 'measured interval of each endpoint', positive, 10)
    .option('--warmup <number>', 'seconds of the same load before it', zeroOrMore, 2)
    .addHelpText('after', examples);
  withCommonOptions(command).action((flags: HttpFlags) => {
    const options = checked(flags);
    return carryOut((run) => runHttp(options, run));
  });
};

async function runHttp(options: HttpOptions, run: Run): Promise<Outcome> {
  const { progress, started, command, startedAt } = run;
  const target = await openTarget(options, started, (line) => progress.say('Starting the server', line));
  const surroundings = await describeSurroundings(target.pid);
  const file = path.join(import.meta.dirname, 'generator.ts');
  const generator = new AskedProcess<HttpGenerator>({
    name: 'The generator',
    file,
    env: profiling(options.profile),
  });
  started.push(generator);
  await fill(generator, options, target, run);
  const measured: EndpointMeasurement[] = [];
  for (const endpoint of options.endpoints) {
    progress.say('Asking for', endpoint);
    measured.push(await measure(generator, endpoint, options, target));
  }
  const result = httpResult({ command, startedAt, surroundings, notes: target.notes }, options, measured);
  return {
    text: renderHttp(result),
    result,
    json: options.json,
    measured: measured.flatMap(({ endpoint, usage }) => measuredWith(usage, endpoint)),
    sound: result.verdict.sound,
  };
}

async function fill(
  generator: AskedProcess<HttpGenerator>,
  { people, messages }: HttpOptions,
  { url, issuer }: Target,
  { progress }: Run,
): Promise<void> {
  const conversations = Array.from({ length: people / 2 }, (_, number) => number);
  const request = {
    url: `${url.replace(/^http/, 'ws')}/ws`,
    issuer,
    conversations,
    messages,
    bytes: messageBytes,
  };
  const all = conversations.length * messages;
  await progress.during(
    () => ['Filling', `${generator.counts['messages'] ?? 0} of ${all} messages`],
    generator.ask('fill', { ...request, run: randomBytes(4).toString('hex') }),
  );
}

async function measure(
  generator: AskedProcess<HttpGenerator>,
  endpoint: EndpointName,
  { connections, warmup, seconds }: HttpOptions,
  { url, pid }: Target,
): Promise<EndpointMeasurement> {
  const ask = { url, endpoint, connections };
  if (warmup > 0) await generator.ask('ask', { ...ask, seconds: warmup });
  const meter = UsageMeter.start([...(pid === null ? [] : [pid]), generator.pid]);
  const results = await generator.ask('ask', { ...ask, seconds });
  return { endpoint, results, usage: meter?.stop() ?? null };
}
