// `skein journal repair`: gives up what a journal has lost, so that its shards are served again.
import type { Command } from 'commander';
import { bounds } from '../../../actors/runtime/bounds.ts';
import { firstEpoch } from '../../../actors/conversation/state.ts';
import { journalStart } from '../../../storage/journal/reader.ts';
import type { ClusterAccess } from '../cluster/access.ts';
import { livingMembers, shardsOf } from '../cluster/facts.ts';
import { readSnapshot, type ClusterSnapshot } from '../cluster/snapshot.ts';
import type { UnfinishedJournal } from '../cluster/unfinished.ts';
import { examples, jsonOption, onCluster, yesOption } from '../command-line.ts';
import { badNews, unreachable, wrongUse } from '../errors.ts';
import { consent, type ConsentOptions } from '../terminal/ask.ts';
import { plural } from '../terminal/numbers.ts';
import { print, type OutputOptions } from '../terminal/output.ts';

export function addJournalRepair(journal: Command): void {
  const command = journal
    .command('repair')
    .argument('<incarnation>', 'a damaged journal, as skein status names it')
    .description('give up what a damaged journal has lost, so that its shards are served again')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(onCluster(repair));
  examples(
    command,
    ['skein journal repair w3f2a9c01b7de'],
    'Bring back the storage of NATS first, if you can: what is given up here stays lost.',
  );
}

async function repair(
  access: ClusterAccess,
  incarnation: string,
  options: OutputOptions & ConsentOptions,
): Promise<void> {
  const snapshot = await readSnapshot(access);
  const { damage } = damagedNamed(snapshot, incarnation);
  const shards = shardsConcerned(snapshot, incarnation);
  await consent(
    options,
    `${damage}. People were told that these messages are stored; they are in no store. Which conversations they belong to cannot be known: some of those in ${plural(shards.length, 'shard')}. Clients go on from where these conversations stand, and keep what was lost on the screen, marked. What is given up stays lost.`,
  );
  await giveUp(access, incarnation, shards);
  print(options, { incarnation, lost: damage, shards: shards.length }, () => {
    return `What ${incarnation} lost is given up; ${plural(shards.length, 'shard')} go on in a moment: skein status follows.`;
  });
}

function damagedNamed(snapshot: ClusterSnapshot, incarnation: string): UnfinishedJournal {
  if (snapshot.postgresDown !== null) {
    throw unreachable(
      `PostgreSQL does not answer (${snapshot.postgresDown}): it has to know what is given up.`,
    );
  }
  const journal = snapshot.unfinished.find((each) => each.incarnation === incarnation);
  if (!journal)
    throw wrongUse(`There is no journal of ${incarnation} that is not drained. skein status names them.`);
  if (journal.damage === null) {
    throw badNews(
      `Refused: no projector has found anything lost of ${incarnation}. skein journal verify looks closer.`,
    );
  }
  if (livingMembers(snapshot).some((member) => member.incarnation === incarnation)) {
    throw badNews(`Refused: its worker lives. skein failover ${incarnation} ends it first.`);
  }
  const stream = snapshot.journals.find((each) => each.incarnation === incarnation);
  if (stream && !stream.sealed) {
    throw badNews(
      'Refused: the journal is not sealed yet, and its worker may still write. The leader seals it.',
    );
  }
  return journal;
}

/** Those that it owned; all, when the shard map is lost as well. */
function shardsConcerned(snapshot: ClusterSnapshot, incarnation: string): number[] {
  if (snapshot.map.workers.length > 0) return shardsOf(snapshot, incarnation);
  return Array.from({ length: bounds.shardCount }, (_, shard) => shard);
}

/** One statement: the epochs rise with what makes the shards free, or not at all. */
async function giveUp(access: ClusterAccess, incarnation: string, shards: readonly number[]): Promise<void> {
  await access.query(
    `with cut as (
       insert into shard_history as history (shard, epoch_floor)
       select unnest($2::int4[]), $3::int4 + 1
       on conflict (shard) do update set epoch_floor = history.epoch_floor + 1, cut_at = now()
     ), ended as (
       insert into journal_checkpoints (incarnation, batch, batch_hash, sealed) values ($1, 0, $4, true)
       on conflict (incarnation) do update set sealed = true, updated_at = now()
     )
     update journal_incarnations set drained_at = now(), given_up_at = now() where incarnation = $1`,
    [incarnation, shards, firstEpoch, Buffer.from(journalStart.hash)],
  );
}
