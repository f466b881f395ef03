// Where oidc-provider keeps what it must remember: sessions, interactions, codes, grants and refresh tokens, each a
// document in PostgreSQL, so that any identity process can serve any request and a restart forgets nothing. The values that
// people present (of sessions, codes and refresh tokens) are not in it: a reader of the database can sign in as nobody.
import { createHash } from 'node:crypto';
import { errors } from 'oidc-provider';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type pg from 'pg';
import { endSession, forgetEnded, noteEnded } from '../../storage/postgres/ended-sessions.ts';

const purgeBatchRows = 5_000;

interface DocumentRow {
  readonly payload: AdapterPayload;
  readonly consumed: number | null;
}

const found = 'select payload, extract(epoch from consumed_at)::float8 as consumed from identity_documents';

export function pgAdapter(database: pg.Pool): AdapterFactory {
  return (model) => new PgAdapter(model, database);
}

class PgAdapter implements Adapter {
  readonly #model: string;
  readonly #database: pg.Pool;

  constructor(model: string, database: pg.Pool) {
    this.#model = model;
    this.#database = database;
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    await this.#database.query(
      `insert into identity_documents (model, id, payload, grant_id, user_code, uid, expires_at)
       values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
       on conflict (model, id) do update set
         payload = excluded.payload, grant_id = excluded.grant_id, user_code = excluded.user_code,
         uid = excluded.uid, expires_at = excluded.expires_at`,
      [
        this.#model,
        storedId(this.#model, id),
        withoutBearers(payload),
        payload.grantId,
        payload.userCode,
        payload.uid,
        expiresInSeconds ?? null,
      ],
    );
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = await this.#findOne(`${found} where model = $1 and id = $2`, storedId(this.#model, id));
    return payload && { ...payload, jti: id };
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findOne(`${found} where model = $1 and uid = $2`, uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findOne(`${found} where model = $1 and user_code = $2`, userCode);
  }

  /**
   * A code or a refresh token is spent by exactly one request. The provider reads before it consumes, so of two
   * requests that come together both can find it unspent; the one that loses here is a reuse like any later one,
   * and takes the whole family with it.
   */
  async consume(id: string): Promise<void> {
    const { rowCount } = await this.#database.query(
      'update identity_documents set consumed_at = now() where model = $1 and id = $2 and consumed_at is null',
      [this.#model, storedId(this.#model, id)],
    );
    if (rowCount === 1) return;
    const { rows } = await this.#database.query<{ grantId: string | null }>(
      'select grant_id as "grantId" from identity_documents where model = $1 and id = $2',
      [this.#model, storedId(this.#model, id)],
    );
    const grantId = rows[0]?.grantId;
    if (grantId) await endSession(this.#database, grantId);
    throw new errors.InvalidGrant('already used');
  }

  async destroy(id: string): Promise<void> {
    await this.#database.query('delete from identity_documents where model = $1 and id = $2', [
      this.#model,
      storedId(this.#model, id),
    ]);
  }

  /** Access tokens are not stored: that those of the grant are void is noted where gateways look. */
  async revokeByGrantId(grantId: string): Promise<void> {
    if (this.#model === 'AccessToken') return noteEnded(this.#database, grantId);
    await this.#database.query('delete from identity_documents where model = $1 and grant_id = $2', [
      this.#model,
      grantId,
    ]);
  }

  async #findOne(sql: string, key: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.#database.query<DocumentRow>(sql, [this.#model, key]);
    const row = rows[0];
    if (!row) return undefined;
    return row.consumed === null ? row.payload : { ...row.payload, consumed: row.consumed };
  }
}

/** Models whose id is the value that a browser or program presents. */
const presented = new Set(['Session', 'AuthorizationCode', 'RefreshToken']);

function storedId(model: string, id: string): string {
  return presented.has(model) ? createHash('sha256').update(id).digest('hex') : id;
}

/** The document's own id, and in an interaction that of the session it belongs to. */
function withoutBearers({ jti: _jti, ...payload }: AdapterPayload): AdapterPayload {
  const session = payload.session as { cookie?: string } | undefined;
  return session?.cookie === undefined
    ? payload
    : { ...payload, session: { ...session, cookie: undefined } as typeof payload.session };
}

/** Deletes what has expired, in bounded steps. Answers how many rows went. */
export async function purgeExpired(database: pg.Pool): Promise<number> {
  await forgetEnded(database);
  let purged = 0;
  for (;;) {
    const { rowCount } = await database.query(
      `delete from identity_documents where (model, id) in (
         select model, id from identity_documents where expires_at < now() - interval '1 minute' limit $1)`,
      [purgeBatchRows],
    );
    purged += rowCount ?? 0;
    if ((rowCount ?? 0) < purgeBatchRows) return purged;
  }
}
