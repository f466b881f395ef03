// Sign-ins that were ended, for as long as access tokens of theirs could still be valid (ACC-2). The identity provider
// and the gateways write them, and every gateway follows them (docs/decisions/0017-ended-sessions.md).
import type pg from 'pg';

/** Tokens of the built-in provider live for an hour; the rest is for clocks that differ. */
const sessionRowsLast = '65 minutes';
/** As long as tokens of outside issuers are taken, and five minutes more for clocks that differ. */
const outsideRowsLast = '1445 minutes';

export interface EndedRow {
  /** `session:<id>` or `user:<id>` */
  readonly subject: string;
  readonly endedAtMs: number;
  readonly expiresAtMs: number;
}

export interface EndedRows {
  /** The earliest first. */
  readonly rows: readonly EndedRow[];
  /** Where the next read goes on. */
  readonly next: string;
}

export const fromTheBeginning = '0';

const conflict = `on conflict (subject) do update set
  ended_at = excluded.ended_at, expires_at = excluded.expires_at, written_in = excluded.written_in`;

/** Notes that tokens of this sign-in are void. */
export async function noteEnded(database: pg.Pool, sessionId: string): Promise<void> {
  await database.query(
    `insert into ended_sessions (subject, expires_at)
     values ('session:' || $1, now() + interval '${sessionRowsLast}') ${conflict}`,
    [sessionId],
  );
}

/** Notes that tokens of this sign-in with an outside issuer are void. */
export async function noteEndedOutside(database: pg.Pool, sessionId: string): Promise<void> {
  await database.query(
    `insert into ended_sessions (subject, expires_at)
     values ('session:' || $1, now() + interval '${outsideRowsLast}') ${conflict}`,
    [sessionId],
  );
}

/** Ends one sign-in of a program: its refresh tokens and access tokens. */
export async function endSession(database: pg.Pool, sessionId: string): Promise<void> {
  await database.query(
    `with gone as (
       delete from identity_documents where grant_id = $1 or (model = 'Grant' and id = $1))
     insert into ended_sessions (subject, expires_at)
     values ('session:' || $1, now() + interval '${sessionRowsLast}') ${conflict}`,
    [sessionId],
  );
}

/**
 * Ends every sign-in of someone, in browsers too. Access tokens that name their sign-in are found by the refresh token
 * that came with each; the others are refused by the time when they were issued.
 */
export async function endAllSessions(database: pg.Pool, userId: string): Promise<void> {
  await database.query(
    `with gone as (
       delete from identity_documents
       where payload ? 'accountId' and payload ->> 'accountId' = $1
       returning grant_id, (payload ->> 'iat')::float8 as issued_at),
     recent as (
       select distinct grant_id from gone
       where grant_id is not null and issued_at > extract(epoch from now() - interval '${sessionRowsLast}'))
     insert into ended_sessions (subject, expires_at)
     select 'session:' || grant_id, now() + interval '${sessionRowsLast}' from recent
     union all select 'user:' || $1, now() + interval '${outsideRowsLast}' ${conflict}`,
    [userId],
  );
}

/** Reads those that were not visible to the read that answered `from`, the latest `rowsMax` of them. */
export async function readEnded(database: pg.Pool, from: string, rowsMax: number): Promise<EndedRows> {
  const { rows } = await database.query<EndedRow & { next: string }>({
    name: 'read-ended-sessions',
    text: `select snapshot.next, subject, extract(epoch from ended_at)::float8 * 1000 as "endedAtMs",
             extract(epoch from expires_at)::float8 * 1000 as "expiresAtMs"
           from (select pg_snapshot_xmin(pg_current_snapshot())::text as next) snapshot
           left join ended_sessions on written_in >= $1::text::xid8 and expires_at > now()
           order by ended_at desc nulls last limit $2`,
    values: [from, rowsMax],
  });
  const next = rows[0]!.next;
  return { rows: rows.filter(({ subject }) => subject !== null).reverse(), next };
}

export async function forgetEnded(database: pg.Pool): Promise<void> {
  await database.query('delete from ended_sessions where expires_at < now()');
}
