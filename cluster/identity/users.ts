// People as the identity provider sees them: who they are, and the hash that proves it.
import type pg from 'pg';

export interface NewUser {
  readonly userId: string;
  readonly handle: string;
  readonly displayName: string;
  readonly passwordHash: string;
}

export interface Account {
  readonly userId: string;
  readonly handle: string;
  readonly displayName: string;
}

export class Users {
  readonly #database: pg.Pool;

  constructor(database: pg.Pool) {
    this.#database = database;
  }

  /** Answers false when the handle is taken; the unique index decides between two who ask at once (ACC-3). */
  async create({ userId, handle, displayName, passwordHash }: NewUser): Promise<boolean> {
    const { rowCount } = await this.#database.query(
      `with created as (
         insert into users (user_id, handle, display_name) values ($1, $2, $3)
         on conflict (lower(handle)) do nothing
         returning user_id)
       insert into credentials (user_id, password_hash) select user_id, $4 from created`,
      [userId, handle, displayName, passwordHash],
    );
    return rowCount === 1;
  }

  async handleTaken(handle: string): Promise<boolean> {
    const { rowCount } = await this.#database.query('select from users where lower(handle) = $1', [handle]);
    return (rowCount ?? 0) > 0;
  }

  async findCredentials(handle: string): Promise<{ userId: string; passwordHash: string } | undefined> {
    const { rows } = await this.#database.query<{ userId: string; passwordHash: string }>(
      `select user_id as "userId", password_hash as "passwordHash"
       from users join credentials using (user_id) where lower(handle) = $1`,
      [handle],
    );
    return rows[0];
  }

  /** Only people who can still sign in: whoever lost their credentials gets no further tokens either. */
  async findAccount(userId: string): Promise<Account | undefined> {
    const { rows } = await this.#database.query<Account>(
      `select user_id as "userId", handle, display_name as "displayName"
       from users join credentials using (user_id) where user_id = $1`,
      [userId],
    );
    return rows[0];
  }
}

/** Ends every session and refresh token of a person, and their password: the identity part of an erasure (PRV-5). */
export async function forgetAccount(database: pg.Pool | pg.ClientBase, userId: string): Promise<void> {
  await database.query(
    `delete from identity_documents where payload ? 'accountId' and payload ->> 'accountId' = $1`,
    [userId],
  );
  await database.query('delete from credentials where user_id = $1', [userId]);
}
