// Which part of Skein a process is, told by its command line.
import path from 'node:path';

export const processGroups = [
  'workers',
  'projector',
  'identity',
  'supervisor',
  'postgres',
  'nats',
  'start',
  'generators',
  'other',
] as const;
export type ProcessGroup = (typeof processGroups)[number];

const modules: readonly (readonly [part: string, group: ProcessGroup])[] = [
  ['cluster/worker/', 'workers'],
  ['cluster/projector/', 'projector'],
  ['cluster/identity/', 'identity'],
  ['cluster/supervisor/', 'supervisor'],
  ['ops/start.ts', 'start'],
  ['bench/chat/generator.ts', 'generators'],
];

export function groupOf(command: string): ProcessGroup {
  const [program = '', ...args] = command.split(' ');
  // PostgreSQL's processes write what they do in place of their command line: "postgres: walwriter".
  if (/^postgres(:|$)/.test(path.basename(program))) return 'postgres';
  if (path.basename(program).startsWith('nats-server')) return 'nats';
  for (const [part, group] of modules) if (args.some((arg) => arg.includes(part))) return group;
  return 'other';
}
