// The kinds of file that an installation keeps for its messages, each with the file that stands for it in one installation.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Anatomy } from './installation.ts';

export interface FileKind {
  readonly name: string;
  /** The file, of a whole installation; null when it has none of the kind. */
  readonly find: (anatomy: Anatomy) => string | null;
}

const inPostgres = (name: string, file: string): FileKind => ({
  name: `PostgreSQL: ${name}`,
  find: ({ dataDir }) => existing(path.join(dataDir, file)),
});
const relation = (name: string, of: string, suffix = ''): FileKind => ({
  name: `PostgreSQL: ${name}`,
  find: ({ dataDir, relations }) => existing(path.join(dataDir, relations[of]! + suffix)),
});
const inDatabase = (name: string, file: string): FileKind => ({
  name: `PostgreSQL: ${name}`,
  find: ({ dataDir, relations }) => existing(path.join(dataDir, path.dirname(relations['pg_class']!), file)),
});
const inJournal = (name: string, find: (folder: string) => string | null): FileKind => ({
  name: `NATS: ${name}`,
  find: ({ journalDir }) => find(journalDir),
});

export const fileKinds: readonly FileKind[] = [
  inPostgres('version', 'PG_VERSION'),
  inPostgres('control file', 'global/pg_control'),
  inPostgres('map of shared catalogs', 'global/pg_filenode.map'),
  relation('list of databases', 'pg_database'),
  {
    name: 'PostgreSQL: write-ahead log',
    find: ({ dataDir }) => lastOf(path.join(dataDir, 'pg_wal'), /^[0-9A-F]{24}$/, 0),
  },
  inPostgres('commit log', 'pg_xact/0000'),
  inPostgres('offsets of row locks', 'pg_multixact/offsets/0000'),
  inPostgres('members of row locks', 'pg_multixact/members/0000'),
  inPostgres('subtransactions', 'pg_subtrans/0000'),
  inDatabase('version of a database', 'PG_VERSION'),
  inDatabase('map of catalogs', 'pg_filenode.map'),
  relation('catalog', 'pg_class'),
  relation('index of a catalog', 'pg_class_oid_index'),
  relation('messages', 'messages'),
  relation('index of messages', 'messages_pkey'),
  relation('room in messages', 'messages', '_fsm'),
  relation('visibility of messages', 'messages', '_vm'),
  relation('conversations', 'conversations'),
  relation('other events', 'conversation_events'),
  relation('members', 'conversation_members'),
  relation('checkpoints of journals', 'journal_checkpoints'),
  relation('lives of workers', 'journal_incarnations'),
  relation('applied migrations', 'schema_migrations'),
  inPostgres('settings', 'postgresql.conf'),
  inPostgres('who may connect', 'pg_hba.conf'),
  {
    name: 'Skein: password of PostgreSQL',
    find: ({ stateDir }) => existing(path.join(stateDir, 'secrets', 'postgres-password')),
  },
  inJournal('block of a journal', (folder) => lastOf(path.join(folder, 'msgs'), /\.blk$/, -1)),
  inJournal('index of a journal', (folder) => existing(path.join(folder, 'msgs', 'index.db'))),
  inJournal('settings of a journal', (folder) => existing(path.join(folder, 'meta.inf'))),
  inJournal('checksum of those', (folder) => existing(path.join(folder, 'meta.sum'))),
  { name: 'Skein: head of a journal', find: ({ headFile }) => existing(headFile) },
  {
    name: 'Skein: secret of the cluster',
    find: ({ stateDir }) => existing(path.join(stateDir, 'secrets', 'cluster')),
  },
];

function existing(file: string): string | null {
  return existsSync(file) ? file : null;
}

function lastOf(folder: string, pattern: RegExp, at: number): string | null {
  if (!existsSync(folder)) return null;
  const name = readdirSync(folder)
    .filter((each) => pattern.test(each))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(at);
  return name === undefined ? null : path.join(folder, name);
}
