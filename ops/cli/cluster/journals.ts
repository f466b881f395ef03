// Journals by name, and whose they are.
import { badNews, wrongUse } from '../errors.ts';
import { livingMembers, memberAt } from './facts.ts';
import type { ClusterSnapshot, JournalFacts } from './snapshot.ts';
import type { UnfinishedJournal } from './unfinished.ts';

/** A journal by its incarnation, or by the place of the worker that writes it. */
export function journalNamed(snapshot: ClusterSnapshot, name: string): JournalFacts {
  const incarnation = memberAt(snapshot, name)?.incarnation ?? name;
  const found = snapshot.journals.find((journal) => journal.incarnation === incarnation);
  if (found) return found;
  if (snapshot.journals.length === 0) throw badNews('There are no journals.');
  const present = snapshot.journals.map(
    (journal) => `${journal.incarnation} (${ownerOfJournal(snapshot, journal)})`,
  );
  throw wrongUse(`There is no journal of ${name}. The journals are: ${present.join(', ')}.`);
}

/** Journals that PostgreSQL knows of as not drained, and NATS does not have. */
export function withoutStream({ unfinished, journals }: ClusterSnapshot): UnfinishedJournal[] {
  return unfinished.filter(
    ({ incarnation }) => !journals.some((journal) => journal.incarnation === incarnation),
  );
}

export function ownerOfJournal(snapshot: ClusterSnapshot, { incarnation }: JournalFacts): string {
  return livingMembers(snapshot).find((member) => member.incarnation === incarnation)?.place ?? 'gone';
}
