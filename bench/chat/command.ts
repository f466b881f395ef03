// The loads as commands: what each of them is, its options, and a run from the server's start to the table.
import { Option, type Command } from 'commander';
import { BenchError } from '../bench-error.ts';
import { measuredWith } from '../machine/host-time.ts';
import { describeSurroundings } from '../machine/versions.ts';
import { positive, profiling, whole, withCommonOptions, zeroOrMore, type CommonFlags } from '../options.ts';
import { loadResult } from '../report/result.ts';
import { renderLoad } from '../report/table.ts';
import type { Outcome, Run, Scenario } from '../scenario.ts';
import { openTarget } from '../server/target.ts';
import { bodyBytesMin } from './body.ts';
import { Fleet } from './fleet.ts';
import type { Layout } from './layout.ts';
import { Load } from './load.ts';
import { checkedLoad, type LoadFlags, type LoadName, type LoadOptions } from './options.ts';
import { talkerKinds, type TalkerKind } from './talker.ts';

/** Flags of the command line; those that a load does not offer are absent. */
export interface RawFlags extends CommonFlags {
  readonly connections?: number;
  readonly members?: number;
  readonly rate: number;
  readonly window?: number;
  readonly groupsPerPerson?: number;
  readonly reactions?: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly cutAfter?: number;
  readonly bytes: number;
  readonly receipts: boolean;
  readonly clients: TalkerKind;
  readonly generators?: number;
  readonly connectRate: number;
  readonly seed: number;
}

interface LoadKind {
  readonly about: string;
  readonly examples: readonly string[];
  readonly layout: 'pairs' | 'groups' | 'room';
  readonly rate: number;
  readonly seconds: number;
  /** Options of its own. */
  readonly options?: (command: Command) => Command;
}

const reactions = (command: Command) =>
  command.option(
    '--reactions <number>',
    'reactions a second, all together, due at fixed moments',
    positive,
    200,
  );

export const loads: Readonly<Record<LoadName, LoadKind>> = {
  chat: {
    about: 'pairs of people write to each other at a fixed rate; what they see is held against the history',
    examples: [
      '',
      '--connections 5000 --rate 2000 --seconds 60 --json out.json',
      '--clients wire --rate 4000',
    ],
    layout: 'pairs',
    rate: 500,
    seconds: 10,
  },
  groups: {
    about: 'people write in groups of 3 to 500, most of them small; every member must see everything',
    examples: ['', '--connections 2000 --rate 500 --groups-per-person 3'],
    layout: 'groups',
    rate: 100,
    seconds: 10,
  },
  'hot-room': {
    about: 'one group, in which everyone sees every message: how many deliveries a second',
    examples: ['', '--members 500 --rate 40 --seconds 30', '--members 500 --window 16'],
    layout: 'room',
    rate: 20,
    seconds: 10,
    options: (command) =>
      command
        .option('--members <number>', 'members of the group, each with a connection', whole(3), 500)
        .option(
          '--window <number>',
          'as fast as it goes, with so many messages under way, in place of --rate',
          whole(1),
        ),
  },
  reactions: {
    about: 'people in groups write and react; acknowledged reactions are held against the final counts',
    examples: ['', '--connections 500 --rate 50 --reactions 1000'],
    layout: 'groups',
    rate: 50,
    seconds: 10,
    options: reactions,
  },
  soak: {
    about: 'chat for long: tells how the memory of each part goes on',
    examples: ['--seconds 3600', '--connections 10000 --rate 1000 --seconds 600 --json soak.json'],
    layout: 'pairs',
    rate: 500,
    seconds: 600,
  },
  'reconnect-storm': {
    about:
      'chat in which everyone loses their socket at the same moment: how long until all are back, and what is lost',
    examples: ['', '--connections 10000 --rate 500 --seconds 60 --cut-after 10'],
    layout: 'pairs',
    rate: 200,
    seconds: 20,
    options: (command) =>
      command.option('--cut-after <number>', 'seconds of the measured interval before it', zeroOrMore, 3),
  },
};

export function load(name: LoadName): Scenario {
  return (program, carryOut) => {
    loadCommand(program, name).action((flags: RawFlags) => {
      const options = checkedLoad(settled(name, flags));
      return carryOut((run) => runLoad(name, options, run));
    });
  };
}

export function loadCommand(program: Command, name: LoadName): Command {
  const { about, examples, layout, rate, seconds, options = (command: Command) => command } = loads[name];
  const command = program.command(name).description(about);
  if (layout !== 'room') {
    const even = layout === 'pairs' ? '; an even number' : '';
    command.option('--connections <number>', `people, each with a connection${even}`, whole(2), 1000);
  }
  if (layout === 'groups')
    command.option('--groups-per-person <number>', 'groups to which everyone belongs', whole(1), 2);
  options(command)
    .option('--rate <number>', 'messages a second, all together, due at fixed moments', positive, rate)
    .option('--seconds <number>', 'measured interval', positive, seconds)
    .option(
      '--warmup <number>',
      'seconds before it, in the first half of which the rate rises to the whole',
      zeroOrMore,
      3,
    )
    .option('--bytes <number>', 'size of a message', whole(bodyBytesMin), 100)
    .option(
      '--generators <number>',
      'processes that hold the connections (default: as many as hold them)',
      whole(1),
    )
    .option('--connect-rate <number>', 'people who connect in a second at most', positive, 1000)
    .option('--seed <number>', 'decides who is in a group with whom and writes when', whole(0), 1)
    .option('--no-receipts', 'clients do not tell what they have received')
    .addOption(
      new Option(
        '--clients <kind>',
        'the SDK, or a lean client that takes less of the machine and checks the same',
      )
        .choices(talkerKinds)
        .default('sdk'),
    )
    .addHelpText(
      'after',
      ['', 'Examples:', ...examples.map((args) => `  npm run bench -- ${name} ${args}`.trimEnd())].join('\n'),
    );
  return withCommonOptions(command);
}

/** Throws BenchError on what excludes each other. */
export function settled(name: LoadName, flags: RawFlags): LoadFlags {
  const {
    members,
    connections = members!,
    window,
    groupsPerPerson = 1,
    reactions = 0,
    cutAfter,
    ...rest
  } = flags;
  const layouts: Record<LoadKind['layout'], Layout> = {
    pairs: { kind: 'pairs' },
    groups: { kind: 'groups', groupsPerPerson },
    room: { kind: 'room' },
  };
  if (window !== undefined && window < (flags.generators ?? 1))
    throw new BenchError(`--window ${window} must be at least --generators ${flags.generators}.`);
  return {
    ...rest,
    layout: layouts[loads[name].layout],
    connections,
    window: window ?? null,
    reactionRate: reactions,
    cutAfter: cutAfter ?? null,
    watchMemory: name === 'soak',
  };
}

async function runLoad(name: LoadName, options: LoadOptions, run: Run): Promise<Outcome> {
  const { progress, started, command, startedAt } = run;
  const target = await openTarget(options, started, (line) => progress.say('Starting the server', line));
  const surroundings = await describeSurroundings(target.pid);
  const fleet = new Fleet(options.generators, profiling(options.profile));
  started.push(fleet);
  const measured = await new Load(fleet, options, target, progress).run();
  const { profile } = options;
  const notes = profile ? [...target.notes, `Profiles in ${profile}; making them costs time.`] : target.notes;
  const result = loadResult({ scenario: name, command, startedAt, surroundings, notes }, options, measured);
  return {
    text: renderLoad(result),
    result,
    json: options.json,
    measured: measuredWith(result.usage),
    sound: result.verdict.sound,
  };
}
