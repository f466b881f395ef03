// `skein journal verify`.
import type { Command } from 'commander';
import { streamNotFound } from '../../../storage/journal/append.ts';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { ClusterAccess } from '../cluster/access.ts';
import { journalNamed, withoutStream } from '../cluster/journals.ts';
import { readSnapshot } from '../cluster/snapshot.ts';
import { examples, jsonOption, onCluster } from '../command-line.ts';
import { exitCodes, unreachable } from '../errors.ts';
import { checkJournal, checkMissing, type JournalVerdict } from '../journal-check.ts';
import { formatBytes, formatCount, plural } from '../terminal/numbers.ts';
import { bad, good, print, type OutputOptions } from '../terminal/output.ts';
import { Progress } from '../terminal/progress.ts';

/** How often the progress is told, in records. */
const tellEvery = 500;

export function addJournalVerify(journal: Command): void {
  const command = journal
    .command('verify')
    .argument('[incarnation|place]', 'one journal; all of them otherwise')
    .description(
      'read every record that is there and check its number, its hash, PostgreSQL’s checkpoint, and what was acknowledged',
    )
    .addOption(jsonOption())
    .action(onCluster(verify));
  examples(
    command,
    ['skein journal verify', 'skein journal verify one/2', 'skein journal verify w3f2a9c01b7de --json'],
    'Exit code 1 when something is missing or changed; it says where.',
  );
}

async function verify(
  access: ClusterAccess,
  name: string | undefined,
  options: OutputOptions,
): Promise<void> {
  const snapshot = await readSnapshot(access);
  if (snapshot.postgresDown !== null) {
    throw unreachable(
      `PostgreSQL does not answer (${snapshot.postgresDown}): without its checkpoints a journal’s ends cannot be checked.`,
    );
  }
  const journals = name === undefined ? snapshot.journals : [journalNamed(snapshot, name)];
  const heads = new Map(snapshot.unfinished.map(({ incarnation, head }) => [incarnation, head]));
  const progress = new Progress();
  const verdicts: JournalVerdict[] = [];
  for (const { incarnation } of journals) {
    const say = (done: number, all: number): void => {
      if (done % tellEvery === 0)
        progress.say(`${incarnation}: ${formatCount(done)} of ${formatCount(all)} records`);
    };
    const verdict = await checkJournal(access, incarnation, heads.get(incarnation) ?? null, say).catch(
      unlessDeleted,
    );
    if (verdict) verdicts.push(verdict);
  }
  if (name === undefined) {
    for (const { incarnation, head } of withoutStream(snapshot)) {
      verdicts.push(await checkMissing(access, incarnation, head));
    }
  }
  progress.end();
  print(options, verdicts, () => verdicts.map(describe).join('\n') || 'There are no journals.');
  process.exitCode = verdicts.some(({ damage }) => damage !== null) ? exitCodes.badNews : exitCodes.well;
}

/** The leader deletes a journal once all of it is in PostgreSQL. */
function unlessDeleted(error: unknown): null {
  if (error instanceof JetStreamApiError && error.code === streamNotFound) return null;
  throw error;
}

function describe({
  incarnation,
  records,
  firstRecord,
  lastRecord,
  sealed,
  bytes,
  damage,
}: JournalVerdict): string {
  if (damage !== null) {
    const until = lastRecord === null ? '' : ` Sound up to record ${lastRecord}.`;
    return `${bad('✗')} ${incarnation}: DAMAGED: ${damage}.${until}`;
  }
  const which = firstRecord === null ? '' : ` (${formatCount(firstRecord)} to ${formatCount(lastRecord!)})`;
  return `${good('✓')} ${incarnation}: ${plural(records, 'record')}${which}, ${formatBytes(bytes)}, whole${sealed ? ', sealed' : ''}`;
}
