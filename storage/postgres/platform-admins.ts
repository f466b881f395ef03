// Administrators of this server: they may delete any message, and read with a reason (MSG-5, MSG-8). Every change leaves a
// line in the audit trail.
import type pg from 'pg';

export interface PlatformAdmin {
  readonly handle: string;
  readonly displayName: string;
}

/** Stands for the operator, who is nobody of this server's. */
const operatorId = '00000000-0000-0000-0000-000000000000';

export async function listPlatformAdmins(db: pg.Pool | pg.Client): Promise<PlatformAdmin[]> {
  const { rows } = await db.query<PlatformAdmin>(
    'select handle, display_name as "displayName" from users where is_platform_admin order by handle',
  );
  return rows;
}

/** False: nobody has this handle. */
export async function setPlatformAdmin(
  db: pg.Pool | pg.Client,
  handle: string,
  isAdmin: boolean,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with changed as (
       update users set is_platform_admin = $2 where lower(handle) = lower($1) returning user_id)
     insert into audit_log (action, by_user_id, subject)
     select $3, $4, user_id from changed`,
    [handle, isAdmin, isAdmin ? 'admin_granted' : 'admin_revoked', operatorId],
  );
  return rowCount === 1;
}
