// Journals that PostgreSQL knows of and that are not drained: how far each acknowledged, and what is known to be lost.
import { furtherHead } from '../../../storage/journal/head.ts';
import { HeadFiles } from '../../../storage/journal/head-files.ts';
import type { JournalPosition } from '../../../storage/journal/reader.ts';
import { defaultStateDir } from '../../embedded/state-folder.ts';
import type { ClusterAccess } from './access.ts';

export interface UnfinishedJournal {
  readonly incarnation: string;
  readonly host: string;
  /** The last record that is known to be acknowledged, as this host or PostgreSQL knows it. */
  readonly head: JournalPosition;
  /** Words of a projector for that which is missing; null when nothing is. */
  readonly damage: string | null;
}

interface Row {
  readonly incarnation: string;
  readonly host: string;
  readonly head_number: string;
  readonly head_hash: Buffer;
  readonly damage: string | null;
}

/** Rejects as pg does. */
export async function readUnfinished(access: ClusterAccess): Promise<UnfinishedJournal[]> {
  const rows = await access.query<Row>(
    `select incarnation, host, head_number, head_hash, damage from journal_incarnations
     where drained_at is null order by registered_at`,
  );
  const files = new HeadFiles(defaultStateDir(process.env));
  return rows.map(({ incarnation, host, head_number, head_hash, damage }) => {
    const told = { number: Number(head_number), hash: head_hash };
    return { incarnation, host, head: furtherHead(told, files.read(incarnation)) ?? told, damage };
  });
}
