// `skein journal`: how far the journals are, whether they are whole, and what stands in them.
import type { Command } from 'commander';
import type { ClusterAccess } from '../cluster/access.ts';
import { lagBytesOf, lagOf } from '../cluster/facts.ts';
import { ownerOfJournal } from '../cluster/journals.ts';
import { readSnapshot, type ClusterSnapshot } from '../cluster/snapshot.ts';
import { examples, jsonOption, onCluster } from '../command-line.ts';
import { exitCodes } from '../errors.ts';
import { formatBytes, formatCount } from '../terminal/numbers.ts';
import { bad, doubtful, print, type OutputOptions } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { addJournalInspect } from './journal-inspect.ts';
import { addJournalRepair } from './journal-repair.ts';
import { addJournalVerify } from './journal-verify.ts';

export function addJournal(program: Command): void {
  const journal = program.command('journal').description('what is written but perhaps not in PostgreSQL yet');
  const status = journal
    .command('status')
    .description('every journal: whose it is, how much of it is in PostgreSQL')
    .addOption(jsonOption())
    .action(onCluster(journalStatus));
  examples(
    status,
    ['skein journal status', 'skein journal status --json | jq "map(.lag) | add"'],
    'A journal begins anew with each life of a worker. That of one that is gone is sealed, projected and deleted.',
  );
  addJournalVerify(journal);
  addJournalInspect(journal);
  addJournalRepair(journal);
}

async function journalStatus(access: ClusterAccess, options: OutputOptions): Promise<void> {
  const snapshot = await readSnapshot(access);
  const journals = snapshot.journals.map((journal) => ({
    ...journal,
    owner: ownerOfJournal(snapshot, journal),
    lag: lagOf(journal),
    lagBytes: lagBytesOf(journal),
  }));
  print(options, journals, () => describe(snapshot, journals));
  const isWell = snapshot.postgresDown === null && journals.every(({ lastRecord }) => lastRecord !== null);
  process.exitCode = isWell ? exitCodes.well : exitCodes.badNews;
}

function describe(
  { postgresDown }: ClusterSnapshot,
  journals: readonly (ClusterSnapshot['journals'][number] & {
    owner: string;
    lag: number | null;
    lagBytes: number | null;
  })[],
): string {
  if (journals.length === 0) return 'There are no journals.';
  const rows = journals.map((journal) => [
    journal.incarnation,
    journal.owner === 'gone' ? doubtful('gone') : journal.owner,
    journal.lastRecord === null ? bad('unreadable') : formatCount(journal.lastRecord),
    journal.projected === null ? '?' : formatCount(journal.projected),
    journal.lag === null ? '?' : formatCount(journal.lag),
    journal.lagBytes === null ? '?' : `~${formatBytes(journal.lagBytes)}`,
    formatCount(journal.records),
    formatBytes(journal.bytes),
    journal.sealed ? 'sealed' : '',
  ]);
  const header = [
    'journal',
    'worker',
    'last record',
    'projected',
    'lag',
    'lag bytes',
    'kept',
    'kept bytes',
    '',
  ];
  const note = postgresDown === null ? '' : `\n\n${bad(`PostgreSQL does not answer (${postgresDown}).`)}`;
  return table(header, rows) + note;
}
