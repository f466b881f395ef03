// The result for people: plain text in columns, on a terminal as in a log.
import { findingKinds, type FindingKind } from '../verify/findings.ts';
import type { LatencySummary } from '../latency.ts';
import type { LoadResult } from './result.ts';

export function renderLoad(result: LoadResult): string {
  const sections = [
    ['Run', what(result)],
    ['Totals', totals(result)],
    ['Latency (ms), from when a message was due', latencies(result)],
    ['Processor and memory in the measured interval', processor(result)],
    ['Frames for one message', frames(result)],
    ['What the server counted in the measured interval', counted(result)],
    ['Memory over time', memory(result)],
    ['Checked', checked(result)],
    ['Verdict', result.verdict.sentences.map((sentence) => [sentence])],
  ] as const;
  return sections
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `\n${title}\n${columns(rows)}`)
    .join('');
}

type Row = readonly string[];

function what(result: LoadResult): Row[] {
  const { command, startedAt, surroundings, options, notes, conversations, recipientsPerMessage } = result;
  const { cores, processor: model, memoryBytes, system, node, nats, postgres } = surroundings;
  return [
    ['command', command],
    ['at', startedAt],
    ['machine', `${cores} cores (${model}), ${gibibytes(memoryBytes)} GiB, ${system}`],
    [
      'versions',
      [`node ${node}`, nats && `nats ${nats}`, postgres && `postgres ${postgres}`].filter(Boolean).join(', '),
    ],
    ['load', loadOf(options)],
    ['conversations', conversationsOf(options, conversations, recipientsPerMessage)],
    [
      'clients',
      `${options.clients === 'sdk' ? 'the SDK' : 'lean (wire)'}, in ${options.generators} generators` +
        (options.receipts ? '' : ', no receipts'),
    ],
    ...notes.map((note) => ['note', note]),
  ];
}

function loadOf({
  rate,
  window,
  reactionRate,
  bytes,
  warmup,
  seconds,
  cutAfter,
}: LoadResult['options']): string {
  return [
    window === null ? `${rate} messages/s` : `${window} messages under way at once`,
    `of ${bytes} bytes, `,
    reactionRate > 0 ? `${reactionRate} reactions/s, ` : '',
    `${warmup} s of warm-up, ${seconds} s measured`,
    cutAfter === null ? '' : `, everyone cut off after ${cutAfter} s of them`,
  ].join(' ');
}

function conversationsOf(
  { layout, connections }: LoadResult['options'],
  conversations: number,
  recipients: number,
): string {
  const kinds = {
    pairs: 'direct ones',
    groups: `groups, ${(recipients + 1).toFixed(1)} members on average`,
    room: 'group of all of them',
  };
  return `${connections} people in ${conversations} ${kinds[layout.kind]}`;
}

function totals(result: LoadResult): Row[] {
  const { sent, accepted, unanswered, refusedForGood, wire, options, reactions, comingBack } = result;
  const rows: Row[] = [
    ['sent', String(sent), 'with the warm-up'],
    [
      'acknowledged',
      String(accepted),
      `${result.acceptedPerSecond.toFixed(1)}/s${options.window === null ? ` of ${options.rate}/s` : ''}`,
    ],
    [
      'delivered',
      String(result.delivery.count),
      `${result.deliveredPerSecond.toFixed(1)}/s; of the measured interval`,
    ],
    ['unanswered', String(unanswered)],
    ...(reactions ? [['reactions', String(reactions.made), 'with the warm-up']] : []),
    ...(comingBack
      ? [['cut off and back', String(comingBack.took.count), `${comingBack.away} still away`]]
      : []),
    ['refused for good', ...countsOf(refusedForGood)],
    ['refusals, repeated or not', ...countsOf(wire.refusals)],
    ['sockets closed', ...countsOf(wire.closes)],
    [
      'connecting',
      `${result.connectSeconds.toFixed(1)} s`,
      `${rateOf(options.connections, result.connectSeconds)}/s`,
    ],
    ['opening conversations', `${result.openSeconds.toFixed(1)} s`],
  ];
  return rows;
}

function latencies({ delivery, acknowledgement, lateness, reactions, comingBack }: LoadResult): Row[] {
  const row = (name: string, of: LatencySummary): Row => [
    name,
    ...[of.p50Ms, of.p95Ms, of.p99Ms, of.p999Ms, of.maxMs].map((ms) => ms.toFixed(2)),
    String(of.count),
  ];
  return [
    ['', 'p50', 'p95', 'p99', 'p99.9', 'max', 'messages'],
    row('to the recipient', delivery),
    row('to the acknowledgement', acknowledgement),
    row('of that, late sending', lateness),
    ...(reactions
      ? [
          row('reaction to others', reactions.delivery),
          row('reaction to the acknowledgement', reactions.acknowledgement),
        ]
      : []),
    ...(comingBack ? [row('from the cut to being back', comingBack.took)] : []),
  ];
}

