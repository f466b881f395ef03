// `skein journal inspect`.
import type { Command } from 'commander';
import { decodeRecord, type JournalRecord } from '../../../storage/journal/record.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { journalNamed } from '../cluster/journals.ts';
import { readSnapshot } from '../cluster/snapshot.ts';
import { examples, jsonOption, numberOption, onCluster } from '../command-line.ts';
import { badNews, reasonOf } from '../errors.ts';
import { formatBytes, formatCount } from '../terminal/numbers.ts';
import { bad, print, type OutputOptions } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';

interface Options extends OutputOptions {
  readonly from?: number;
  readonly limit: number;
}

/** Numbers and kinds; never what people wrote. */
export interface InspectedRecord {
  readonly record: number | null;
  readonly streamSeq: number;
  readonly at: string;
  readonly bytes: number;
  readonly type: JournalRecord['type'] | 'undecodable';
  /** Entries by type. */
  readonly entries: Readonly<Record<string, number>>;
  readonly shards: readonly number[];
  readonly note: string | null;
}

const shardsShown = 8;

export function addJournalInspect(journal: Command): void {
  const command = journal
    .command('inspect')
    .argument('<incarnation|place>', 'a journal')
    .description('its records: number, time, size, kinds of entries, shards; never what people wrote')
    .addOption(
      numberOption('--from <record>', 'the first one; the newest ones otherwise', 1, Number.MAX_SAFE_INTEGER),
    )
    .addOption(numberOption('--limit <count>', 'how many', 1, 10_000).default(20))
    .addOption(jsonOption())
    .action(onCluster(inspect));
  examples(command, [
    'skein journal inspect one/2',
    'skein journal inspect w3f2a9c01b7de --from 1200 --limit 50',
  ]);
}

async function inspect(access: ClusterAccess, name: string, options: Options): Promise<void> {
  const { incarnation } = journalNamed(await readSnapshot(access), name);
  const { state } = await access.manager.streams.info(access.streams.streamOf(incarnation));
  const from = options.from ?? Infinity;
  const fromSeq = await seqOf(access, incarnation, state, from, options.limit);
  const found: InspectedRecord[] = [];
  for (let seq = fromSeq; seq <= state.last_seq && found.length < options.limit; seq++) {
    const record = await recordAt(access, incarnation, seq);
    if (record && (options.from === undefined || (record.record ?? from) >= from)) found.push(record);
  }
  if (found.length === 0) throw badNews(`The journal of ${incarnation} has no such record.`);
  print(options, found, () => describe(found));
}

/** Records and stream sequence numbers go together as a rule; otherwise the search begins earlier. */
async function seqOf(
  access: ClusterAccess,
  incarnation: string,
  state: { readonly first_seq: number; readonly last_seq: number },
  from: number,
  limit: number,
): Promise<number> {
  if (from === Infinity) return Math.max(state.first_seq, state.last_seq - limit + 1);
  const first = await recordAt(access, incarnation, state.first_seq);
  const guess = state.first_seq + (from - (first?.record ?? from));
  const there = guess > state.first_seq ? await recordAt(access, incarnation, guess) : null;
  return there?.record === from ? guess : state.first_seq;
}

async function recordAt(
  { manager, streams }: ClusterAccess,
  incarnation: string,
  seq: number,
): Promise<InspectedRecord | null> {
  // One that was deleted from the stream is a hole, which the numbers show.
  const message = await manager.streams.getMessage(streams.streamOf(incarnation), { seq }).catch(() => null);
  if (!message) return null;
  const about = { streamSeq: seq, at: message.time.toISOString(), bytes: message.data.length };
  try {
    return { ...about, ...contentsOf(decodeRecord(message.data)) };
  } catch (error) {
    return { ...about, record: null, type: 'undecodable', entries: {}, shards: [], note: reasonOf(error) };
  }
}

function contentsOf(record: JournalRecord): Omit<InspectedRecord, 'streamSeq' | 'at' | 'bytes'> {
  if (record.type === 'seal') {
    return { record: record.number, type: 'seal', entries: {}, shards: [], note: `sealed by ${record.by}` };
  }
  const entries: Record<string, number> = {};
  for (const { type } of record.entries) entries[type] = (entries[type] ?? 0) + 1;
  const shards = [...new Set(record.entries.map(({ shard }) => shard))].sort((a, b) => a - b);
  return { record: record.number, type: 'batch', entries, shards, note: null };
}

function describe(records: readonly InspectedRecord[]): string {
  const rows = records.map(({ record, at, bytes, type, entries, shards, note }) => [
    record === null ? '?' : formatCount(record),
    at,
    formatBytes(bytes),
    note === null ? kinds(entries) : type === 'seal' ? note : bad(`undecodable: ${note}`),
    shards.length > shardsShown
      ? `${shards.slice(0, shardsShown).join(',')},… (${shards.length})`
      : shards.join(','),
  ]);
  return table(['record', 'at', 'bytes', 'entries', 'shards'], rows);
}

const kinds = (entries: Readonly<Record<string, number>>): string =>
  Object.entries(entries)
    .map(([type, count]) => `${formatCount(count)} ${type}`)
    .join(', ');
