// Reads the whole record and looks for what PostgreSQL may have lost without noticing: a zeroed page counts as an empty
// one, a truncated table as a short one, a zeroed commit log as transactions that never ended. What must agree is that
// every sequence is dense up to its head, that every count is that of the rows, and that the journals' checkpoints have
// brought no more into the tables than is there. Memory stays bounded: it goes through conversations and people in pages.
import type pg from 'pg';

export interface DeepCheck {
  /** Sentences about all that does not agree: the first of each kind, and how many more there are. */
  readonly problems: readonly string[];
  readonly conversations: number;
  readonly events: number;
  readonly inboxes: number;
  /** Whether PostgreSQL checks its pages when it reads them. */
  readonly hasChecksums: boolean;
  /** Whether indexes and tables were checked from inside (amcheck). */
  readonly hasAmcheck: boolean;
}

export interface DeepCheckOptions {
  /** Told now and then how far it is. */
  readonly onProgress?: (step: string, done: number) => void;
}

/** Conversations, or people, of one question. */
const pageSize = 1_000;
const shownMax = 5;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Throws as PostgreSQL does when it cannot read at all. */
export async function checkDeeply(
  db: pg.ClientBase,
  { onProgress = () => undefined }: DeepCheckOptions = {},
): Promise<DeepCheck> {
  const found = new Findings();
  const { rows: settings } = await db.query<{ checksums: string }>(
    `select current_setting('data_checksums') as checksums`,
  );
  const conversations = await checkConversations(db, found, onProgress);
  const inboxes = await checkInboxes(db, found, onProgress);
  await checkOrphans(db, found);
  const events = await checkTotals(db, found);
  const hasAmcheck = await checkStructures(db, found, onProgress);
  const hasChecksums = settings[0]!.checksums === 'on';
  return { problems: found.sentences, conversations, events, inboxes, hasChecksums, hasAmcheck };
}

class Findings {
  readonly #byKind = new Map<string, { shown: string[]; count: number }>();

  add(kind: string, sentence: string): void {
    const known = this.#byKind.get(kind) ?? { shown: [], count: 0 };
    this.#byKind.set(kind, known);
    known.count++;
    if (known.shown.length < shownMax) known.shown.push(sentence);
  }

  get sentences(): string[] {
    return [...this.#byKind.values()].flatMap(({ shown, count }) =>
      count > shown.length ? [...shown, `and ${count - shown.length} more of this kind`] : shown,
    );
  }
}

interface ConversationRow {
  readonly id: string;
  readonly head_seq: number;
  readonly head_ordinal: number;
  readonly members: number;
  readonly events: number;
  readonly last_seq: number;
  readonly messages: number;
  readonly last_ordinal: number;
  readonly present: number;
}

/** A sequence of n different numbers from 1 on whose last is n has no gap. */
async function checkConversations(
  db: pg.ClientBase,
  found: Findings,
  onProgress: NonNullable<DeepCheckOptions['onProgress']>,
): Promise<number> {
  let done = 0;
  for (let after = firstId; ;) {
    const { rows } = await db.query<ConversationRow>({
      name: 'deep-conversations',
      text: `select c.conversation_id as id, c.head_seq::float8, c.head_ordinal::float8,
               case when c.deleted_at is null then c.member_count else -1 end as members,
               (m.messages + e.events)::float8 as events, greatest(m.last_seq, e.last_seq)::float8 as last_seq,
               m.messages::float8,
               m.last_ordinal::float8,
               (select count(*)::int4 from conversation_members cm where cm.conversation_id = c.conversation_id) as present
             from (select * from conversations where conversation_id > $1 order by conversation_id limit $2) c,
               lateral (select count(*) as messages, coalesce(max(seq), 0) as last_seq,
                               coalesce(max(ordinal), 0) as last_ordinal
                        from messages where conversation_id = c.conversation_id) m,
               lateral (select count(*) as events, coalesce(max(seq), 0) as last_seq
                        from conversation_events where conversation_id = c.conversation_id) e
             order by c.conversation_id`,
      values: [after, pageSize],
    });
    for (const row of rows) judgeConversation(row, found);
    done += rows.length;
    onProgress('conversations', done);
    if (rows.length < pageSize) return done;
    after = rows.at(-1)!.id;
  }
}

function judgeConversation(row: ConversationRow, found: Findings): void {
  const {
    id,
    head_seq: head,
    events,
    last_seq: last,
    messages,
    head_ordinal: ordinal,
    last_ordinal: lastOrdinal,
  } = row;
  if (events !== head || last !== head)
    found.add('dense', `conversation ${id} has ${events} events up to ${last}, and its head is ${head}`);
  else if (messages !== ordinal || lastOrdinal !== ordinal)
    found.add(
      'ordinal',
      `conversation ${id} has ${messages} messages up to ${lastOrdinal}, and its count is ${ordinal}`,
    );
  if (row.members >= 0 && row.present !== row.members)
    found.add('members', `conversation ${id} has ${row.present} members, and its count is ${row.members}`);
}