function processor({ usage, cpuMsPerMessage, generatorUtilization, surroundings }: LoadResult): Row[] {
  const busiest: Row = ['busiest generator', `${Math.round(generatorUtilization * 100)}% of a core`];
  if (!usage) return [['not measured', 'the server is not ours, or this system has no /proc'], busiest];
  const share = (seconds: number) => (seconds / usage.seconds).toFixed(2);
  const spent = (seconds: number) => ['', seconds.toFixed(2), share(seconds)];
  const server = usage.groups.filter(({ group }) => group !== 'generators' && group !== 'other');
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return [
    ['', 'processes', 'CPU s', 'cores', 'CPU ms/message', 'busiest', 'peak MiB'],
    ...usage.groups.map(({ group, processes, cpuSeconds, busiestCpuSeconds, peakMemoryBytes }) => [
      group,
      String(processes),
      cpuSeconds.toFixed(2),
      share(cpuSeconds),
      cpuMsPerMessage[group]!.toFixed(3),
      share(busiestCpuSeconds),
      String(Math.round(peakMemoryBytes / 2 ** 20)),
    ]),
    server.length === 0
      ? ['the server', 'is not ours: it counts among the others']
      : [
          'the server together',
          ...spent(sum(server.map(({ cpuSeconds }) => cpuSeconds))),
          sum(server.map(({ group }) => cpuMsPerMessage[group]!)).toFixed(3),
          '',
          '',
        ],
    ['others, kernel', ...spent(usage.othersSeconds), '', ''],
    ['whole machine', ...spent(usage.busySeconds), `of ${surroundings.cores}`, '', ''],
    ...(usage.stolenSeconds > 0 ? [['stolen by the host', ...spent(usage.stolenSeconds), '', '', '']] : []),
    busiest,
  ];
}

function frames({ wire, accepted }: LoadResult): Row[] {
  if (accepted === 0) return [];
  const { framesSent, framesReceived, bytesSent, bytesReceived } = wire;
  const list = (counts: Partial<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count = 0]) => `${name} ${(count / accepted).toFixed(2)}`)
      .join(', ');
  return [
    ['clients to server', list(framesSent), `${Math.round(bytesSent / accepted)} bytes`],
    ['server to clients', list(framesReceived), `${Math.round(bytesReceived / accepted)} bytes`],
  ];
}

function memory({ memory }: LoadResult): Row[] {
  if (!memory || memory.length === 0) return [];
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return [
    ['', 'first MiB', 'last MiB', 'MiB per hour'],
    ...memory.map(({ group, firstBytes, lastBytes, bytesPerHour }) => [
      group,
      ...[firstBytes, lastBytes, bytesPerHour].map(mebibytes),
    ]),
  ];
}

function counted({ counters, acceptedPerSecond, options }: LoadResult): Row[] {
  const messages = acceptedPerSecond * options.seconds;
  const rows = Object.entries(counters).map(([name, value]): Row => {
    const isCount = name.startsWith('skein_');
    const label = name.replace(/^(skein|nodejs)_/, '').replace(/_total$/, '');
    return [
      label,
      isCount ? String(Math.round(value)) : value.toFixed(3),
      isCount ? (value / messages).toFixed(3) : '',
    ];
  });
  return rows.length === 0 ? [] : [['', 'total', 'per message'], ...rows];
}

function checked(result: LoadResult): Row[] {
  const { check, repeatedOnTheWire, liveShare, stragglersSeconds, projectedWithinSeconds } = result;
  const { live, history, conversations, accepted, historiesRead, examples } = check;
  return [
    ['', 'live', 'history'],
    ['views', String(check.views), `${historiesRead} of ${conversations} conversations`],
    ['acknowledged messages', String(accepted)],
    ...(check.reactions > 0 ? [['acknowledged reactions', String(check.reactions)]] : []),
    ...(Object.keys(findingKinds) as FindingKind[]).map((kind) => [
      findingKinds[kind],
      String(live[kind]),
      String(history[kind]),
    ]),
    [
      'events repeated on the wire',
      repeatedOnTheWire === null ? 'not told: clients resumed' : String(repeatedOnTheWire),
    ],
    ['shown without a resume', `${(100 * liveShare).toFixed(2)}%`],
    ['waited for stragglers', `${stragglersSeconds.toFixed(1)} s`],
    [
      'all in PostgreSQL',
      projectedWithinSeconds === null ? 'not known' : `${projectedWithinSeconds.toFixed(1)} s after the end`,
    ],
    ...examples.map((example) => ['  ', example]),
  ];
}

function countsOf(counts: Record<string, number>): Row {
  const entries = Object.entries(counts);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  return [String(total), entries.map(([name, count]) => `${name} ${count}`).join(', ')];
}

function rateOf(count: number, seconds: number): string {
  return (count / Math.max(seconds, 0.001)).toFixed(0);
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(0);
}

/** Numbers stand to the right, words to the left; a last column that is long widens nothing. */
function columns(rows: readonly Row[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.slice(0, Math.max(1, row.length - 1)).forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, row.length > 1 ? cell.length : 0);
    });
  }
  const isNumber = (cell: string) => /^[\d.]+$/.test(cell);
  return rows
    .map((row) => {
      const cells = row.map((cell, at) =>
        isNumber(cell) && at > 0 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      );
      return `  ${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}
