// Which part of Skein a process is, told by its command line.
import path from 'node:path';

export const processGroups = [
  'workers',
  'projector',
  'identity',
  'supervisor',
  'postgres',
  'nats',
  'redis',
  'elasticsearch',
  'start',
  'generators',
  'other',
] as const;
export type ProcessGroup = (typeof processGroups)[number];

const modules: readonly (readonly [part: RegExp, group: ProcessGroup])[] = [
  [/cluster\/processes\/worker\//, 'workers'],
  [/cluster\/processes\/projector\//, 'projector'],
  [/cluster\/identity\//, 'identity'],
  [/cluster\/processes\/supervisor\//, 'supervisor'],
  [/ops\/start\.ts$/, 'start'],
  // Every scenario has programs of its own.
  [/bench\/[\w/-]+\.ts$/, 'generators'],
];
/** Services under the names of the programs that provide them. */
const programs: readonly (readonly [name: RegExp, group: ProcessGroup])[] = [
  // PostgreSQL's processes write what they do in place of their command line: "postgres: walwriter".
  [/^postgres(:|$)/, 'postgres'],
  [/^nats-server/, 'nats'],
  [/^(redis|valkey)-server/, 'redis'],
];

export function groupOf(command: string): ProcessGroup {
  const [program = '', ...args] = command.split(' ');
  const name = path.basename(program);
  for (const [pattern, group] of programs) if (pattern.test(name)) return group;
  for (const [pattern, group] of modules) if (args.some((arg) => pattern.test(arg))) return group;
  // A Java program, and helpers from its folder.
  return /elasticsearch/i.test(command) ? 'elasticsearch' : 'other';
}

/** Name of one process among others of its group: `worker 2`; two hosts may each have one of that name. */
export function processNameOf(command: string): string {
  const group = groupOf(command);
  if (group !== 'workers') return group === 'generators' ? 'generator' : group;
  const number = /cluster\/processes\/worker\/\S+ (\d+)/.exec(command)?.[1];
  return number === undefined ? 'worker' : `worker ${number}`;
}