async function checkInboxes(
  db: pg.ClientBase,
  found: Findings,
  onProgress: NonNullable<DeepCheckOptions['onProgress']>,
): Promise<number> {
  let done = 0;
  for (let after = firstId; ;) {
    const { rows } = await db.query<{ id: string; events: number; last: number }>({
      name: 'deep-inboxes',
      text: `select user_id as id, count(*)::float8 as events, max(seq)::float8 as last from inbox_events
             where user_id > $1 group by user_id order by user_id limit $2`,
      values: [after, pageSize],
    });
    for (const { id, events, last } of rows)
      if (events !== last) found.add('inbox', `the inbox of ${id} has ${events} events up to ${last}`);
    done += rows.length;
    onProgress('inboxes', done);
    if (rows.length < pageSize) return done;
    after = rows.at(-1)!.id;
  }
}

/** Rows whose conversation is gone. */
async function checkOrphans(db: pg.ClientBase, found: Findings): Promise<void> {
  for (const table of ['messages', 'conversation_events', 'conversation_members']) {
    const { rows } = await db.query<{ id: string }>(
      `select distinct conversation_id as id from ${table} t
       where not exists (select 1 from conversations c where c.conversation_id = t.conversation_id) limit ${shownMax}`,
    );
    for (const { id } of rows)
      found.add('orphans', `conversation ${id} is not in the record, and rows of it are in ${table}`);
  }
}

/** Rows by tests and loads that no journal brought may be more; fewer are lost. */
async function checkTotals(db: pg.ClientBase, found: Findings): Promise<number> {
  const { rows } = await db.query<{ events: number; brought: number; inbox: number; inbox_brought: number }>(
    `select ((select count(*) from messages) + (select count(*) from conversation_events))::float8 as events,
            (select count(*) from inbox_events)::float8 as inbox,
            ((select coalesce(sum(events), 0) from journal_checkpoints) +
              (select coalesce(sum(events), 0) from projected_before))::float8 as brought,
            ((select coalesce(sum(inbox_events), 0) from journal_checkpoints) +
              (select coalesce(sum(inbox_events), 0) from projected_before))::float8 as inbox_brought`,
  );
  const { events, brought, inbox, inbox_brought: inboxBrought } = rows[0]!;
  if (events < brought)
    found.add('totals', `${events} events are in the tables, and the journals brought ${brought}`);
  if (inbox < inboxBrought)
    found.add(
      'totals',
      `${inbox} events of inboxes are in the tables, and the journals brought ${inboxBrought}`,
    );
  return events;
}

/**
 * Every index against its table, and every table's pages, where PostgreSQL has the means and lets us; nothing of it stays.
 */
async function checkStructures(
  db: pg.ClientBase,
  found: Findings,
  onProgress: NonNullable<DeepCheckOptions['onProgress']>,
): Promise<boolean> {
  await db.query('begin');
  try {
    if (!(await hasExtension(db))) return false;
    const { rows } = await db.query<{ name: string; kind: string }>(
      `select c.oid::regclass::text as name, case c.relkind when 'i' then 'index' else 'table' end as kind
       from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_am a on a.oid = c.relam
       where n.nspname in ('public', 'pg_catalog') and c.relpersistence = 'p'
         and (c.relkind = 'r' or (c.relkind = 'i' and a.amname = 'btree')) order by 1`,
    );
    for (const [index, { name, kind }] of rows.entries()) {
      onProgress('tables and indexes', index + 1);
      await checkStructure(db, found, name, kind);
    }
    return true;
  } finally {
    await db.query('rollback').catch(() => undefined);
  }
}

async function hasExtension(db: pg.ClientBase): Promise<boolean> {
  await db.query('savepoint extension');
  try {
    await db.query('create extension if not exists amcheck');
    return true;
  } catch {
    await db.query('rollback to savepoint extension');
    return false;
  }
}

async function checkStructure(db: pg.ClientBase, found: Findings, name: string, kind: string): Promise<void> {
  await db.query('savepoint structure');
  try {
    if (kind === 'index') await db.query('select bt_index_check($1::regclass, true)', [name]);
    else {
      const { rows } = await db.query<{ blkno: number; msg: string }>(
        'select blkno::int4 as blkno, msg from verify_heapam($1::regclass) limit 1',
        [name],
      );
      for (const { blkno, msg } of rows) found.add('structure', `table ${name}, page ${blkno}: ${msg}`);
    }
    await db.query('release savepoint structure');
  } catch (error) {
    await db.query('rollback to savepoint structure');
    found.add('structure', `${kind} ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
