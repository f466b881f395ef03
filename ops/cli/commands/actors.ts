// `skein actors show`: one conversation or session, as its owner has it in memory and as PostgreSQL has it.
import type { Command } from 'commander';
import { shardOf, type ActorKind } from '../../../actors/runtime/address.ts';
import { ownerOf } from '../../../cluster/fabric/placement/shard-map.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { livingMembers, placeOfOwner } from '../cluster/facts.ts';
import { readState } from '../cluster/snapshot.ts';
import { recordOf } from '../actor-record.ts';
import { examples, jsonOption, onCluster } from '../command-line.ts';
import { exitCodes, reasonOf, wrongUse } from '../errors.ts';
import { bad, print, type OutputOptions } from '../terminal/output.ts';
import { facts } from '../terminal/table.ts';

type Fields = Readonly<Record<string, unknown>>;

interface FoundActor {
  readonly kind: ActorKind;
  /** Null: asleep. */
  readonly inMemory: Fields | null;
  /** Null: there is none; a string: why nobody can tell. */
  readonly recorded: Fields | string | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function addActors(program: Command): void {
  const actors = program.command('actors').description('single conversations and sessions');
  const command = actors
    .command('show')
    .argument('<id>', 'of a conversation or a user')
    .description('where it lives, its numbers in memory and in PostgreSQL; never what people wrote')
    .addOption(jsonOption())
    .action(onCluster(show));
  examples(
    command,
    ['skein actors show 0198f3c2-5b1e-7a44-9d0a-3c1f5e7a9b42'],
    'An actor sleeps unless someone uses it: then only PostgreSQL knows it. Exit code 1 when nobody does.',
  );
}

async function show(access: ClusterAccess, name: string, options: OutputOptions): Promise<void> {
  const id = name.toLowerCase();
  if (!uuid.test(id)) throw wrongUse(`${name} is no id; it looks like 0198f3c2-5b1e-7a44-9d0a-3c1f5e7a9b42.`);
  const state = await readState(access);
  const shard = shardOf(id);
  const owner = ownerOf(state.map, shard);
  const isServed = livingMembers(state).some(({ incarnation }) => incarnation === owner);
  const kinds = ['conversation', 'session'] as const;
  const asked = await Promise.all(kinds.map((kind) => find(access, kind, id, isServed ? owner : null)));
  const actors = asked.filter(({ inMemory, recorded }) => inMemory !== null || recorded !== null);
  const place = owner === null ? null : placeOfOwner(state, owner);
  const found = { id, shard, owner, place, served: isServed, actors };
  print(options, found, () => {
    const where = isServed ? `${place} (${owner})` : bad('nobody serves it now');
    const head = facts([
      ['id', id],
      ['shard', String(shard)],
      ['owner', where],
    ]);
    if (actors.length === 0)
      return `${head}\n\nNeither in memory nor in PostgreSQL: there is none with this id.`;
    return [head, ...actors.map(describe)].join('\n\n');
  });
  process.exitCode = actors.length > 0 ? exitCodes.well : exitCodes.badNews;
}

async function find(
  access: ClusterAccess,
  kind: ActorKind,
  id: string,
  owner: string | null,
): Promise<FoundActor> {
  const inMemory = owner === null ? null : await access.ask(owner, 'actor', { address: { kind, id } });
  const recorded = await recordOf(access, kind, id).catch(
    (error: unknown) => `not known: ${reasonOf(error)}`,
  );
  return { kind, inMemory, recorded };
}

function describe({ kind, inMemory, recorded }: FoundActor): string {
  return facts([
    [kind, ''],
    ['  in memory', inMemory === null ? 'no: it sleeps' : fields(inMemory)],
    [
      '  in PostgreSQL',
      recorded === null ? 'nothing yet' : typeof recorded === 'string' ? bad(recorded) : fields(recorded),
    ],
  ]);
}

function fields(of: Fields): string {
  return Object.entries(of)
    .map(([name, value]) => `${name}: ${text(value)}`)
    .join('\n');
}

function text(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${text(inner)}`)
    .join(', ');
}
